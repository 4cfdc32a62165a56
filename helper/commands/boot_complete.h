// boot-complete: how the last kexec ended, and the request for its fallback taken back.
#pragma once

#include <optional>
#include <string>

#include "bootloader/fallback_record.h"
#include "breaker/attempts.h"
#include "kernel/kernel.h"
#include "sys/root.h"

namespace kexec_helper {

struct BootCompletion {
  std::optional<Attempt> failure;          // the kexec that ended in the firmware instead
  std::optional<FallbackRecord> fallback;  // what the boot loader had been asked for
  std::string problem;                     // why it still is; "" if it is not
  std::string unmarked;                    // why await-boot does not know; "" if it does
  std::string watchdog_problem;            // why the kexec's watchdog still runs; "" if it does not
};

// Notes that this system has come up. A request that cannot be taken back leaves no attempt open, which would count as
// failed at the next boot through firmware. Throws Error.
BootCompletion CompleteBoot(const Root& root, Kernel& kernel);

}  // namespace kexec_helper
