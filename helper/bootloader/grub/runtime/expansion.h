// Words of the source into the words a command gets.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "bootloader/grub/disks/files.h"
#include "bootloader/grub/runtime/environment.h"
#include "bootloader/grub/script/syntax.h"

namespace kexec_helper::grub {

// $1 … of a function or a menu entry; nothing outside of both.
using Parameters = std::optional<std::vector<std::string>>;

struct Expanded {
  std::vector<std::string> words;
  std::shared_ptr<const Block> block;  // the last one; it stands among the words too, in its braces
};

// Expands variables, splits their values, expands wildcards (GRUB: grub_script_arglist_to_argv in script/execute.c). A
// word that expands to nothing is dropped. Throws Error when they become longer than a mebibyte, or the order of a
// wildcard's matches is not known.
Expanded Expand(const std::vector<Word>& words, const Environment& environment, const Parameters& parameters,
                const Files& files);

}  // namespace kexec_helper::grub
