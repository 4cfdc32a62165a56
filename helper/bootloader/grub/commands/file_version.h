// File names in the order of the versions in them.
#pragma once

#include <string_view>

namespace kexec_helper::grub {

// Compares names as GNU's filevercmp does (GRUB: lib/gnulib/filevercmp.c): negative when `a` is the older one, 0 when
// only zeros before a number differ. Suffixes like ".conf" count where the names before them are the same. Pure.
int CompareFileVersions(std::string_view a, std::string_view b);

}  // namespace kexec_helper::grub
