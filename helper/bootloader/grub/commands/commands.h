// The commands of GRUB script.
#pragma once

#include "bootloader/grub/runtime/command_table.h"
#include "bootloader/grub/runtime/interpreter.h"

namespace kexec_helper::grub {

// Every command of GRUB 2.06 on a PC but those that open a menu of their own (AddNestedMenuCommands).
CommandTable MakeCommandTable();

// The groups, each in its own file.
void AddControlCommands(CommandTable& table);   // break, return, eval, source, exit …
void AddVariableCommands(CommandTable& table);  // set, export, regexp, load_env, save_env …
void AddSearchCommands(CommandTable& table);    // search and its short forms
void AddMenuCommands(CommandTable& table);      // menuentry, submenu
void AddLoaderCommands(CommandTable& table);    // linux, initrd, boot, chainloader …

}  // namespace kexec_helper::grub
