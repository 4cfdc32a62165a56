// The watchdogs of this machine that could watch the next kernel from its first instruction.
#pragma once

#include <string>
#include <vector>

#include "sys/root.h"
#include "sys/watchdog.h"

namespace kexec_helper {

struct WatchdogCandidate {
  Watchdog watchdog;                 // without its time
  std::vector<std::string> modules;  // what the next system needs to stop it
  std::string problem;               // why it cannot watch a kexec, and what to do; "" if it can
};

// A BMC first: no driver stops its timer at a kexec. Changes nothing.
std::vector<WatchdogCandidate> FindWatchdogs(const Root& root);

// True if a kernel of that version has the module, as a file or built in (modules.dep, modules.builtin); false also
// when nothing is known of that kernel.
bool HasModule(const Root& root, const std::string& version, const std::string& module);

}  // namespace kexec_helper
