// Initial RAM disks: what one is, and several as one.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sys/fd.h"

namespace kexec_helper {

// An opened initrd, or the part of an opened file that is one.
struct InitrdFile {
  std::string path;  // for messages
  Fd fd;
  uint64_t size = 0;                              // bytes
  std::optional<uint64_t> offset = std::nullopt;  // of a part; nullopt for a file of its own
};

inline constexpr size_t kInitrdHeadBytes = 8;

// Checks that the file begins as the kernel's unpacker expects (init/initramfs.c, lib/decompress.c): a cpio archive or
// a compressed one. Throws Error when empty or something else. Pure.
void CheckInitrd(const std::string& path, std::string_view head, uint64_t size);

// One descriptor for all of them in their order: the file itself when it is the only one, else a memory file in which
// each begins at a multiple of 4 bytes, as boot loaders lay them out
// (Documentation/driver-api/early-userspace/buffer-format.rst). None for an empty list. Throws SystemError.
Fd JoinInitrds(std::vector<InitrdFile> files);

}  // namespace kexec_helper
