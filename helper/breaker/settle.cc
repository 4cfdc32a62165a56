#include "breaker/settle.h"

#include "breaker/judge.h"
#include "records/records.h"
#include "sys/error.h"

namespace kexec_helper {

Failures FindFailures(const Root& root, const KernelState& kernel) {
  Failures failures = ReadFailures(root);
  auto attempt = ReadAttempt(root);
  if (attempt && JudgeAttempt(*attempt, kernel) == AttemptEnd::kFailed) failures.known.push_back(*attempt);
  return failures;
}

std::optional<Attempt> SettleAttempt(const Root& root, const KernelState& kernel) {
  auto attempt = ReadAttempt(root);
  if (!attempt) return std::nullopt;
  AttemptEnd end = JudgeAttempt(*attempt, kernel);
  if (end == AttemptEnd::kUnderWay) return std::nullopt;
  bool failed = end == AttemptEnd::kFailed;
  if (failed) WriteFailures(root, FindFailures(root, kernel).known);
  root.Remove(kAttempt);
  return failed ? attempt : std::nullopt;
}

bool IsOnTrial(const Root& root, const KernelState& kernel) {
  if (FindBootOrigin(kernel).kind != BootKind::kKexec || root.Exists(kUp)) return false;
  if (!root.Exists(kRecordsDirectory)) return true;
  auto attempt = ReadAttempt(root);
  return attempt && JudgeAttempt(*attempt, kernel) == AttemptEnd::kCameUp;
}

void NoteCause(const Root& root, const std::string& cause) {
  auto attempt = ReadAttempt(root);
  if (!attempt) throw Error(std::string(kAttempt) + ": cannot be read");
  attempt->cause = cause;
  WriteAttempt(root, *attempt);
}

std::vector<Attempt> ResetFailures(const Root& root) {
  std::vector<Attempt> failures = FindFailures(root, ReadKernelState(root)).known;
  if (!failures.empty()) root.Remove(kAttempt);
  root.Remove(kFailures);
  return failures;
}

}  // namespace kexec_helper
