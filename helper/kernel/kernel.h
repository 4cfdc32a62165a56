// The one interface through which the program changes the running system.
#pragma once

#include <chrono>
#include <functional>
#include <string>

#include "sys/error.h"
#include "sys/supervise.h"
#include "sys/watchdog.h"

namespace kexec_helper {

// The running kernel can hold two others: one for the next kexec reboot, and one that starts when it crashes, in memory
// reserved for it.
enum class LoadTarget { kReboot, kCrash };

// What kexec_file_load(2) takes. Descriptors stay the caller's.
struct LoadRequest {
  int kernel_fd = -1;
  int initrd_fd = -1;  // -1: none
  std::string command_line;
  LoadTarget target = LoadTarget::kReboot;
};

// A call the kernel refused: errno, and what the kernel log said since, line by line.
class KernelError : public Error {
 public:
  KernelError(const std::string& message, int error_number, std::string log)
      : Error(message), error_number_(error_number), log_(std::move(log)) {}
  int error_number() const { return error_number_; }
  const std::string& log() const { return log_; }

 private:
  int error_number_;
  std::string log_;
};

// The running kernel and its init system; tests put a fake in its place that keeps the same state.
class Kernel {
 public:
  virtual ~Kernel() = default;

  // Loads a kernel, replacing one that is loaded for the same target. Throws KernelError; the old one then stays, but
  // for a crash kernel (kernel/kexec_file.c frees it first).
  virtual void Load(const LoadRequest& request) = 0;

  // Unloads the kernel of the next reboot, if there is one. Throws KernelError.
  virtual void Unload() = 0;

  // Unloads the crash kernel, if there is one. Throws KernelError.
  virtual void UnloadCrashKernel() = 0;

  // Writes what is in memory to the disks and jumps into the loaded kernel at once. Returns only by throwing
  // KernelError.
  virtual void Jump() = 0;

  // Unmounts every file system that keeps data, or remounts it read-only. Throws Error naming those that stay writable.
  virtual void MakeFilesystemsReadOnly() = 0;

  // Makes the root file system writable, and says whether it was not. Throws SystemError.
  virtual bool MakeRootWritable() = 0;

  // sys/watchdog.h.
  virtual int StartWatchdog(const Watchdog& watchdog) = 0;
  virtual void StopWatchdog(const Watchdog& watchdog) = 0;

  // Runs `work` so that nothing that happens to it can hold up a reboot (sys/supervise.h). Throws SystemError.
  virtual WorkResult RunWithin(std::chrono::milliseconds limit, const std::function<int()>& work) = 0;

  // Writes a line to the kernel's log, and so to the console and to what keeps the log of a dead kernel. Throws
  // SystemError.
  virtual void Announce(const std::string& line) = 0;

  // Reboots through firmware without init's orderly shutdown. Returns only by throwing SystemError.
  virtual void ForceReboot() = 0;

  // Asks init for its own orderly reboot, as reboot(8) does. Throws Error.
  virtual void RequestReboot() = 0;
};

}  // namespace kexec_helper
