// The watchdog of a kexec: started right before the jump, stopped when the new system is up.
#pragma once

#include <optional>
#include <string>

#include "decision/watchdog.h"
#include "kernel/kernel.h"
#include "sys/root.h"

namespace kexec_helper {

// Which one watches what is planned.
Watch FindWatch(const Root& root, const Decision& decision, const Facts& facts, const std::string& kernel_version);

// Notes it for the jump and for the new system. Throws SystemError; nothing is noted then.
void RecordWatchdog(const Root& root, const Watch& watch, const std::string& boot_id);

// Starts what was noted in this boot; what it did, in a sentence, "" if nothing was noted. Throws Error.
std::string StartRecordedWatchdog(const Root& root, Kernel& kernel);

// A driver may stop its device when it starts in the new system, before that has come up: starts it once more. False if
// no device watches this boot. Throws Error.
bool ResumeWatchdog(const Root& root, Kernel& kernel);

// Stops what was noted for a kexec, by this boot or the one before, and forgets it. A device that this boot has reset
// through firmware runs no more. Throws Error.
void StopRecordedWatchdog(const Root& root, Kernel& kernel);

}  // namespace kexec_helper
