#include "bootloader/grub/runtime/loader.h"

namespace kexec_helper::grub {

std::string QuoteArguments(const std::vector<std::string>& arguments) {
  std::string line;
  for (size_t i = 0; i < arguments.size(); ++i) {
    const std::string& argument = arguments[i];
    bool quoted = argument.find(' ') != std::string::npos;
    if (i > 0) line += ' ';
    if (quoted) line += '"';
    for (char c : argument) {
      if (c == '\\' || c == '\'' || c == '"') line += '\\';
      line += c;
    }
    if (quoted) line += '"';
  }
  return line;
}

std::string CommandLine(const LinuxKernel& kernel) {
  std::vector<std::string> words = {kernel.kernel.word};
  words.insert(words.end(), kernel.arguments.begin(), kernel.arguments.end());
  return "BOOT_IMAGE=" + QuoteArguments(words);
}

}  // namespace kexec_helper::grub
