#include "sys/directory_lock.h"

#include <fcntl.h>
#include <sys/file.h>

#include <cerrno>
#include <thread>

#include "sys/error.h"

namespace kexec_helper {

Fd LockDirectory(const Root& root, const std::string& path, std::chrono::milliseconds limit) {
  constexpr std::chrono::milliseconds kPause{20};
  if (!root.Exists(path)) root.MakeDirectory(path);
  Fd fd = root.Open(path, O_RDONLY | O_DIRECTORY);
  const auto deadline = std::chrono::steady_clock::now() + limit;
  while (::flock(fd.get(), LOCK_EX | LOCK_NB) != 0) {
    if (errno != EWOULDBLOCK && errno != EINTR) throw SystemError(path, errno);
    if (std::chrono::steady_clock::now() >= deadline)
      throw Error(path + ": held by another process for " +
                  std::to_string(std::chrono::duration_cast<std::chrono::seconds>(limit).count()) + " s");
    std::this_thread::sleep_for(kPause);
  }
  return fd;
}

}  // namespace kexec_helper
