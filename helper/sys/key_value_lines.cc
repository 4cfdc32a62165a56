#include "sys/key_value_lines.h"

#include <algorithm>

namespace kexec_helper {

namespace {

constexpr std::string_view kBlanks = " \t";

std::string_view Trim(std::string_view line) {
  size_t start = line.find_first_not_of(kBlanks);
  if (start == std::string_view::npos) return "";
  return line.substr(start, line.find_last_not_of(kBlanks) + 1 - start);
}

}  // namespace

std::vector<KeyValue> ReadKeyValueLines(std::string_view text, std::string_view separators) {
  std::vector<KeyValue> pairs;
  text = text.substr(0, text.find('\0'));
  for (size_t at = 0; at < text.size();) {
    size_t end = std::min(text.find_first_of("\n\r", at), text.size());
    std::string_view line = Trim(text.substr(at, end - at));
    at = end + 1;
    if (line.empty() || line[0] == '#') continue;
    size_t key_end = line.find_first_of(separators);
    if (key_end == std::string_view::npos) continue;
    std::string_view value = line.substr(std::min(line.find_first_not_of(separators, key_end), line.size()));
    char quote = '\0';
    if (value.size() >= 2 && (value[0] == '"' || value[0] == '\'') && value.back() == value[0]) {
      quote = value[0];
      value = value.substr(1, value.size() - 2);
    }
    pairs.push_back({std::string(line.substr(0, key_end)), std::string(value), quote});
  }
  return pairs;
}

}  // namespace kexec_helper
