// Whether init calls the init scripts at a reboot.
#pragma once

#include <string>
#include <vector>

#include "sys/root.h"

namespace kexec_helper {

// systemd runs: /run/systemd/system is there (sd_booted(3)).
bool IsSystemd(const Root& root);

// What init has to do for a kexec reboot: call kexec-load, which loads the kernel, and later kexec, which starts it.
enum class Steps { kBoth, kJumpOnly };

// What is missing for a reboot to become a kexec: one sentence with its remedy each. With systemd the units, their link
// and whether kexec-load.service is active; with sysvinit the scripts and their links in rc6.d. A unit or drop-in is
// looked for as systemd does: the first of /etc, /run and /usr/lib counts, and a link to /dev/null masks it
// (systemd.unit(5)). Throws SystemError.
std::vector<std::string> FindMissingIntegration(const Root& root, Steps steps);

// Why init would not call boot-complete at the end of a boot, and what to do; "" if it would.
std::string FindMissingCompletion(const Root& root);

// False for a tree below --root in which nothing of this package is installed: there is nothing to check.
bool IsInstalled(const Root& root);

}  // namespace kexec_helper
