// The `test` command.
#pragma once

#include <string>
#include <vector>

#include "bootloader/grub/disks/files.h"

namespace kexec_helper::grub {

// Evaluates the words of `test` or `[ … ]`, its bracket taken off (GRUB: commands/test.c): three-word tests are tried
// before two-word ones, -a is implied, -o binds weaker, what is no test is true when it is not empty, and no words are
// true. `root` is the device of file names without one.
bool TestExpression(const std::vector<std::string>& words, const Files& files, const std::string& root);

}  // namespace kexec_helper::grub
