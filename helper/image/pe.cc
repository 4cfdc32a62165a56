#include "image/pe.h"

#include <unistd.h>

#include <cerrno>
#include <string_view>

#include "sys/error.h"
#include "sys/little_endian.h"

namespace kexec_helper {

namespace {

constexpr size_t kDosHeaderBytes = 64;
constexpr size_t kPeOffsetField = 0x3c;
constexpr size_t kFileHeaderBytes = 24;  // with the signature "PE\0\0"
constexpr size_t kSectionBytes = 40;
constexpr size_t kNameBytes = 8;

PeSection ParseSection(std::string_view header) {
  std::string_view name = header.substr(0, kNameBytes);
  uint64_t memory_size = LittleEndian(header, 8, 4);
  uint64_t data_size = LittleEndian(header, 16, 4);
  uint64_t data_offset = LittleEndian(header, 20, 4);
  return {std::string(name.substr(0, name.find('\0'))), {data_offset, data_size}, memory_size};
}

}  // namespace

ReadSlice SliceReader(int fd, const std::string& path) {
  return [fd, path](FileSlice slice) {
    std::string bytes(slice.size, '\0');
    size_t done = 0;
    while (done < bytes.size()) {
      ssize_t count = ::pread(fd, bytes.data() + done, bytes.size() - done, static_cast<off_t>(slice.offset + done));
      if (count < 0 && errno == EINTR) continue;
      if (count < 0) throw SystemError(path, errno);
      if (count == 0) break;
      done += static_cast<size_t>(count);
    }
    bytes.resize(done);
    return bytes;
  };
}

std::optional<std::vector<PeSection>> ReadPeSections(const std::string& path, const ReadSlice& read) {
  std::string dos = read({0, kDosHeaderBytes});
  if (dos.size() < kDosHeaderBytes || dos.compare(0, 2, "MZ") != 0) return std::nullopt;
  uint64_t offset = LittleEndian(dos, kPeOffsetField, 4);
  std::string header = read({offset, kFileHeaderBytes});
  if (header.size() < kFileHeaderBytes || header.compare(0, 4, std::string_view("PE\0\0", 4)) != 0) return std::nullopt;
  uint64_t count = LittleEndian(header, 6, 2);
  if (count > kMaxPeSections)
    throw Error(path + ": an EFI program of " + std::to_string(count) + " sections, more than " +
                std::to_string(kMaxPeSections) + ": rebuild it");
  std::string table =
      read({offset + kFileHeaderBytes + LittleEndian(header, 20, 2), static_cast<uint64_t>(count * kSectionBytes)});
  if (table.size() < count * kSectionBytes)
    throw Error(path + ": truncated: the file ends within the table of its sections: rebuild or reinstall it");
  std::vector<PeSection> sections;
  sections.reserve(count);
  for (size_t i = 0; i < count; ++i)
    sections.push_back(ParseSection(std::string_view(table).substr(i * kSectionBytes, kSectionBytes)));
  return sections;
}

}  // namespace kexec_helper
