#include "commands/boot_complete.h"

#include "breaker/kexec_count.h"
#include "breaker/settle.h"
#include "commands/fallback.h"
#include "commands/watchdog.h"
#include "records/records.h"
#include "survey/platform.h"
#include "sys/error.h"

namespace kexec_helper {

BootCompletion CompleteBoot(const Root& root, Kernel& kernel) {
  BootCompletion completion;
  // Started by kexec, too, but not what the last reboot has asked for.
  if (!FindCaptureKernel(root, "").empty()) return completion;
  KernelState state = ReadKernelState(root);
  try {
    root.WriteAtomically(kUp, "");
  } catch (const Error& error) {
    completion.unmarked = error.what();
  }
  try {
    completion.fallback = SettleFallback(root, state.boot_id);
  } catch (const Error& error) {
    completion.problem = error.what();
  }
  completion.failure = SettleAttempt(root, state);
  CountBoot(root, state);
  try {
    StopRecordedWatchdog(root, kernel);
  } catch (const Error& error) {
    completion.watchdog_problem = error.what();
  }
  return completion;
}

}  // namespace kexec_helper
