#include "bootloader/grub/script/syntax.h"

namespace kexec_helper::grub {

namespace {

size_t SizeOf(const std::vector<Word>& words) {
  size_t bytes = 0;
  for (const Word& word : words) {
    bytes += sizeof word + (word.block ? word.block->text.size() : 0);
    for (const WordPart& part : word.parts) bytes += sizeof part + part.text.size();
  }
  return bytes;
}

size_t SizeOf(const SimpleCommand& command) { return SizeOf(command.words); }
size_t SizeOf(const ForCommand& command) { return SizeOf(command.words) + SizeOf(command.body); }
size_t SizeOf(const WhileCommand& command) { return SizeOf(command.condition) + SizeOf(command.body); }

size_t SizeOf(const Command& command);

size_t SizeOf(const IfCommand& command) {
  return SizeOf(command.condition) + SizeOf(command.then) + SizeOf(command.otherwise) +
         (command.else_if ? SizeOf(*command.else_if) : 0);
}

size_t SizeOf(const Command& command) {
  return sizeof command + std::visit([](const auto& what) { return SizeOf(what); }, command.what);
}

}  // namespace

size_t SizeOf(const CommandList& commands) {
  size_t bytes = 0;
  for (const Command& command : commands) bytes += SizeOf(command);
  return bytes;
}

}  // namespace kexec_helper::grub
