// GRUB script as a tree.
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <variant>
#include <vector>

#include "bootloader/grub/script/source.h"

namespace kexec_helper::grub {

// A word is made of adjacent parts, `foo"$bar"'baz'`.
struct WordPart {
  enum class Kind {
    kText,            // bare; a backslash before a character is still there, * and ? are wildcards
    kVariable,        // $name: split at blanks, wildcards in the value count
    kQuotedVariable,  // "$name"
    kDoubleQuoted,
    kSingleQuoted,
    kTranslated,  // $"text"
    kBlock,       // { … }, the text without its braces
  };
  Kind kind = Kind::kText;
  std::string text;
};

// The body of a menu entry, kept as text: it is parsed when the entry is booted.
using Block = SourceText;

struct Word {
  std::vector<WordPart> parts;
  std::shared_ptr<const Block> block;  // of a part that is one
};

struct Command;
using CommandList = std::vector<Command>;

struct SimpleCommand {
  std::vector<Word> words;
};

// `else_if` holds the next condition of an elif, as a list of one command that runs without a list around it.
struct IfCommand {
  CommandList condition;
  CommandList then;
  CommandList otherwise;  // else; empty: none
  std::shared_ptr<const Command> else_if;
};

struct ForCommand {
  std::string variable;
  std::vector<Word> words;
  CommandList body;
};

struct WhileCommand {
  bool until = false;
  CommandList condition;
  CommandList body;
};

struct Command {
  int line = 0;
  std::variant<SimpleCommand, IfCommand, ForCommand, WhileCommand> what;
};

// The memory that a tree takes, about.
size_t SizeOf(const CommandList& commands);

}  // namespace kexec_helper::grub
