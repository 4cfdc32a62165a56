// GRUB's menu on this machine.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "bootloader/grub/menu/evaluate.h"
#include "decision/decision.h"
#include "sys/root.h"

namespace kexec_helper {

// What GRUB would boot next, or would when that entry (a path "1>2") were its default. Whatever goes wrong is the
// outcome's error.
GrubOutcome ReadGrubOutcome(const Root& root, const MachineState& machine,
                            const std::optional<std::string>& entry_path = std::nullopt);

// The whole menu, every entry tried. Throws Error.
grub::MenuTree ReadGrubMenu(const Root& root, const MachineState& machine);

// "…grubenv: grub-reboot has chosen entry X for the next boot: …" when it has, or when that cannot be told; ""
// otherwise. A kexec that does not follow GRUB's menu would skip it.
std::string GrubRequest(const Root& root);

// Leaves grubenv as GRUB would have left it when it had booted that: in place, its size unchanged. Adds to `warnings`
// what could not be written.
void LeaveGrubEnvironment(const Root& root, const MachineState& machine, const grub::BootEvaluation& boot,
                          std::vector<std::string>& warnings);

}  // namespace kexec_helper
