#include "cli/escape.h"

#include <cstdint>
#include <cstdio>

namespace kexec_helper {

namespace {

struct Character {
  uint32_t code = 0;
  size_t length = 0;  // in bytes; 0: no UTF-8
};

// The character at the beginning of `text` (RFC 3629: no overlong forms, no surrogates, at most U+10FFFF).
Character Decode(std::string_view text) {
  auto byte = [&](size_t i) { return static_cast<unsigned char>(text[i]); };
  if (byte(0) < 0x80) return {byte(0), 1};
  size_t length = byte(0) >= 0xf0 ? 4 : byte(0) >= 0xe0 ? 3 : 2;
  if (byte(0) < 0xc2 || byte(0) > 0xf4 || text.size() < length) return {};
  uint32_t code = byte(0) & (0xffu >> (length + 1));
  for (size_t i = 1; i < length; ++i) {
    if ((byte(i) & 0xc0) != 0x80) return {};
    code = code << 6 | (byte(i) & 0x3fu);
  }
  constexpr uint32_t kSmallest[] = {0, 0, 0x80, 0x800, 0x10000};
  bool surrogate = code >= 0xd800 && code < 0xe000;
  if (code < kSmallest[length] || surrogate || code > 0x10ffff) return {};
  return {code, length};
}

// Unicode's controls of writing direction (UAX #9), line and paragraph separators and noncharacters.
bool IsHiding(uint32_t code) {
  return code == 0x61c || code == 0x200e || code == 0x200f || (code >= 0x2028 && code <= 0x202e) ||
         (code >= 0x2066 && code <= 0x2069) || (code >= 0xfdd0 && code <= 0xfdef) || (code & 0xfffe) == 0xfffe ||
         code == 0xfeff;
}

std::string Format(const char* format, uint32_t code) {
  char text[16];
  return {text, static_cast<size_t>(std::snprintf(text, sizeof text, format, code))};
}

}  // namespace

std::string Escaped(std::string_view text) {
  std::string shown;
  for (size_t at = 0; at < text.size();) {
    Character character = Decode(text.substr(at));
    if (character.length == 0) {
      shown += Format("\\x%02x", static_cast<unsigned char>(text[at++]));
      continue;
    }
    uint32_t code = character.code;
    if (code < 0x20 || (code >= 0x7f && code < 0xa0))
      shown += Format("\\x%02x", code);
    else if (IsHiding(code))
      shown += Format("\\u%04x", code);
    else
      shown += text.substr(at, character.length);
    at += character.length;
  }
  return shown;
}

}  // namespace kexec_helper
