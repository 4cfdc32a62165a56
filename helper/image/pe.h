// The section table of a PE file, the format of EFI programs (Microsoft PE and COFF specification).
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace kexec_helper {

// Part of a file, in bytes.
struct FileSlice {
  uint64_t offset = 0;
  uint64_t size = 0;

  friend bool operator==(const FileSlice&, const FileSlice&) = default;
};

// Reads a slice of a file; less than asked for where the file ends.
using ReadSlice = std::function<std::string(FileSlice)>;

// Reads an open file with pread(2), so that its position stays. Throws SystemError naming `path`. The descriptor has to
// outlive it.
ReadSlice SliceReader(int fd, const std::string& path);

// One section as its table has it; nothing is known to lie within the file yet.
struct PeSection {
  std::string name;          // at most 8 characters, ".linux"
  FileSlice data;            // in the file
  uint64_t memory_size = 0;  // once loaded; the data is padded to the file's alignment or, when shorter, with zeros
};

// The sections in the order of the table; nullopt if this is no PE file. Throws Error "PATH: what: remedy" when the
// table is cut off or has more than kMaxPeSections. Pure but for `read`.
inline constexpr size_t kMaxPeSections = 4096;
std::optional<std::vector<PeSection>> ReadPeSections(const std::string& path, const ReadSlice& read);

}  // namespace kexec_helper
