#include "image/initrd.h"

#include <sys/mman.h>
#include <sys/sendfile.h>

#include <array>
#include <cerrno>

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

void Append(const InitrdFile& file, int to) {
  off_t offset = 0;
  uint64_t left = file.size;
  while (left > 0) {
    ssize_t count = ::sendfile(to, file.fd.get(), &offset, left);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) throw SystemError(file.path, errno);
    if (count == 0) throw Error(file.path + ": became shorter while it was read");
    left -= static_cast<uint64_t>(count);
  }
}

}  // namespace

void CheckInitrd(const std::string& path, std::string_view head, uint64_t size) {
  if (size == 0) throw Error(path + ": empty: make it anew with update-initramfs -u");
  // Zeros may come first: the unpacker skips them.
  if (!head.empty() && head[0] == '\0') return;
  for (std::string_view magic : kMagics)
    if (head.substr(0, magic.size()) == magic) return;
  throw Error(path + ": neither a cpio archive nor a compressed one: make it anew with update-initramfs -u");
}

Fd JoinInitrds(std::vector<InitrdFile> files) {
  if (files.empty()) return Fd();
  if (files.size() == 1) return std::move(files[0].fd);
  Fd joined(::memfd_create("initrd", MFD_CLOEXEC));
  if (!joined) throw SystemError("memfd_create", errno);
  off_t size = 0;
  for (const InitrdFile& file : files) {
    Append(file, joined.get());
    size += static_cast<off_t>(file.size);
    size = (size + 3) & ~off_t{3};
    if (::ftruncate(joined.get(), size) != 0 || ::lseek(joined.get(), size, SEEK_SET) != size)
      throw SystemError(file.path, errno);
  }
  return joined;
}

}  // namespace kexec_helper
