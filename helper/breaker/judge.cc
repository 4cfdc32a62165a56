#include "breaker/judge.h"

#include <algorithm>

namespace kexec_helper {

AttemptEnd JudgeAttempt(const Attempt& attempt, const KernelState& kernel) {
  if (attempt.boot_id == kernel.boot_id) return AttemptEnd::kUnderWay;
  switch (FindBootOrigin(kernel).kind) {
    case BootKind::kKexec:
      return AttemptEnd::kCameUp;
    case BootKind::kFirmware:
      return AttemptEnd::kFailed;
    case BootKind::kUnknown:
      break;
  }
  return AttemptEnd::kUnknown;
}

std::optional<Attempt> FindFailure(const std::vector<Attempt>& failures, const std::string& path,
                                   const FileStamp& stamp) {
  auto found = std::find_if(failures.rbegin(), failures.rend(),
                            [&](const Attempt& failure) { return failure.kernel == path && failure.stamp == stamp; });
  if (found == failures.rend()) return std::nullopt;
  return *found;
}

std::string DescribeFailure(const Attempt& failure) {
  std::string kernel = failure.kernel.empty() ? "a kernel loaded by hand" : failure.kernel;
  if (!failure.kernel_version.empty()) kernel = "Linux " + failure.kernel_version + " (" + kernel + ")";
  return "the kexec of " + kernel + " on " + failure.time + " failed: the machine came up through firmware";
}

}  // namespace kexec_helper
