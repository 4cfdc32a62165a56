// Runs a function in a child process with a deadline.
#pragma once

#include <chrono>
#include <functional>

namespace kexec_helper {

enum class WorkEnd { kFinished, kKilled, kTimedOut };

// How it ended, and by what: what the work returned (0 to 255), or the number of the signal.
struct WorkResult {
  WorkEnd end = WorkEnd::kFinished;
  int value = 0;
};

// Runs `work` in a child process and waits for it, at most for `limit`; then it is killed, and abandoned when a disk
// that does not answer holds it inside the kernel (signal(7): uninterruptible sleep). It does not outlive its caller.
// `work` flushes what it writes. Throws SystemError when there can be no child.
WorkResult RunWithin(std::chrono::milliseconds limit, const std::function<int()>& work);

}  // namespace kexec_helper
