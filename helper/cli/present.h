// Results as text for people and as JSON for programs.
#pragma once

#include <string>
#include <vector>

#include "bootloader/grub/menu/evaluate.h"
#include "commands/doctor.h"
#include "commands/plan.h"
#include "commands/status.h"

namespace kexec_helper {

// One line: "next boot by kexec: Linux 6.1.0-41-amd64 (/boot/vmlinuz-6.1.0-41-amd64)" or "firmware reboot: WHY".
std::string PlanLine(const Plan& plan);

// The whole plan; `verbose` adds what was looked at.
std::string PlanText(const Plan& plan, bool verbose);
std::string StatusText(const Status& status);
std::string DoctorText(const std::vector<Finding>& findings);

// The menu as a tree, "*" before the default; `verbose` adds kernel, initrds and command line of each entry.
std::string MenuText(const grub::MenuTree& menu, bool verbose);

// The stable forms documented in kexec-helper(8). Bytes that are no UTF-8 become U+FFFD.
std::string PlanJson(const Plan& plan);
std::string LoadJson(const BootChoice& choice);
std::string MenuJson(const grub::MenuTree& menu);
std::string StatusJson(const Status& status);
std::string DoctorJson(const std::vector<Finding>& findings);

}  // namespace kexec_helper
