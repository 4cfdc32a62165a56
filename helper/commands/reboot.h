// reboot: one kexec reboot, or one firmware reboot, on demand.
#pragma once

#include "commands/plan.h"
#include "kernel/kernel.h"
#include "sys/root.h"

namespace kexec_helper {

// One orderly reboot through kexec, also with LOAD_KEXEC=false. When the plan is a firmware reboot all the same,
// nothing happens: the caller says why. Throws Error when init cannot be asked.
Plan RebootByKexec(const Root& root, Kernel& kernel);

// One orderly reboot through firmware: leaves the flag in /run and asks init. Throws Error.
void RebootByFirmware(const Root& root, Kernel& kernel);

}  // namespace kexec_helper
