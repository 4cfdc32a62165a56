// Runs the administrator's hooks before the jump of a kexec.
#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "sys/root.h"

namespace kexec_helper {

struct HooksReport {
  std::vector<std::string> messages;  // what the hooks wrote, and what went wrong
  std::string veto;                   // the path of the hook that vetoes the kexec; "" if none does
};

struct HookLimits {
  std::chrono::milliseconds each{10'000};
  std::chrono::milliseconds all{40'000};
};

// Runs those of FindHooks, one after another until one has a veto (exit status 3). What fails or hangs is
// reported and holds up nothing else. Throws SystemError.
HooksReport RunHooks(const Root& root, const HookLimits& limits = {});

}  // namespace kexec_helper
