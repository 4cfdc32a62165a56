// The real kernel: kexec_file_load(2), reboot(2).
#pragma once

#include "kernel/kernel.h"
#include "sys/root.h"

namespace kexec_helper {

// Calls the kernel directly. EBUSY (another load is running) and ENOMEM (page cache) are tried once more.
class LinuxKernel : public Kernel {
 public:
  void Load(const LoadRequest& request) override;
  void Unload() override;
  void UnloadCrashKernel() override;
  [[noreturn]] void Jump() override;
  void MakeFilesystemsReadOnly() override;
  bool MakeRootWritable() override;
  int StartWatchdog(const Watchdog& watchdog) override;
  void StopWatchdog(const Watchdog& watchdog) override;
  WorkResult RunWithin(std::chrono::milliseconds limit, const std::function<int()>& work) override;
  void Announce(const std::string& line) override;
  [[noreturn]] void ForceReboot() override;
  void RequestReboot() override;
};

}  // namespace kexec_helper
