// The order of the menu.
#pragma once

#include <string_view>

#include "bootloader/bls/menu_entry.h"

namespace kexec_helper::bls {

// Compares versions: negative when `a` is older, 0 when they are the same (UAPI.10 Version Format specification). Pure.
int CompareVersions(std::string_view a, std::string_view b);

// Compares entries by their place in the menu: negative when `a` comes first, 0 when nothing tells. Pure.
int CompareEntries(const MenuEntry& a, const MenuEntry& b);

// Puts entries in the menu's order (UAPI.1, "Sorting"): those whose counter has run out last; those with a sort-key
// first, by sort-key, machine-id and version, the newest first; then by id, the newest first. Entries that do not
// differ keep their order. Pure.
void SortMenu(MenuEntries& entries);

}  // namespace kexec_helper::bls
