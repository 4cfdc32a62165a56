// How many boots in a row came by kexec, for MAX_KEXECS: what a kexec does not reset (devices, memory) adds up.
#pragma once

#include "kernel/state.h"
#include "sys/root.h"

namespace kexec_helper {

inline constexpr const char* kKexecCount = "/var/lib/kexec-helper/kexecs.json";

// Including this boot, 0 if it came through firmware; a boot of unknown origin counts as none. Changes nothing. A
// record that is missing or damaged counts as 0.
int KexecsInARow(const Root& root, const KernelState& kernel);

// Notes this boot; once, however often it is called. Throws SystemError.
void CountBoot(const Root& root, const KernelState& kernel);

}  // namespace kexec_helper
