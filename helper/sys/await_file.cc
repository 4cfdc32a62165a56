#include "sys/await_file.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/inotify.h>

#include <cerrno>
#include <ctime>

#include "sys/error.h"

namespace kexec_helper {

namespace {

// Of the directory itself, wherever its path leads below the root.
Fd Watch(const Root& root, const std::string& directory) {
  const Fd open = root.Open(directory, O_PATH | O_DIRECTORY);
  Fd events(::inotify_init1(IN_CLOEXEC | IN_NONBLOCK));
  if (!events) throw SystemError("inotify_init1", errno);
  const std::string path = "/proc/self/fd/" + std::to_string(open.get());
  if (::inotify_add_watch(events.get(), path.c_str(), IN_CREATE | IN_MOVED_TO) < 0) throw SystemError(directory, errno);
  return events;
}

void AwaitEvent(const Fd& events, std::chrono::milliseconds limit) {
  struct pollfd poll = {events.get(), POLLIN, 0};
  if (::poll(&poll, 1, static_cast<int>(limit.count())) < 0 && errno != EINTR) throw SystemError("poll", errno);
  char ignored[4096];
  while (::read(events.get(), ignored, sizeof ignored) > 0) {
  }
}

}  // namespace

std::chrono::milliseconds SinceKernelStart() {
  struct timespec now = {};
  if (::clock_gettime(CLOCK_BOOTTIME, &now) != 0) throw SystemError("clock_gettime", errno);
  return std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::seconds(now.tv_sec) +
                                                               std::chrono::nanoseconds(now.tv_nsec));
}

bool AwaitFile(const Root& root, const std::string& directory, const std::string& name,
               std::chrono::milliseconds deadline) {
  if (!root.Exists(directory)) root.MakeDirectory(directory);
  const Fd events = Watch(root, directory);
  for (;;) {
    if (root.Exists(directory + "/" + name)) return true;
    const auto left = deadline - SinceKernelStart();
    if (left.count() <= 0) return false;
    AwaitEvent(events, left);
  }
}

}  // namespace kexec_helper
