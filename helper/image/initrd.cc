#include "image/initrd.h"

#include <array>

#include "image/memory_file.h"
#include "sys/error.h"

namespace kexec_helper {

namespace {

using namespace std::string_view_literals;

constexpr std::array kMagics = {
    "070701"sv,
    "070702"sv,
    "\x1f\x8b"sv,
    "\x1f\x9e"sv,
    "BZh"sv,
    "\xfd"
    "7zXZ\0"sv,
    "\x5d\0\0"sv,
    "\x89LZO\0"sv,
    "\x02\x21\x4c\x18"sv,
    "\x28\xb5\x2f\xfd"sv,
};

}  // namespace

void CheckInitrd(const std::string& path, std::string_view head, uint64_t size) {
  if (size == 0) throw Error(path + ": empty: rebuild it with update-initramfs -u");
  // Zeros may come first: the unpacker skips them.
  if (!head.empty() && head[0] == '\0') return;
  for (std::string_view magic : kMagics)
    if (head.substr(0, magic.size()) == magic) return;
  throw Error(path + ": neither a cpio archive nor a compressed one: rebuild it with update-initramfs -u");
}

Fd JoinInitrds(std::vector<InitrdFile> files) {
  if (files.empty()) return Fd();
  if (files.size() == 1 && !files[0].offset) return std::move(files[0].fd);
  std::vector<FilePart> parts;
  parts.reserve(files.size());
  for (const InitrdFile& file : files)
    parts.push_back({file.path, file.fd.get(), {file.offset.value_or(0), file.size}});
  return MakeMemoryFile("initrd", parts);
}

}  // namespace kexec_helper
