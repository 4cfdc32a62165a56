// What the boot loader would boot, against what the settings chose.
#pragma once

#include <string>
#include <vector>

#include "decision/decision.h"

namespace kexec_helper {

// Warnings when the next boot comes from the settings and the boot loader would boot another kernel, other arguments or
// another system. Pure.
std::vector<std::string> CompareWithBootLoader(const Decision& decision, const LoaderFacts& loader,
                                               const Settings& settings);

}  // namespace kexec_helper
