// A kernel that keeps what it is given.
#pragma once

#include <sys/stat.h>
#include <unistd.h>

#include <optional>
#include <string>
#include <vector>

#include "kernel/kernel.h"
#include "temporary_root.h"

namespace kexec_helper {

// Thrown by a jump that works, since nothing comes after it. No std::exception, so that Run() does not take it for one.
struct Jumped {};
struct Rebooted {};

// Holds at most one loaded kernel and one crash kernel, and says so in the root's /sys/kernel, as the real one does.
class FakeKernel : public Kernel {
 public:
  explicit FakeKernel(const TemporaryRoot& machine) : machine_(machine) {}

  struct Loaded {
    std::string kernel;
    std::optional<std::string> initrd;
    std::string command_line;
    ino_t initrd_inode = 0;
  };

  // errno of the next calls; 0: they work.
  int load_error = 0;
  int unload_error = 0;
  int jump_error = 0;
  std::string log;  // what the kernel log says about a failure
  bool filesystems_stay_busy = false;
  bool root_is_read_only = false;
  std::string watchdog_error;  // of the next calls for one; "": they work
  bool reboot_fails = false;
  std::optional<WorkResult> first_work;  // how the first supervised work ends, after all that it did

  std::vector<std::chrono::milliseconds> limits;  // of supervised work

  std::optional<Loaded> loaded;
  std::optional<Loaded> crash_loaded;
  std::optional<Watchdog> running_watchdog;
  std::vector<std::string> calls;  // in their order: "load", "unload", "unload crash", "writable", "jump", "reboot", …
  std::vector<std::string> announced;
  std::map<std::string, std::string> tree_at_reboot;

  // As another program would load one: without a record of ours.
  void LoadByOtherProgram() { SetLoaded(Loaded{"other", std::nullopt, "other", 0}); }

  void Load(const LoadRequest& request) override {
    calls.push_back("load");
    if (load_error) throw KernelError("kexec_file_load: " + ErrnoText(load_error), load_error, log);
    Loaded taken;
    taken.kernel = All(request.kernel_fd);
    if (request.initrd_fd >= 0) {
      taken.initrd = All(request.initrd_fd);
      struct stat status = {};
      ::fstat(request.initrd_fd, &status);
      taken.initrd_inode = status.st_ino;
    }
    taken.command_line = request.command_line;
    if (request.target == LoadTarget::kCrash)
      SetCrashLoaded(taken);
    else
      SetLoaded(taken);
  }

  void Unload() override {
    calls.push_back("unload");
    if (unload_error) throw KernelError("kexec_file_load (unload): " + ErrnoText(unload_error), unload_error, log);
    SetLoaded(std::nullopt);
  }

  void UnloadCrashKernel() override {
    calls.push_back("unload crash");
    if (unload_error) throw KernelError("kexec_file_load (unload): " + ErrnoText(unload_error), unload_error, log);
    SetCrashLoaded(std::nullopt);
  }

  void Jump() override {
    calls.push_back("jump");
    if (jump_error) throw KernelError("reboot (kexec): " + ErrnoText(jump_error), jump_error, log);
    throw Jumped();
  }

  void MakeFilesystemsReadOnly() override {
    calls.push_back("read-only");
    if (filesystems_stay_busy) throw Error("/home: still mounted read-write");
  }

  bool MakeRootWritable() override {
    calls.push_back("writable");
    return root_is_read_only;
  }

  int StartWatchdog(const Watchdog& watchdog) override {
    calls.push_back("start watchdog");
    if (!watchdog_error.empty()) throw Error(watchdog_error);
    running_watchdog = watchdog;
    return watchdog.seconds;
  }

  void StopWatchdog(const Watchdog&) override {
    calls.push_back("stop watchdog");
    if (!watchdog_error.empty()) throw Error(watchdog_error);
    running_watchdog.reset();
  }

  // In this very process, so that tests see what the work did.
  WorkResult RunWithin(std::chrono::milliseconds limit, const std::function<int()>& work) override {
    limits.push_back(limit);
    int value = work();
    if (limits.size() == 1 && first_work) return *first_work;
    return {WorkEnd::kFinished, value};
  }

  void RequestReboot() override {
    calls.push_back("reboot");
    tree_at_reboot = machine_.Snapshot();
    if (reboot_fails) throw Error("/sbin/reboot: failed");
  }

  void Announce(const std::string& line) override { announced.push_back(line); }

  void ForceReboot() override {
    calls.push_back("force reboot");
    throw Rebooted();
  }

  bool HadAtReboot(const std::string& path) const { return tree_at_reboot.count(machine_.Host(path)) > 0; }

 private:
  // From offset 0 whatever the descriptor's position, as kernel_read_file_from_fd does.
  static std::string All(int fd) {
    std::string content;
    char buffer[4096];
    for (ssize_t count; (count = ::pread(fd, buffer, sizeof buffer, static_cast<off_t>(content.size()))) > 0;)
      content.append(buffer, static_cast<size_t>(count));
    return content;
  }

  void SetLoaded(std::optional<Loaded> now) {
    loaded = std::move(now);
    machine_.Write("/sys/kernel/kexec_loaded", loaded ? "1\n" : "0\n");
  }

  void SetCrashLoaded(std::optional<Loaded> now) {
    crash_loaded = std::move(now);
    machine_.Write("/sys/kernel/kexec_crash_loaded", crash_loaded ? "1\n" : "0\n");
  }

  const TemporaryRoot& machine_;
};

}  // namespace kexec_helper
