// Little-endian numbers in files: images, EFI variables.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace kexec_helper {

// The number in at most 8 `bytes` at `offset`; the caller has checked that they are there.
inline uint64_t LittleEndian(std::string_view data, size_t offset, size_t bytes) {
  uint64_t value = 0;
  for (size_t i = bytes; i-- > 0;) value = value << 8 | static_cast<unsigned char>(data[offset + i]);
  return value;
}

}  // namespace kexec_helper
