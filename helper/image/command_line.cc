#include "image/command_line.h"

namespace kexec_helper {

bool IsCommandLineSpace(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }

size_t WordEnd(std::string_view command_line, size_t at) {
  bool quoted = false;
  for (; at < command_line.size() && (quoted || !IsCommandLineSpace(command_line[at])); ++at)
    if (command_line[at] == '"') quoted = !quoted;
  return at;
}

std::vector<std::string_view> Words(std::string_view command_line) {
  std::vector<std::string_view> words;
  for (size_t at = 0; at < command_line.size();) {
    size_t end = WordEnd(command_line, at);
    std::string_view word = command_line.substr(at, end - at);
    if (!word.empty()) words.push_back(word);
    at = end + 1;
  }
  return words;
}

std::string WithoutWords(std::string_view command_line, const std::vector<std::string>& prefixes) {
  std::string rest;
  for (std::string_view word : Words(command_line)) {
    bool dropped = false;
    for (const std::string& prefix : prefixes) dropped = dropped || word.starts_with(prefix);
    if (!dropped) rest += (rest.empty() ? "" : " ") + std::string(word);
  }
  return rest;
}

std::string WithoutKexecWords(std::string_view command_line) {
  return WithoutWords(command_line, {"panic=", kOpenTimeout, "rd.shell=0", "rd.emergency=reboot"});
}

bool HasCrashReservation(std::string_view command_line) {
  for (std::string_view word : Words(command_line))
    if (word.starts_with("crashkernel=")) return true;
  return false;
}

std::string ComparableCommandLine(std::string_view command_line) {
  return WithoutWords(WithoutKexecWords(command_line), {"BOOT_IMAGE="});
}

}  // namespace kexec_helper
