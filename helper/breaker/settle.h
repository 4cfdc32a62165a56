// boot-complete and reset-failed: how the last kexec ended, and a second chance.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "breaker/attempts.h"
#include "kernel/state.h"
#include "sys/root.h"

namespace kexec_helper {

// The failures on record and, when this boot shows that the last attempt failed, that one too. Changes nothing.
Failures FindFailures(const Root& root, const KernelState& kernel);

// Closes the last attempt: forgotten when the system came up by it, kept as a failure when it came up through firmware
// instead; that failure is returned. Nothing happens as long as the boot that made it has not ended. Throws Error.
std::optional<Attempt> SettleAttempt(const Root& root, const KernelState& kernel);

// True while it is open whether the kexec that started this system has failed. Where the place of the records is not
// mounted, for every kexec.
bool IsOnTrial(const Root& root, const KernelState& kernel);

// Puts on record, for the boot that follows, why the kexec that started this system fails. Throws Error.
void NoteCause(const Root& root, const std::string& cause);

// Forgets all failures; returns them. Throws Error.
std::vector<Attempt> ResetFailures(const Root& root);

}  // namespace kexec_helper
