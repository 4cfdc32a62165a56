// GRUB's menu as the script defines it, and which of its entries is the default.
#pragma once

#include <string>
#include <vector>

#include "bootloader/grub/script/source.h"

namespace kexec_helper::grub {

struct MenuEntry {
  std::string title;
  std::string id;                       // --id, else the title
  std::vector<std::string> parameters;  // $1 … of the body; the title is the first
  SourceText body;
  int line = 0;  // of the entry, in body.file
  bool submenu = false;
  bool restricted = false;  // needs a password when `superusers` is set
};

using Menu = std::vector<MenuEntry>;

// Whether a title or id is the first part of a default like "a>b", where >> is a literal > (GRUB: normal/menu.c).
bool IsFirstPart(const std::string& name, const std::string& path);

// What remains of a default after its first part, "" when that is all.
std::string AfterFirstPart(const std::string& path);

// The index of the entry that a value of `default` names: a number at its beginning, whatever follows, else the first
// entry with that title or id. -1: none.
int FindEntry(const Menu& menu, const std::string& value);

// The same as GRUB shows the menu: entry 0 when nothing fits.
size_t DefaultEntry(const Menu& menu, const std::string& value);

}  // namespace kexec_helper::grub
