// What the machine comes back with when a kexec fails.
#pragma once

#include <optional>
#include <string>

#include "decision/decision.h"

namespace kexec_helper {

struct Fallback {
  std::optional<EntryName> entry;  // that the boot loader has to be asked for, once; nullopt: it is not asked
  std::string text;                // one sentence on what it then boots; "" for a reboot through firmware
};

// The entry that started the running kernel, unless the boot loader would boot it anyway. Pure.
Fallback FindFallback(const Decision& decision, const Facts& facts);

// Of a reboot through firmware while what the boot loader would boot by itself is known to fail. `next` are its files.
// Pure.
Fallback AvoidFailureByFirmware(const Decision& decision, const Facts& facts, const FileFacts& next);

// A kexec into the running kernel's own entry, in place of one that is known to fail: through firmware the boot loader
// would start just that. nullopt if the settings chose it, or no such entry is known. Pure.
std::optional<Decision> AvoidFailure(const Decision& failing, const Decision& refusal, const Facts& facts);

}  // namespace kexec_helper
