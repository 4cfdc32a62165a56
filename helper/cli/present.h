// Results as text for people and as JSON for programs.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "bootloader/boot_loader.h"
#include "commands/doctor.h"
#include "commands/plan.h"
#include "commands/status.h"

namespace kexec_helper {

// One line: "next boot by kexec: Linux 6.1.0-41-amd64 (/boot/vmlinuz-6.1.0-41-amd64)" or "firmware reboot: WHY".
// `load_seconds` is what the load took, once there was one.
std::string DecisionLine(const Decision& decision, const FileFacts& files, std::optional<double> load_seconds);

// The whole plan; `verbose` adds what was looked at.
std::string PlanText(const Plan& plan, bool verbose);
std::string StatusText(const Status& status);
std::string DoctorText(const std::vector<Finding>& findings);

// The menu as a tree, "*" before the default; `verbose` adds kernel, initrds and command line of each entry.
std::string MenuText(const std::string& loader, const Menu& menu, bool verbose);

// The stable forms documented in kexec-helper(8). Bytes that are no UTF-8 become U+FFFD. A load has a decision and
// warnings of its own; without one they are the plan's.
std::string PlanJson(const Plan& plan, const Decision& decision, const std::vector<std::string>& warnings);
std::string LoadJson(const BootChoice& choice);
std::string MenuJson(const std::string& loader, const Menu& menu);
std::string StatusJson(const Status& status);
std::string DoctorJson(const std::vector<Finding>& findings);

}  // namespace kexec_helper
