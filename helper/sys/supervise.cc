#include "sys/supervise.h"

#include <poll.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>

#include "sys/error.h"
#include "sys/fd.h"

namespace kexec_helper {

namespace {

constexpr int kChildThrew = 255;
constexpr std::chrono::milliseconds kTimeToDie{2000};

[[noreturn]] void RunChild(pid_t parent, const std::function<int()>& work) {
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (::getppid() != parent) ::_exit(kChildThrew);  // it was gone before the line above
  int status = kChildThrew;
  try {
    status = work();
  } catch (...) {  // work that has anything to say about an error says it itself
  }
  ::_exit(status);
}

// True when the process has ended within the time.
bool EndsWithin(int pidfd, std::chrono::milliseconds limit) {
  auto deadline = std::chrono::steady_clock::now() + limit;
  for (;;) {
    auto left = std::chrono::duration_cast<std::chrono::milliseconds>(deadline - std::chrono::steady_clock::now());
    struct pollfd poll = {pidfd, POLLIN, 0};
    int ready = ::poll(&poll, 1, static_cast<int>(std::max<int64_t>(left.count(), 0)));
    if (ready >= 0) return ready > 0;
    if (errno != EINTR) throw SystemError("poll", errno);
  }
}

}  // namespace

WorkResult RunWithin(std::chrono::milliseconds limit, const std::function<int()>& work) {
  pid_t parent = ::getpid();
  pid_t child = ::fork();
  if (child < 0) throw SystemError("fork", errno);
  if (child == 0) RunChild(parent, work);
  Fd pidfd(static_cast<int>(::syscall(SYS_pidfd_open, child, 0)));
  if (!pidfd) {
    int error = errno;
    ::kill(child, SIGKILL);
    ::waitpid(child, nullptr, 0);
    throw SystemError("pidfd_open", error);
  }
  bool in_time = EndsWithin(pidfd.get(), limit);
  if (!in_time) {
    ::kill(child, SIGKILL);
    if (!EndsWithin(pidfd.get(), kTimeToDie)) return {WorkEnd::kTimedOut, 0};
  }
  int status = 0;
  if (::waitpid(child, &status, 0) != child) throw SystemError("waitpid", errno);
  if (!in_time) return {WorkEnd::kTimedOut, 0};
  if (WIFSIGNALED(status)) return {WorkEnd::kKilled, WTERMSIG(status)};
  return {WorkEnd::kFinished, WEXITSTATUS(status)};
}

}  // namespace kexec_helper
