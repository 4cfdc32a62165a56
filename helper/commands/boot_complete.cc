#include "commands/boot_complete.h"

#include "breaker/kexec_count.h"
#include "breaker/settle.h"
#include "commands/fallback.h"
#include "records/records.h"
#include "survey/platform.h"
#include "sys/error.h"

namespace kexec_helper {

BootCompletion CompleteBoot(const Root& root) {
  BootCompletion completion;
  // Started by kexec, too, but not what the last reboot has asked for.
  if (!FindCaptureKernel(root, "").empty()) return completion;
  KernelState kernel = ReadKernelState(root);
  try {
    root.WriteAtomically(kUp, "");
  } catch (const Error& error) {
    completion.unmarked = error.what();
  }
  try {
    completion.fallback = SettleFallback(root, kernel.boot_id);
  } catch (const Error& error) {
    completion.problem = error.what();
  }
  completion.failure = SettleAttempt(root, kernel);
  CountBoot(root, kernel);
  return completion;
}

}  // namespace kexec_helper
