// Who can change a file, and thereby what an unattended reboot runs as root.
#pragma once

#include <string>
#include <vector>

#include "sys/root.h"

namespace kexec_helper {

// Throws Error "PATH: can be written by …: remedy" when anybody but root can change what one of the paths leads to: the
// file, a directory on the way to it, or the way of a symbolic link (path_resolution(7)). Also a sticky directory is
// one in which others can make files. Root is user 0, and below another root (--root) also the owner of that directory.
void CheckOnlyRootWrites(const Root& root, const std::vector<std::string>& paths);

}  // namespace kexec_helper
