// What the kernel says of the processor.
#pragma once

#include <string>

#include "sys/root.h"

namespace kexec_helper {

// The value of the first line of that name in /proc/cpuinfo ("vendor_id", "flags"), which is the first processor's; ""
// if there is none. Throws SystemError.
std::string ReadCpuField(const Root& root, const std::string& name);

}  // namespace kexec_helper
