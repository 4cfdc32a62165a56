// What GRUB would boot next, and its whole menu.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "bootloader/boot_loader.h"
#include "bootloader/grub/disks/environment_block.h"
#include "bootloader/grub/disks/files.h"
#include "bootloader/grub/runtime/interpreter.h"
#include "bootloader/grub/runtime/loader.h"

namespace kexec_helper::grub {

// What GRUB would boot. When that is no Linux kernel, `refusal` says what it is.
struct BootEvaluation {
  std::optional<LinuxKernel> kernel;
  std::optional<EntryName> entry;  // nullopt for a kernel that the script boots outside any entry
  std::string why;                 // this entry, or this kernel
  std::string refusal;
  bool other_system = false;  // the refusal is that GRUB starts something else, not that it starts nothing
  std::vector<std::string> warnings;
  std::vector<std::string> problems;                    // "file:line: text", which GRUB would print and pass over
  std::map<FilePath, EnvironmentBlock> changed_blocks;  // grubenv as GRUB would have left it
};

// Runs $prefix/grub.cfg and its default entry, or the entry with that path ("1>2"). Throws Error when the file cannot
// be read or what it does cannot be known.
BootEvaluation EvaluateBoot(const Files& files, const Platform& platform,
                            const std::optional<std::string>& entry_path = std::nullopt);

// One line of the menu. An entry has a kernel or a problem, a submenu has entries.
struct MenuNode {
  EntryName name;
  bool submenu = false;
  std::optional<LinuxKernel> kernel;
  std::string problem;
  std::vector<MenuNode> entries;
};

struct MenuTree {
  std::vector<MenuNode> entries;
  std::optional<std::string> default_path;  // of what EvaluateBoot would boot; nullopt when that is no Linux
  std::string default_problem;              // why not
};

// The menu that GRUB would show, also when grub.cfg only leads to another file, with every entry tried. Throws as
// EvaluateBoot.
MenuTree EvaluateMenu(const Files& files, const Platform& platform);

// The path of the entry that the user means: a path "1>2"; titles or ids, "a>b"; or one title or id, wherever it is in
// the tree. Submenus are no entries. Throws Error when there is none. Pure.
std::string FindEntryPath(const std::vector<MenuNode>& entries, const std::string& wanted);

}  // namespace kexec_helper::grub
