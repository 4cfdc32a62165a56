#include "image/memory_file.h"

#include <sys/mman.h>
#include <sys/sendfile.h>

#include <cerrno>

#include "sys/error.h"

namespace kexec_helper {

namespace {

void Append(const FilePart& part, int to) {
  auto offset = static_cast<off_t>(part.slice.offset);
  uint64_t left = part.slice.size;
  while (left > 0) {
    ssize_t count = ::sendfile(to, part.fd, &offset, left);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) throw SystemError(part.path, errno);
    if (count == 0) throw Error(part.path + ": became shorter while it was read");
    left -= static_cast<uint64_t>(count);
  }
}

}  // namespace

Fd MakeMemoryFile(const char* name, const std::vector<FilePart>& parts) {
  Fd file(::memfd_create(name, MFD_CLOEXEC));
  if (!file) throw SystemError("memfd_create", errno);
  off_t size = 0;
  for (const FilePart& part : parts) {
    size = (size + 3) & ~off_t{3};
    if (::ftruncate(file.get(), size) != 0 || ::lseek(file.get(), size, SEEK_SET) != size)
      throw SystemError(part.path, errno);
    Append(part, file.get());
    size += static_cast<off_t>(part.slice.size);
  }
  return file;
}

}  // namespace kexec_helper
