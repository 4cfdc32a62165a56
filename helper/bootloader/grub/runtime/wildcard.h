// * and ? in file names.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "bootloader/grub/disks/files.h"

namespace kexec_helper::grub {

// The files that a word names, in the order of their directories. nullopt if the word is not a pattern for files or
// none is there: it then stands for itself (GRUB: commands/wildcard.c). `root` is the device of names without one.
// Throws Error when several match and GRUB's order is not known.
std::optional<std::vector<std::string>> ExpandWildcards(const std::string& word, const Files& files,
                                                        const std::string& root);

// Text in which * ? and \ stand for themselves.
std::string EscapeWildcards(const std::string& text);

// Takes the backslashes away that EscapeWildcards or the script's author put there.
std::string UnescapeWildcards(const std::string& text);

}  // namespace kexec_helper::grub
