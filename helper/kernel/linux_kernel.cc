#include "kernel/linux_kernel.h"

#include <fcntl.h>
#include <linux/kexec.h>
#include <linux/reboot.h>
#include <spawn.h>
#include <sys/reboot.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <string>
#include <thread>
#include <vector>

#include "kernel/log.h"
#include "sys/fd.h"
#include "sys/mounts.h"
#include "sys/program.h"

namespace kexec_helper {

namespace {

// errno, or 0. The length counts the NUL and is never 0 (kernel/kexec_file.c, kimage_file_prepare_segments).
int FileLoad(const LoadRequest& request) {
  unsigned long flags = request.initrd_fd < 0 ? KEXEC_FILE_NO_INITRAMFS : 0;
  if (request.target == LoadTarget::kCrash) flags |= KEXEC_FILE_ON_CRASH;
  long result = ::syscall(SYS_kexec_file_load, request.kernel_fd, request.initrd_fd, request.command_line.size() + 1,
                          request.command_line.c_str(), flags);
  return result == 0 ? 0 : errno;
}

void FileUnload(unsigned long flags) {
  KernelLog log;
  if (::syscall(SYS_kexec_file_load, -1, -1, 0UL, nullptr, flags) == 0) return;
  int error = errno;
  throw KernelError("kexec_file_load (unload): " + ErrnoText(error), error, log.NewLines());
}

void DropCaches() {
  ::sync();
  Fd fd(::open("/proc/sys/vm/drop_caches", O_WRONLY | O_CLOEXEC));
  if (fd && ::write(fd.get(), "1", 1) != 1) return;  // only a hint: the second try reports what is wrong
}

void Run(std::vector<std::string> words) {
  const std::string program = words.front();
  std::string path = kPathVariable;
  std::vector<char*> arguments;
  arguments.reserve(words.size() + 1);
  for (std::string& word : words) arguments.push_back(word.data());
  arguments.push_back(nullptr);
  char* environment[] = {path.data(), nullptr};
  pid_t pid = -1;
  int error = ::posix_spawn(&pid, program.c_str(), nullptr, nullptr, arguments.data(), environment);
  if (error != 0) throw SystemError(program, error);
  int status = 0;
  if (::waitpid(pid, &status, 0) != pid) throw SystemError("waitpid", errno);
  if (!WIFEXITED(status) || WEXITSTATUS(status) != 0) throw Error(program + ": failed; the machine was not rebooted");
}

constexpr const char* kCritical = "<2>";  // shown on the console with "quiet" as well
constexpr std::chrono::seconds kTimeToShutDown{30};
constexpr std::chrono::seconds kTimeToWrite{15};

// systemd stops no unit, but ends what runs and unmounts. It ends this process as well.
void RebootBySystemd() {
  const auto limit = std::chrono::steady_clock::now() + kTimeToShutDown;
  RunWithin(kTimeToShutDown, [] {
    Run({"/bin/systemctl", "--force", "reboot"});
    return 0;
  });
  std::this_thread::sleep_until(limit);
}

// Also what is in use, but not at once (Documentation/admin-guide/sysrq.rst, command u).
void RemountReadOnly() {
  constexpr std::chrono::seconds kTime{2};
  const Fd trigger(::open("/proc/sysrq-trigger", O_WRONLY | O_CLOEXEC));
  if (!trigger || ::write(trigger.get(), "u", 1) != 1) return;  // what is written is on the disks already
  std::this_thread::sleep_for(kTime);
}

}  // namespace

void LinuxKernel::Load(const LoadRequest& request) {
  KernelLog log;
  int error = FileLoad(request);
  if (error == EBUSY) {
    std::this_thread::sleep_for(std::chrono::seconds(1));
    error = FileLoad(request);
  } else if (error == ENOMEM) {
    DropCaches();
    error = FileLoad(request);
  }
  if (error != 0) throw KernelError("kexec_file_load: " + ErrnoText(error), error, log.NewLines());
}

void LinuxKernel::Unload() { FileUnload(KEXEC_FILE_UNLOAD); }

void LinuxKernel::UnloadCrashKernel() { FileUnload(KEXEC_FILE_UNLOAD | KEXEC_FILE_ON_CRASH); }

void LinuxKernel::Jump() {
  KernelLog log;
  ::sync();  // which reboot(2) does not do
  ::reboot(LINUX_REBOOT_CMD_KEXEC);
  int error = errno;
  throw KernelError("reboot (kexec): " + ErrnoText(error), error, log.NewLines());
}

void LinuxKernel::MakeFilesystemsReadOnly() { kexec_helper::MakeFilesystemsReadOnly(Root()); }

bool LinuxKernel::MakeRootWritable() { return kexec_helper::MakeRootWritable(); }

int LinuxKernel::StartWatchdog(const Watchdog& watchdog) { return kexec_helper::StartWatchdog(Root(), watchdog); }

void LinuxKernel::StopWatchdog(const Watchdog& watchdog) { kexec_helper::StopWatchdog(Root(), watchdog); }

WorkResult LinuxKernel::RunWithin(std::chrono::milliseconds limit, const std::function<int()>& work) {
  return kexec_helper::RunWithin(limit, work);
}

void LinuxKernel::Announce(const std::string& line) {
  const Fd log(::open("/dev/kmsg", O_WRONLY | O_CLOEXEC));
  if (!log) throw SystemError("/dev/kmsg", errno);
  WriteDescriptor(log.get(), "/dev/kmsg", kCritical + line + "\n");
}

void LinuxKernel::ForceReboot() {
  if (Root().Exists("/run/systemd/system")) RebootBySystemd();  // sd_booted(3)
  RunWithin(kTimeToWrite, [] {
    ::sync();
    RemountReadOnly();
    return 0;
  });
  ::reboot(LINUX_REBOOT_CMD_RESTART);
  throw SystemError("reboot (restart)", errno);
}

void LinuxKernel::RequestReboot() { Run({"/sbin/reboot"}); }

}  // namespace kexec_helper
