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

// By the boot's id and by how this boot came about. Pure.
AttemptEnd JudgeAttempt(const Attempt& attempt, const KernelState& kernel);

// The newest failure of a kexec that started the same: that kernel and those initrds, not replaced since, with that
// command line. What a failure does not know of itself does not count.
std::optional<Attempt> FindFailure(const std::vector<Attempt>& failures, const Attempt& next);

// "the kexec of Linux 6.1.0-41-amd64 (/boot/vmlinuz-…) on 2026-…: the machine came up through firmware".
std::string DescribeFailure(const Attempt& failure);

}  // namespace kexec_helper
