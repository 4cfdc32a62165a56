// Asks the boot loader for the running kernel before a kexec, and takes that back.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "bootloader/fallback_record.h"
#include "commands/plan.h"
#include "sys/root.h"

namespace kexec_helper {

// To be called when everything else is done for the jump. What goes wrong is a warning: the boot loader then boots its
// default.
void AskForFallback(const Root& root, const Plan& plan, const std::vector<StateChange>& made,
                    std::vector<std::string>& warnings);

// Takes the request back, unless the boot loader has used it up or somebody has asked for something else since, and
// forgets it; nullopt if there is none. Throws Error.
std::optional<FallbackRecord> TakeBackFallback(const Root& root);

// The same once a system has come up: of a request that another boot has made. One of `boot_id` is for a reboot that is
// still to come.
std::optional<FallbackRecord> SettleFallback(const Root& root, const std::string& boot_id);

}  // namespace kexec_helper
