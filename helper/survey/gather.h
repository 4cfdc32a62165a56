// Gathers the facts.
#pragma once

#include <memory>

#include "bootloader/boot_loader.h"
#include "survey/facts.h"
#include "sys/root.h"

namespace kexec_helper {

// At a shutdown the boot loader is evaluated only when the settings follow it, and init's integration is not looked
// at: that the load is running proves it.
enum class Purpose { kForecast, kShutdown };

// Reads settings, machine and boot loader. Changes nothing. What is wrong with settings or boot loader is part of the
// facts; throws SystemError for a /proc or /sys that cannot be read.
Facts GatherFacts(const Root& root, Purpose purpose);

// The part of it that does not depend on the settings.
MachineState ReadMachineState(const Root& root);

// The boot loader that the settings follow or that the machine has; nullptr if there is none.
std::unique_ptr<BootLoader> FindBootLoader(const Root& root, const SettingsOutcome& settings,
                                           const MachineState& machine);

// The settings as they are, or why they cannot be relied on; adds what should be reported to `warnings`.
SettingsOutcome ReadSettingsOutcome(const Root& root, std::vector<std::string>& warnings);

}  // namespace kexec_helper
