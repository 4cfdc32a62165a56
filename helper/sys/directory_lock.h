// Lets one process at a time work in a directory.
#pragma once

#include <chrono>
#include <string>

#include "sys/fd.h"
#include "sys/root.h"

namespace kexec_helper {

// Waits until no other process holds the directory's lock (flock(2)), and holds it as long as the descriptor and its
// copies in child processes live. The directory is made if it is missing. Throws Error "PATH: held by another process
// for N s" after `limit`; SystemError.
Fd LockDirectory(const Root& root, const std::string& path, std::chrono::milliseconds limit);

}  // namespace kexec_helper
