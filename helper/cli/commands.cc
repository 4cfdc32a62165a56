#include <boost/filesystem/operations.hpp>
#include <chrono>

#include "breaker/judge.h"
#include "breaker/settle.h"
#include "cli/command.h"
#include "cli/escape.h"
#include "cli/init_commands.h"
#include "cli/present.h"
#include "cli/reporting.h"
#include "cli/version.h"
#include "commands/crash.h"
#include "commands/doctor.h"
#include "commands/exec.h"
#include "commands/list.h"
#include "commands/load.h"
#include "commands/plan.h"
#include "commands/reboot.h"
#include "commands/status.h"

namespace kexec_helper {

namespace {

ExitCode CodeOf(const Decision& decision) {
  if (decision.action == Action::kKexec) return ExitCode::kDone;
  return decision.cause == FirmwareCause::kPolicy ? ExitCode::kDeclined : ExitCode::kFailed;
}

// The one line that belongs on the console; problems go to standard error.
ExitCode Conclude(const Context& context, const LoadReport& report, const std::string& line) {
  ExitCode code = CodeOf(report.decision);
  PrintWarnings(context.err, report.warnings);
  if (context.options.json) {
    context.out << PlanJson(report.plan, report.decision, report.warnings);
    if (code == ExitCode::kFailed) context.err << kPrefix << Escaped(line) << "\n";
  } else {
    (code == ExitCode::kFailed ? context.err : context.out) << kPrefix << Escaped(line) << "\n";
  }
  return code;
}

ExitCode RunPlan(const Context& context) {
  Plan plan = MakePlan(context.root, Purpose::kForecast);
  context.out << (context.options.json ? PlanJson(plan, plan.decision, plan.warnings)
                                       : PlanText(plan, context.options.verbose));
  return CodeOf(plan.decision);
}

std::string Absolute(const std::string& path) { return boost::filesystem::absolute(path).string(); }

ExitCode RunList(const Context& context) {
  MenuOfLoader menu = ReadLoaderMenu(context.root);
  context.out << (context.options.json ? MenuJson(menu.loader, menu.menu)
                                       : MenuText(menu.loader, menu.menu, context.options.verbose));
  return ExitCode::kDone;
}

ExitCode ConcludeLoad(const Context& context, const LoadedByHand& loaded) {
  PrintWarnings(context.err, loaded.warnings);
  const BootChoice& choice = loaded.choice;
  if (context.options.json)
    context.out << LoadJson(choice);
  else
    context.out << kPrefix << "loaded " << Escaped(choice.kernel) << "; the next reboot starts it\n";
  return ExitCode::kDone;
}

ExitCode LoadAsPlanned(const Context& context, LoadMode mode) {
  LoadReport report = LoadFromSettings(context.root, context.kernel, mode);
  ExitCode code = Conclude(context, report, DecisionLine(report.decision, report.plan.files, report.load_seconds));
  context.out.flush();
  context.err.flush();
  return code;
}

// kexec-load waits a little longer than this.
constexpr std::chrono::seconds kShutdownLimit{80};

// An exception leaves nothing decided, and perhaps something loaded.
ExitCode LoadOrAbandon(const Context& context) {
  try {
    return LoadAsPlanned(context, LoadMode::kShutdown);
  } catch (const std::exception& error) {
    PrintWarnings(context.err, AbandonKexec(context.root, context.kernel, KexecPhase::kLoading, error.what()));
    throw Error(std::string("firmware reboot: ") + error.what());
  }
}

// A disk or a network that is gone must not hold up the reboot.
ExitCode LoadAtShutdown(const Context& context) {
  WorkResult result = context.kernel.RunWithin(
      kShutdownLimit, [&] { return Reporting(context.err, [&] { return static_cast<int>(LoadOrAbandon(context)); }); });
  if (result.end == WorkEnd::kFinished) return static_cast<ExitCode>(result.value);
  std::string reason = result.end == WorkEnd::kTimedOut
                           ? "loading took longer than " + std::to_string(kShutdownLimit.count()) + " seconds"
                           : "kexec-helper was killed by signal " + std::to_string(result.value) + " while loading";
  PrintWarnings(context.err, AbandonKexec(context.root, context.kernel, KexecPhase::kLoading, reason));
  throw Error("firmware reboot: " + reason);
}

LoadArguments ArgumentsOf(const Options& options) {
  LoadArguments arguments{Absolute(options.operands[0]), {}, options.append, options.reuse_command_line};
  for (const std::string& initrd : options.initrds) arguments.initrds.push_back(Absolute(initrd));
  return arguments;
}

ExitCode LoadForCrash(const Context& context) {
  const Options& options = context.options;
  if (std::string why = options.at_boot ? CrashKernelDeclined(context.root) : ""; !why.empty()) {
    context.out << kPrefix << "no crash kernel: " << Escaped(why) << "\n";
    return ExitCode::kDeclined;
  }
  auto arguments = options.operands.empty() ? std::nullopt : std::optional(ArgumentsOf(options));
  LoadedByHand loaded = LoadCrashKernel(context.root, context.kernel, arguments);
  PrintWarnings(context.err, loaded.warnings);
  if (options.json)
    context.out << LoadJson(loaded.choice);
  else
    context.out << kPrefix << "loaded " << Escaped(loaded.choice.kernel) << "; a crash of this system starts it\n";
  return ExitCode::kDone;
}

ExitCode RunLoad(const Context& context) {
  const Options& options = context.options;
  if (options.crash) return LoadForCrash(context);
  if (!options.entry.empty()) return ConcludeLoad(context, LoadMenuEntry(context.root, context.kernel, options.entry));
  if (options.shutdown) return LoadAtShutdown(context);
  if (options.operands.empty()) return LoadAsPlanned(context, LoadMode::kManual);
  return ConcludeLoad(context, LoadFromArguments(context.root, context.kernel, ArgumentsOf(options)));
}

ExitCode RunExec(const Context& context) {
  Exec(context.root, context.kernel, context.options.unmount ? Filesystems::kMakeReadOnly : Filesystems::kLeave);
}

ExitCode RunReboot(const Context& context) {
  if (context.options.firmware) {
    RebootByFirmware(context.root, context.kernel);
    context.out << kPrefix << "rebooting through firmware\n";
    return ExitCode::kDone;
  }
  LoadReport report = ReportOf(RebootByKexec(context.root, context.kernel));
  if (report.decision.action == Action::kKexec)
    return Conclude(context, report, DecisionLine(report.decision, report.plan.files, std::nullopt));
  return Conclude(context, report,
                  "not rebooting, it would not be by kexec: " + report.decision.reason +
                      " (kexec-helper reboot --firmware goes through firmware)");
}

ExitCode RunUnload(const Context& context) {
  if (context.options.crash) {
    UnloadCrashKernel(context.root, context.kernel);
    context.out << kPrefix << "no crash kernel is loaded\n";
    return ExitCode::kDone;
  }
  UnloadByHand(context.root, context.kernel);
  context.out << kPrefix << "no kernel is loaded\n";
  return ExitCode::kDone;
}

ExitCode RunStatus(const Context& context) {
  Status status = ReadStatus(context.root);
  context.out << (context.options.json ? StatusJson(status) : StatusText(status));
  return ExitCode::kDone;
}

ExitCode RunDoctor(const Context& context) {
  std::vector<Finding> findings = Examine(context.root);
  context.out << (context.options.json ? DoctorJson(findings) : DoctorText(findings));
  return WorstOf(findings) == Health::kProblem ? ExitCode::kFailed : ExitCode::kDone;
}

ExitCode RunResetFailed(const Context& context) {
  std::vector<Attempt> failures = ResetFailures(context.root);
  if (failures.empty()) context.out << kPrefix << "no kexec has failed\n";
  for (const Attempt& failure : failures)
    context.out << kPrefix << "forgotten: " << Escaped(DescribeFailure(failure)) << "\n";
  return ExitCode::kDone;
}

// Its reader saves it: a log that is cut off by a full disk must not pass for a whole one.
ExitCode RunVersion(const Context& context) {
  context.out << "kexec-helper " << kVersion << "\n";
  return ExitCode::kDone;
}

}  // namespace

const std::vector<Command>& Commands() {
  static const std::vector<Command> commands = {
      {"plan", "plan", "what the next reboot would do and why; changes nothing", {}, 0, Changes::kNothing, RunPlan},
      {"list",
       "list",
       "the boot loader's menu, the default marked, and why an entry cannot be booted",
       {},
       0,
       Changes::kNothing,
       RunList},
      {"load",
       "load [--crash] [KERNEL [--initrd FILE]... [--append STR] [--reuse-cmdline] | --entry ID|TITLE|PATH]",
       "load the planned kernel, the one named, or that of an entry of the boot loader's menu",
       {"shutdown", "initrd", "append", "reuse-cmdline", "entry", "crash", "at-boot"},
       1,
       Changes::kRunningSystem,
       RunLoad},
      {"exec", "exec [--unmount]", "jump into the loaded kernel now", {"unmount"}, 0, Changes::kRunningSystem, RunExec},
      {"reboot",
       "reboot [--firmware]",
       "one kexec reboot (or firmware reboot), whatever LOAD_KEXEC says",
       {"firmware"},
       0,
       Changes::kRunningSystem,
       RunReboot},
      {"unload",
       "unload [--crash]",
       "unload the loaded kernel, or the crash kernel",
       {"crash"},
       0,
       Changes::kRunningSystem,
       RunUnload},
      {"status",
       "status",
       "what is loaded, how this boot came about, what the last shutdown decided",
       {},
       0,
       Changes::kNothing,
       RunStatus},
      {"doctor",
       "doctor",
       "what could go wrong at the next reboot, and what to do about it",
       {},
       0,
       Changes::kNothing,
       RunDoctor},
      {"reset-failed",
       "reset-failed",
       "give kernels whose kexec failed another chance",
       {},
       0,
       Changes::kRunningSystem,
       RunResetFailed},
      {"boot-complete",
       "boot-complete",
       "record that the system has come up (for the init scripts)",
       {},
       0,
       Changes::kRunningSystem,
       RunBootComplete},
      {"await-boot",
       "await-boot [--emergency]",
       "reboot through firmware if a system started by kexec does not come up in time (for the init scripts)",
       {"emergency"},
       0,
       Changes::kRunningSystemAfterWaiting,
       RunAwaitBoot},
      {"prepare-jump",
       "prepare-jump",
       "run the hooks, and make the last step of a shutdown start the loaded kernel (for the init scripts)",
       {},
       0,
       Changes::kRunningSystem,
       RunPrepareJump},
      {"resume-watchdog",
       "resume-watchdog",
       "start the watchdog of the last kexec once more, whose driver may have stopped it (for udev)",
       {},
       0,
       Changes::kRunningSystem,
       RunResumeWatchdog},
      {"abandon-jump",
       "abandon-jump REASON",
       "take back what was done for a jump that was refused (for the init scripts)",
       {},
       1,
       Changes::kRunningSystem,
       RunAbandonJump},
      {"crash-log",
       "crash-log [FILE]",
       "print what the dead kernel has logged, from /proc/vmcore or a copy of it (for the capture system)",
       {},
       1,
       Changes::kNothing,
       RunCrashLog},
      {"version", "version", "the program's version", {}, 0, Changes::kNothing, RunVersion},
  };
  return commands;
}

}  // namespace kexec_helper
