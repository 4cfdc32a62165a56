// Drivers and kernels that are reported to make trouble after a kexec.
#pragma once

#include <string>
#include <vector>

#include "sys/root.h"

namespace kexec_helper {

// Of the drivers that are loaded (/sys/module): "NAME: what may happen: what helps", one sentence each.
std::vector<std::string> FindTroublesomeDrivers(const Root& root);

// Of a kernel that hangs at a kexec on this processor (/proc/cpuinfo), by the version in its own words on its build
// ("… Debian 6.1.82-1 …", "6.6.22 (…) #1 …"); "" if it is none. `build` is as in BootImage, or what uname(2) says.
std::string FindKernelFault(const Root& root, const std::string& build);

}  // namespace kexec_helper
