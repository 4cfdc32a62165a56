// The circuit breaker: a kernel whose kexec failed is not kexec'ed again.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "breaker/attempts.h"
#include "kernel/state.h"

namespace kexec_helper {

// What has become of a recorded attempt, seen from this boot.
enum class AttemptEnd {
  kUnderWay,  // the boot that made it has not ended
  kCameUp,    // this boot came by kexec
  kFailed,    // this boot came through firmware instead
  kUnknown,   // how this machine was booted is not known
};

//
AttemptEnd JudgeAttempt(const Attempt& attempt, const KernelState& kernel);

// The failure of this very kernel, its file not replaced since.
std::optional<Attempt> FindFailure(const std::vector<Attempt>& failures, const std::string& path,
                                   const FileStamp& stamp);

// "the kexec of Linux 6.1.0-41-amd64 (/boot/vmlinuz-…) on 2026-…: the machine came up through firmware".
std::string DescribeFailure(const Attempt& failure);

}  // namespace kexec_helper
