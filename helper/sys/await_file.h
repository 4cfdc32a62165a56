// Waits for a file to be made.
#pragma once

#include <chrono>
#include <string>

#include "sys/root.h"

namespace kexec_helper {

// Since the kernel's start, time asleep included (clock_gettime(2), CLOCK_BOOTTIME).
std::chrono::milliseconds SinceKernelStart();

// Waits until `directory`, which is made if it is missing, has a file of that name, at most until the kernel has run
// for `deadline`. True if the file is there. Throws SystemError.
bool AwaitFile(const Root& root, const std::string& directory, const std::string& name,
               std::chrono::milliseconds deadline);

}  // namespace kexec_helper
