// exec: jump into the loaded kernel now.
#pragma once

#include "kernel/kernel.h"
#include "sys/root.h"

namespace kexec_helper {

// What happens to file systems before the jump: reboot(2) itself unmounts nothing.
enum class Filesystems { kLeave, kMakeReadOnly };

// Jumps. Returns only by throwing Error: nothing is loaded, a file system stays writable, or the kernel refused.
[[noreturn]] void Exec(const Root& root, Kernel& kernel, Filesystems filesystems);

}  // namespace kexec_helper
