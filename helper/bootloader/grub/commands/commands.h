// The commands of GRUB script.
#pragma once

#include "bootloader/grub/commands/command_options.h"
#include "bootloader/grub/runtime/command_table.h"
#include "bootloader/grub/runtime/interpreter.h"

namespace kexec_helper::grub {

// Every command of a GRUB release (its package's command.lst, all platforms together) but those that open a menu of
// their own (AddNestedMenuCommands).
CommandTable MakeCommandTable(Release release);

// A file that a command would fail to open. One on a disk that cannot be looked into is taken to be there.
bool IsMissing(const Interpreter& grub, const std::string& word);

// Parses the options of a call; its status if that ends it: --help, or an error.
std::optional<Status> ReadOptions(Interpreter& grub, const Call& call, const std::vector<OptionSyntax>& syntax,
                                  UnknownOptions unknown, ParsedOptions& parsed);

// Finds a file that `command` opens: a name without a slash would be a list of blocks. `path` is set on success.
Status FindFile(Interpreter& grub, const std::string& command, const std::string& word, FilePath& path);

// The groups, each in its own file.
void AddControlCommands(CommandTable& table);    // break, return, eval, source, time, exit …
void AddVariableCommands(CommandTable& table);   // set, export, regexp, tr, load_env, save_env …
void AddSearchCommands(CommandTable& table);     // search and its short forms, probe
void AddMenuCommands(CommandTable& table);       // menuentry, submenu
void AddBootEntryCommands(CommandTable& table);  // blscfg
void AddLoaderCommands(CommandTable& table);     // linux, initrd, boot, chainloader …

}  // namespace kexec_helper::grub
