// Tokens into commands.
#pragma once

#include <functional>
#include <optional>
#include <string>

#include "bootloader/grub/script/lexer.h"
#include "bootloader/grub/script/source.h"
#include "bootloader/grub/script/syntax.h"

namespace kexec_helper::grub {

// GRUB defines a function while it parses, not while it executes: also when the rest of the line is then an error.
using FunctionDefiner = std::function<void(const std::string& name, CommandList body, int line)>;

// Parses the next unit: one line and what belongs to constructs that begin on it. What the line completed is executed
// before the next is parsed. nullopt if the reader is at its end; an empty list for a blank line. Throws SyntaxError,
// after which the reader continues after the lines that were read for it, as GRUB's does
// (grub-core/script/parser.y). Throws Error when blocks are nested deeper than any real menu's.
std::optional<CommandList> ParseUnit(LineReader& reader, const FunctionDefiner& define);

}  // namespace kexec_helper::grub
