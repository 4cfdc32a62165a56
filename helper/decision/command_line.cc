#include "decision/command_line.h"

namespace kexec_helper {

namespace {

constexpr std::string_view kBootImage = "BOOT_IMAGE=";

bool IsSpace(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }

// Where the word that starts at `at` ends.
size_t WordEnd(std::string_view text, size_t at) {
  bool quoted = false;
  for (; at < text.size() && (quoted || !IsSpace(text[at])); ++at)
    if (text[at] == '"') quoted = !quoted;
  return at;
}

}  // namespace

std::string ReuseCommandLine(std::string_view current, std::string_view boot_image) {
  while (!current.empty() && IsSpace(current.back())) current.remove_suffix(1);
  std::string rest;
  for (size_t at = 0; at < current.size();) {
    size_t word_end = WordEnd(current, at);
    size_t next = word_end;
    while (next < current.size() && IsSpace(current[next])) ++next;
    if (current.compare(at, kBootImage.size(), kBootImage) != 0) rest += current.substr(at, next - at);
    at = next;
  }
  if (boot_image.empty()) return rest;
  std::string result = std::string(kBootImage) + std::string(boot_image);
  return rest.empty() ? result : result + " " + rest;
}

std::string WithPanicTimeout(const std::string& command_line, int seconds) {
  constexpr std::string_view kPanic = "panic=";
  std::string word = std::string(kPanic) + std::to_string(seconds);
  for (size_t at = 0, end; at < command_line.size(); at = end + 1) {
    end = WordEnd(command_line, at);
    if (command_line.compare(at, kPanic.size(), kPanic) == 0) return command_line;
    if (command_line.compare(at, end - at, "--") == 0)
      return command_line.substr(0, at) + word + " " + command_line.substr(at);
  }
  return command_line.empty() ? word : command_line + " " + word;
}

}  // namespace kexec_helper
