// Numbers as GRUB reads them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "bootloader/grub/script/status.h"

namespace kexec_helper::grub {

// What stands at the beginning of a text as a number, and where it ends. kBadNumber: there is none (value 0);
// kOutOfRange: it does not fit (value UINT64_MAX).
struct Number {
  uint64_t value = 0;
  size_t length = 0;  // characters up to its end, blanks before it included
  Status status = Status::kNone;
};

// Base 0: 0x is 16, a 0 before an octal digit is 8, else 10. Any text after the number is left (GRUB: kern/misc.c,
// grub_strtoull).
Number ReadNumber(std::string_view text, unsigned base = 0);

// The same as a C int, "-5" too; what is no number is 0 (GRUB: commands/test.c).
int ReadSigned(std::string_view text);

}  // namespace kexec_helper::grub
