// The commands that show a menu of their own: configfile and normal.
#pragma once

#include "bootloader/grub/runtime/command_table.h"

namespace kexec_helper::grub {

void AddNestedMenuCommands(CommandTable& table);

}  // namespace kexec_helper::grub
