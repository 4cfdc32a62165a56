// plan: what the next reboot would do; the first half of load.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "decision/decision.h"
#include "decision/fallback.h"
#include "decision/watchdog.h"
#include "survey/gather.h"
#include "sys/root.h"

namespace kexec_helper {

// One thing that was looked at.
struct Check {
  std::string name;
  bool ok = false;
  std::string detail;
};

// The decision with everything it rests on. `image` holds the opened, checked files when a kernel is to be loaded.
struct Plan {
  Facts facts;
  Decision decision;
  FileFacts files;  // of the kernel that was chosen, also when they are the reason to refuse it
  std::optional<BootImage> image;
  Fallback fallback;
  Watch watch;
  std::vector<Check> checks;
  std::vector<std::string> warnings;
};

// Gathers the facts and decides. Changes nothing. What is wrong with settings or files becomes a firmware reboot with
// that reason; throws SystemError for an unreadable /proc or /sys, Error when only root can read a file.
Plan MakePlan(const Root& root, Purpose purpose);

// The same as if `kexec-helper reboot` had been typed.
Plan MakeOneShotPlan(const Root& root);

// Opens symbolic links on the way to a kernel or initrd; for Decide.
Resolver ResolverOf(const Root& root);

}  // namespace kexec_helper
