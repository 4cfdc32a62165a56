#include "cli/init_commands.h"

#include <chrono>

#include "breaker/judge.h"
#include "cli/escape.h"
#include "cli/reporting.h"
#include "commands/await_boot.h"
#include "commands/boot_complete.h"
#include "commands/hooks.h"
#include "commands/load.h"
#include "commands/watchdog.h"
#include "exitrd/exitrd.h"
#include "survey/vmcore.h"

namespace kexec_helper {

namespace {

// Never in the way of the jump: a BMC that does not answer is waited for two seconds.
void WatchJump(const Context& context) {
  constexpr std::chrono::seconds kLimit{5};
  WorkResult result = context.kernel.RunWithin(kLimit, [&] {
    return Reporting(context.err, [&] {
      std::string started = StartRecordedWatchdog(context.root, context.kernel);
      if (!started.empty()) context.out << kPrefix << Escaped(started) << "\n" << std::flush;
      return 0;
    });
  });
  if (result.end != WorkEnd::kFinished || result.value != 0)
    context.err << kPrefix << "no watchdog watches the new kernel\n";
}

constexpr const char* kNotAgain =
    "; unless it is loaded by hand, this kernel is started through firmware until it is replaced, or until "
    "kexec-helper reset-failed";

}  // namespace

// Hooks first: one may veto, and what they do must not change the exitrd any more.
ExitCode RunPrepareJump(const Context& context) {
  HooksReport hooks = RunHooks(context.root);
  for (const std::string& message : hooks.messages) context.err << kPrefix << Escaped(message) << "\n";
  if (!hooks.veto.empty()) {
    context.err << kPrefix << Escaped(hooks.veto) << " vetoes the kexec (exit status 3)\n";
    return ExitCode::kDeclined;
  }
  std::string changed = PrepareExitrd(context.root);
  if (!changed.empty()) context.out << kPrefix << Escaped(changed) << "\n";
  WatchJump(context);
  return ExitCode::kDone;
}

ExitCode RunResumeWatchdog(const Context& context) {
  if (ResumeWatchdog(context.root, context.kernel))
    context.out << kPrefix << "the watchdog of the kexec runs until this system is up\n";
  return ExitCode::kDone;
}

ExitCode RunAbandonJump(const Context& context) {
  if (context.options.operands.empty()) throw UsageError("abandon-jump: the reason is missing");
  const std::string& reason = context.options.operands[0];
  std::vector<std::string> failures = AbandonKexec(context.root, context.kernel, KexecPhase::kJumping, reason);
  PrintWarnings(context.err, failures);
  return failures.empty() ? ExitCode::kDone : ExitCode::kFailed;
}

ExitCode RunBootComplete(const Context& context) {
  BootCompletion boot = CompleteBoot(context.root, context.kernel);
  if (!boot.unmarked.empty()) PrintWarnings(context.err, {boot.unmarked});
  if (boot.failure)
    context.err << kPrefix << Escaped(DescribeFailure(*boot.failure)) << (boot.failure->kernel.empty() ? "" : kNotAgain)
                << "\n";
  if (boot.failure && boot.fallback)
    context.err << kPrefix << Escaped(boot.fallback->loader) << " was asked for entry '"
                << Escaped(boot.fallback->entry) << "', the kernel that had worked\n";
  if (!boot.watchdog_problem.empty())
    context.err << kPrefix << "the watchdog of the last kexec cannot be stopped and may reset this machine: "
                << Escaped(boot.watchdog_problem) << "\n";
  if (!boot.problem.empty())
    throw Error("the boot loader is still asked for the kernel that ran before: " + boot.problem);
  return ExitCode::kDone;
}

// Its words are for the console: the administrator who sees them may want to prevent the reboot.
ExitCode RunAwaitBoot(const Context& context) {
  const BootPhase phase = context.options.emergency ? BootPhase::kEmergency : BootPhase::kStarting;
  auto deadline = FindBootDeadline(context.root, context.kernel, phase);
  if (!deadline) return ExitCode::kDone;
  context.out << kPrefix
              << (phase == BootPhase::kStarting ? "unless this system comes up in time"
                                                : "emergency mode after a kexec: unless an administrator logs in here")
              << ", the machine reboots through firmware (" << deadline->setting << ")" << std::endl;
  const AwaitedBoot boot = AwaitBoot(context.root, context.kernel, *deadline);
  if (boot.end == BootEnd::kLoggedIn)
    context.out << kPrefix << "no reboot by " << deadline->setting << ": an administrator has logged in\n";
  if (!boot.problem.empty()) PrintWarnings(context.err, {"the watchdog of the kexec may still run: " + boot.problem});
  return ExitCode::kDone;
}

ExitCode RunCrashLog(const Context& context) {
  const auto& operands = context.options.operands;
  context.out << ReadDeadKernelLog(context.root, operands.empty() ? kVmcore : operands[0]) << std::flush;
  if (!context.out) throw Error("the log cannot be written: is the disk full?");
  return ExitCode::kDone;
}

}  // namespace kexec_helper
