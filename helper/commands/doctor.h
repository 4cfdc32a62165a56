// doctor: everything that can be known to go wrong, before anything is at stake.
#pragma once

#include <string>
#include <vector>

#include "commands/plan.h"
#include "sys/root.h"

namespace kexec_helper {

enum class Health {
  kGood,
  kWarning,  // the next reboot is right, but may surprise the administrator
  kProblem,  // a kexec reboot that is wanted will not be one
};

// One thing that was looked at, and the remedy where there is one.
struct Finding {
  std::string name;
  Health health = Health::kGood;
  std::string detail;
};

// Looks at the running kernel, the kernel to be started, the init system and the machine. Changes nothing. What cannot
// be read is a problem of its own.
std::vector<Finding> Examine(const Root& root);

// The worst of them.
Health WorstOf(const std::vector<Finding>& findings);

}  // namespace kexec_helper
