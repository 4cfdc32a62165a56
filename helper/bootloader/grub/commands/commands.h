// The commands of GRUB script.
#pragma once

#include <map>
#include <string>

#include "bootloader/grub/runtime/interpreter.h"
#include "bootloader/grub/runtime/status.h"

namespace kexec_helper::grub {

using Handler = Status (*)(Interpreter& grub, const Call& call);
using CommandTable = std::map<std::string, Handler>;

// Nothing for a name that is no command of GRUB 2.06 on a PC.
const Handler* FindCommand(const std::string& name);

// The groups, each in its own file.
void AddControlCommands(CommandTable& table);   // break, return, eval, source, configfile …
void AddVariableCommands(CommandTable& table);  // set, export, regexp, load_env, save_env …
void AddSearchCommands(CommandTable& table);    // search and its short forms
void AddMenuCommands(CommandTable& table);      // menuentry, submenu
void AddLoaderCommands(CommandTable& table);    // linux, initrd, boot, chainloader …

}  // namespace kexec_helper::grub
