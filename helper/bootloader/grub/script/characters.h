// The characters of GRUB script, whatever the locale says.
#pragma once

#include <cstddef>
#include <string_view>

namespace kexec_helper::grub {

inline bool IsDigit(char c) { return c >= '0' && c <= '9'; }
inline bool IsAlpha(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
inline bool IsSpace(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }
inline bool IsNameStart(char c) { return IsAlpha(c) || c == '_'; }
inline bool IsNameRest(char c) { return IsNameStart(c) || IsDigit(c); }

// How long the variable name is that begins at `at`: letters and digits, digits alone, or one of ? # * @. 0: none.
inline size_t VariableNameLength(std::string_view text, size_t at) {
  if (at >= text.size()) return 0;
  size_t end = at;
  if (IsNameStart(text[at])) {
    while (end < text.size() && IsNameRest(text[end])) ++end;
  } else if (IsDigit(text[at])) {
    while (end < text.size() && IsDigit(text[end])) ++end;
  } else if (text[at] == '?' || text[at] == '#' || text[at] == '*' || text[at] == '@') {
    ++end;
  }
  return end - at;
}

}  // namespace kexec_helper::grub
