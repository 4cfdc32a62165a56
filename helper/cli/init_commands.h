// The commands that the init scripts, systemd's units, udev and a capture system call.
#pragma once

#include "cli/command.h"

namespace kexec_helper {

ExitCode RunPrepareJump(const Context& context);
ExitCode RunAbandonJump(const Context& context);
ExitCode RunResumeWatchdog(const Context& context);
ExitCode RunBootComplete(const Context& context);
ExitCode RunAwaitBoot(const Context& context);
ExitCode RunCrashLog(const Context& context);

}  // namespace kexec_helper
