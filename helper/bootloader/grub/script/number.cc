#include "bootloader/grub/script/number.h"

#include "bootloader/grub/script/characters.h"

namespace kexec_helper::grub {

namespace {

constexpr unsigned kNoDigit = 99;

unsigned Digit(char c) {
  if (IsDigit(c)) return static_cast<unsigned>(c - '0');
  if (IsAlpha(c)) return static_cast<unsigned>((c | 0x20) - 'a') + 10;
  return kNoDigit;
}

}  // namespace

Number ReadNumber(std::string_view text, unsigned base) {
  size_t at = 0;
  while (at < text.size() && IsSpace(text[at])) ++at;
  if (text.compare(at, 2, "0x") == 0) {
    if (base == 0 || base == 16) {
      base = 16;
      at += 2;
    }
  } else if (base == 0 && at + 1 < text.size() && text[at] == '0' && text[at + 1] >= '0' && text[at + 1] <= '7') {
    base = 8;
  }
  if (base == 0) base = 10;
  Number number;
  size_t start = at;
  for (; at < text.size() && Digit(text[at]) < base; ++at) {
    uint64_t digit = Digit(text[at]);
    if (number.value > (UINT64_MAX - digit) / base) return {UINT64_MAX, at, Status::kOutOfRange};
    number.value = number.value * base + digit;
  }
  number.length = at;
  if (at == start) number.status = Status::kBadNumber;
  return number;
}

int ReadSigned(std::string_view text) {
  bool negative = !text.empty() && text[0] == '-';
  uint64_t value = ReadNumber(negative ? text.substr(1) : text).value;
  return static_cast<int>(negative ? 0 - value : value);
}

}  // namespace kexec_helper::grub
