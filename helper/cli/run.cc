#include "cli/run.h"

#include <unistd.h>

#include <boost/filesystem/operations.hpp>
#include <chrono>
#include <functional>
#include <map>

#include "breaker/judge.h"
#include "breaker/settle.h"
#include "cli/options.h"
#include "cli/present.h"
#include "cli/version.h"
#include "commands/doctor.h"
#include "commands/exec.h"
#include "commands/grub_menu.h"
#include "commands/load.h"
#include "commands/plan.h"
#include "commands/reboot.h"
#include "commands/status.h"
#include "sys/error.h"

namespace kexec_helper {

namespace {

// What a command works with.
struct Context {
  const Options& options;
  const Root& root;
  Kernel& kernel;
  std::ostream& out;
  std::ostream& err;
};

constexpr const char* kPrefix = "kexec-helper: ";

// What the work returns, or the exit status that goes with what it threw, and that on standard error.
int Reporting(std::ostream& err, const std::function<int()>& work) {
  try {
    return work();
  } catch (const UsageError& error) {
    err << kPrefix << error.what() << "\nTry kexec-helper --help" << std::endl;
    return static_cast<int>(error.code());
  } catch (const Error& error) {
    err << kPrefix << error.what() << std::endl;
    return static_cast<int>(error.code());
  } catch (const std::exception& error) {
    err << kPrefix << "internal error: " << error.what() << std::endl;
    return static_cast<int>(ExitCode::kFailed);
  }
}

ExitCode CodeOf(const Decision& decision) {
  if (decision.action == Action::kKexec) return ExitCode::kDone;
  return decision.cause == FirmwareCause::kPolicy ? ExitCode::kDeclined : ExitCode::kFailed;
}

void PrintWarnings(const Context& context, const std::vector<std::string>& warnings) {
  for (const std::string& warning : warnings) context.err << kPrefix << "warning: " << warning << "\n";
}

// The one line that belongs on the console; problems go to standard error.
ExitCode Conclude(const Context& context, const Plan& plan, const std::string& line) {
  ExitCode code = CodeOf(plan.decision);
  PrintWarnings(context, plan.warnings);
  if (context.options.json) {
    context.out << PlanJson(plan);
    if (code == ExitCode::kFailed) context.err << kPrefix << line << "\n";
  } else {
    (code == ExitCode::kFailed ? context.err : context.out) << kPrefix << line << "\n";
  }
  return code;
}

ExitCode RunPlan(const Context& context) {
  Plan plan = MakePlan(context.root, /*one_shot=*/false, ReadMenu::kAlways);
  context.out << (context.options.json ? PlanJson(plan) : PlanText(plan, context.options.verbose));
  return CodeOf(plan.decision);
}

std::string Absolute(const std::string& path) { return boost::filesystem::absolute(path).string(); }

// The menu is shown although nothing of it may boot: that stands beside each entry.
ExitCode RunList(const Context& context) {
  grub::MenuTree menu = ReadGrubMenu(context.root, ReadMachineState(context.root));
  context.out << (context.options.json ? MenuJson(menu) : MenuText(menu, context.options.verbose));
  return ExitCode::kDone;
}

ExitCode ConcludeLoad(const Context& context, const LoadedByHand& loaded) {
  PrintWarnings(context, loaded.warnings);
  const BootChoice& choice = loaded.choice;
  if (context.options.json)
    context.out << LoadJson(choice);
  else
    context.out << kPrefix << "loaded " << choice.kernel << "; the next reboot starts it\n";
  return ExitCode::kDone;
}

ExitCode LoadAsPlanned(const Context& context, Occasion occasion) {
  Plan plan = LoadFromSettings(context.root, context.kernel, occasion);
  ExitCode code = Conclude(context, plan, PlanLine(plan));
  context.out.flush();
  context.err.flush();
  return code;
}

// kexec-load waits a little longer than this.
constexpr std::chrono::seconds kShutdownLimit{80};

// An exception leaves nothing decided, and perhaps something loaded.
ExitCode LoadOrAbandon(const Context& context) {
  try {
    return LoadAsPlanned(context, Occasion::kShutdown);
  } catch (const std::exception& error) {
    PrintWarnings(context, AbandonLoad(context.root, context.kernel, error.what()));
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
  PrintWarnings(context, AbandonLoad(context.root, context.kernel, reason));
  throw Error("firmware reboot: " + reason);
}

ExitCode RunLoad(const Context& context) {
  const Options& options = context.options;
  if (!options.entry.empty()) return ConcludeLoad(context, LoadMenuEntry(context.root, context.kernel, options.entry));
  if (options.shutdown) return LoadAtShutdown(context);
  if (options.operands.empty()) return LoadAsPlanned(context, Occasion::kByHand);
  LoadArguments arguments{Absolute(options.operands[0]), {}, options.append, options.reuse_command_line};
  for (const std::string& initrd : options.initrds) arguments.initrds.push_back(Absolute(initrd));
  return ConcludeLoad(context, LoadFromArguments(context.root, context.kernel, arguments));
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
  Plan plan = RebootByKexec(context.root, context.kernel);
  if (plan.decision.action == Action::kKexec) return Conclude(context, plan, PlanLine(plan));
  return Conclude(context, plan,
                  "not rebooting, it would not be by kexec: " + plan.decision.reason +
                      " (kexec-helper reboot --firmware goes through firmware)");
}

ExitCode RunUnload(const Context& context) {
  Unload(context.root, context.kernel);
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

constexpr const char* kNotAgain =
    "; unless it is loaded by hand, this kernel is started through firmware until it is replaced, or until "
    "kexec-helper reset-failed";

ExitCode RunBootComplete(const Context& context) {
  if (auto failure = SettleAttempt(context.root, ReadKernelState(context.root)))
    context.err << kPrefix << DescribeFailure(*failure) << (failure->kernel.empty() ? "" : kNotAgain) << "\n";
  return ExitCode::kDone;
}

ExitCode RunResetFailed(const Context& context) {
  std::vector<Attempt> failures = ResetFailures(context.root);
  if (failures.empty()) context.out << kPrefix << "no kexec has failed\n";
  for (const Attempt& failure : failures) context.out << kPrefix << "forgotten: " << DescribeFailure(failure) << "\n";
  return ExitCode::kDone;
}

ExitCode RunVersion(const Context& context) {
  context.out << "kexec-helper " << kVersion << "\n";
  return ExitCode::kDone;
}

// Whether a command changes the running system; then it cannot work on another root.
enum class Changes { kNothing, kRunningSystem };

struct Command {
  ExitCode (*run)(const Context&);
  Changes changes;
};

const std::map<std::string, Command>& CommandTable() {
  static const std::map<std::string, Command> table = {
      {"plan", {RunPlan, Changes::kNothing}},
      {"load", {RunLoad, Changes::kRunningSystem}},
      {"list", {RunList, Changes::kNothing}},
      {"exec", {RunExec, Changes::kRunningSystem}},
      {"reboot", {RunReboot, Changes::kRunningSystem}},
      {"unload", {RunUnload, Changes::kRunningSystem}},
      {"status", {RunStatus, Changes::kNothing}},
      {"version", {RunVersion, Changes::kNothing}},
      {"doctor", {RunDoctor, Changes::kNothing}},
      {"reset-failed", {RunResetFailed, Changes::kRunningSystem}},
      {"boot-complete", {RunBootComplete, Changes::kRunningSystem}},
  };
  return table;
}

ExitCode Dispatch(const Options& options, const Root& root, Kernel& kernel, std::ostream& out, std::ostream& err) {
  const Command& command = CommandTable().at(options.command);
  bool changes = command.changes == Changes::kRunningSystem;
  if (options.root == "/") {
    if (changes && root.IsRunningSystem() && ::geteuid() != 0)
      throw Error(options.command + ": only root may do this: try sudo");
    return command.run({options, root, kernel, out, err});
  }
  if (changes) throw UsageError(options.command + ": changes the running system and takes no --root");
  return command.run({options, Root(options.root), kernel, out, err});
}

}  // namespace

int Run(const std::vector<std::string>& arguments, const Root& root, Kernel& kernel, std::ostream& out,
        std::ostream& err) {
  return Reporting(err, [&] {
    Options options = ParseOptions(arguments);
    if (options.help) {
      out << Usage();
      return static_cast<int>(ExitCode::kDone);
    }
    return static_cast<int>(Dispatch(options, root, kernel, out, err));
  });
}

}  // namespace kexec_helper
