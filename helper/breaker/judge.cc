#include "breaker/judge.h"

#include <algorithm>

namespace kexec_helper {

namespace {

bool StartsTheSame(const Attempt& failure, const Attempt& next) {
  if (failure.kernel != next.kernel || failure.stamp != next.stamp) return false;
  if (!failure.build.empty() && failure.build != next.build) return false;
  // A record of 0.1.0, or of a kernel that another program loaded.
  if (failure.command_line.empty()) return true;
  return failure.command_line == next.command_line && failure.initrds == next.initrds;
}

}  // namespace

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

std::optional<Attempt> FindFailure(const std::vector<Attempt>& failures, const Attempt& next) {
  auto found = std::find_if(failures.rbegin(), failures.rend(),
                            [&](const Attempt& failure) { return StartsTheSame(failure, next); });
  if (found == failures.rend()) return std::nullopt;
  return *found;
}

std::string DescribeFailure(const Attempt& failure) {
  std::string kernel = failure.kernel.empty() ? "a kernel loaded by hand" : failure.kernel;
  if (!failure.kernel_version.empty()) kernel = "Linux " + failure.kernel_version + " (" + kernel + ")";
  return "the kexec of " + kernel + " on " + failure.time + " failed: the machine came up through firmware" +
         (failure.cause.empty() ? "" : ", because " + failure.cause);
}

}  // namespace kexec_helper
