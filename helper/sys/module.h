// Modules of the running kernel.
#pragma once

#include <string>

#include "sys/root.h"

namespace kexec_helper {

// Loads it by modprobe(8), with what it needs; nothing happens when it is loaded or built in. Throws Error.
void LoadModule(const Root& root, const std::string& name);

}  // namespace kexec_helper
