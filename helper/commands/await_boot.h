// await-boot: the deadline of a system that was started by kexec.
#pragma once

#include <chrono>
#include <optional>
#include <string>

#include "kernel/kernel.h"
#include "sys/root.h"

namespace kexec_helper {

enum class BootPhase {
  kStarting,   // BOOT_TIMEOUT applies, since the kernel's start
  kEmergency,  // PANIC_TIMEOUT applies, from now on
};

// Until when this system has to have come up.
struct BootDeadline {
  std::chrono::milliseconds at;  // since the kernel's start
  std::string setting;           // "BOOT_TIMEOUT=300"
  std::string cause;             // of the failure, once it is over
};

// nullopt if there is none: this system was not started by kexec, has come up, saves a crash dump, or the setting is
// empty. Throws Error.
std::optional<BootDeadline> FindBootDeadline(const Root& root, Kernel& kernel, BootPhase phase);

enum class BootEnd {
  kSettled,   // it has come up, or no attempt of ours is open
  kLoggedIn,  // an administrator is at work at the console: the watchdog of the kexec is stopped
};

struct AwaitedBoot {
  BootEnd end = BootEnd::kSettled;
  std::string problem;  // why that watchdog may still run; "" if it does not
};

// Waits. When the time is over, the attempt stays open, with the cause on record, and the machine reboots through
// firmware: an orderly shutdown would settle the attempt, and take back what the boot loader was asked for. Throws
// Error.
AwaitedBoot AwaitBoot(const Root& root, Kernel& kernel, const BootDeadline& deadline);

}  // namespace kexec_helper
