// Whether an administrator is at work in a system that is not up.
#pragma once

#include "sys/root.h"

namespace kexec_helper {

// True if sulogin(8) has given a shell: what systemd's emergency and rescue mode, and sysvinit's scripts, ask for
// root's password with. It starts a child for each console, which becomes the shell. A console that asks for no
// password counts as well (SYSTEMD_SULOGIN_FORCE). Throws SystemError.
bool IsLoggedInAtConsole(const Root& root);

}  // namespace kexec_helper
