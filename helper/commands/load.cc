#include "commands/load.h"

#include <chrono>
#include <thread>
#include <utility>

#include "bootloader/commit.h"
#include "bootloader/undo.h"
#include "breaker/kexec_count.h"
#include "breaker/settle.h"
#include "commands/fallback.h"
#include "commands/watchdog.h"
#include "kernel/remedy.h"
#include "records/records.h"
#include "survey/trust.h"
#include "sys/error.h"
#include "sys/text.h"

namespace kexec_helper {

namespace {

// Runs a step whose failure must not stop a reboot; it becomes a warning.
template <typename Step>
void OrWarn(std::vector<std::string>& warnings, const Step& step) {
  try {
    step();
  } catch (const Error& error) {
    warnings.push_back(error.what());
  }
}

// What the stopping services use may still be freed: a shutdown waits for it, but not for long.
void AwaitMemory(const Root& root, const BootImage& image, LoadMode mode) {
  constexpr int kMaxTries = 10;
  constexpr std::chrono::seconds kPause{1};
  std::string shortage = MemoryShortage(image, ReadKernelState(root));
  for (int i = 0; !shortage.empty() && mode == LoadMode::kShutdown && i < kMaxTries; ++i) {
    std::this_thread::sleep_for(kPause);
    shortage = MemoryShortage(image, ReadKernelState(root));
  }
  if (!shortage.empty()) throw Error(shortage + ": use a smaller initrd (MODULES=dep)");
}

void LoadPlanned(const Root& root, Kernel& kernel, LoadMode mode, BootImage opened, LoadReport& report) {
  const BootChoice choice = *report.decision.choice;
  LoadedRecord record = RecordOf(kBySettings, choice, opened);
  try {
    AwaitMemory(root, opened, mode);
    LoadableImage image = MakeLoadable(std::move(opened));
    // Before the load: a loaded kernel without a record counts as the administrator's.
    WriteLoadedRecord(root, record);
    auto start = std::chrono::steady_clock::now();
    LoadFiles(kernel, report.plan.facts.machine.kernel, choice, image.request);
    report.load_seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  } catch (const Error& error) {
    report.decision = RefuseKexec(Rule::kLoadRefused, error.what());
    if (report.plan.facts.machine.loaded_by == LoadedBy::kNone)
      OrWarn(report.warnings, [&] { root.Remove(kLoadedRecord); });
  }
}

// During a reboot through firmware nothing may stay loaded. Before, what the administrator loaded by hand is kept.
void UnloadForFirmware(const Root& root, Kernel& kernel, LoadMode mode, std::vector<std::string>& warnings) {
  OrWarn(warnings, [&] {
    bool unload = mode == LoadMode::kShutdown ? ReadKernelState(root).loaded
                                              : ReadMachineState(root).loaded_by == LoadedBy::kSettings;
    if (unload) Unload(root, kernel);
  });
}

void Consume(const Root& root, const MachineState& machine, std::vector<std::string>& warnings) {
  for (const FlagFile& flag : machine.flags) OrWarn(warnings, [&] { root.Remove(flag.path); });
  OrWarn(warnings, [&] { root.Remove(kOneShot); });
}

Attempt BeginAttempt(const Root& root, const Plan& plan) {
  Attempt attempt;
  if (plan.image) {
    attempt = AttemptOf(*plan.decision.choice, plan.files);
  } else if (auto record = ReadLoadedRecord(root)) {
    attempt.kernel = record->kernel;
    attempt.kernel_version = record->kernel_version;
    attempt.stamp = record->stamp;
  }
  attempt.boot_id = plan.facts.machine.kernel.boot_id;
  attempt.time = Now();
  return attempt;
}

// Of this boot: an older one whose end could not be noted yet is kept.
void ForgetAttempt(const Root& root, const KernelState& state) {
  auto attempt = ReadAttempt(root);
  if (attempt && attempt->boot_id == state.boot_id) root.Remove(kAttempt);
}

// What the boot loader was asked for, and what was used up there, for a kexec that does not take place.
void TakeBackFromLoader(const Root& root, std::vector<std::string>& failures) {
  OrWarn(failures, [&] { TakeBackFallback(root); });
  OrWarn(failures, [&] { Undo(root); });
}

void TakeBackAttempt(const Root& root, const KernelState& state, std::vector<std::string>& failures) {
  OrWarn(failures, [&] { ForgetAttempt(root, state); });
  TakeBackFromLoader(root, failures);
}

// Without the second file the `kexec` script does not jump; without the first, a kernel that fails would be tried
// again. So a failure to write either is a firmware reboot.
void AllowJump(const Root& root, const Attempt& attempt, LoadReport& report) {
  try {
    WriteAttempt(root, attempt);
    OrWarn(report.warnings, [&] { RecordWatchdog(root, report.plan.watch, attempt.boot_id); });
    root.WriteAtomically(kJump, "");
  } catch (const Error& error) {
    report.decision = RefuseKexec(
        Rule::kRecord, std::string(error.what()) + ": a kexec that leaves no record could fail again and again");
    OrWarn(report.warnings, [&] { ForgetAttempt(root, report.plan.facts.machine.kernel); });
  }
}

// What the boot loader would have changed by booting that: its one-shot is consumed, its saved entry restored. Then it
// is asked for the running kernel, in case that the new one fails.
void CommitBoot(const Root& root, LoadReport& report) {
  const Decision& decision = report.decision;
  // A kexec that became a firmware reboot since has another fallback than what was planned.
  if (decision.action != report.plan.decision.action) return;
  std::vector<StateChange> made;
  if (decision.action == Action::kKexec && decision.source == Source::kBootLoader) {
    const NextBoot& boot = BootOf(decision, report.plan.facts.loader);
    OrWarn(report.warnings, [&] { RecordUndo(root, boot.changes); });
    CommitChanges(root, boot, report.warnings);
    made = boot.changes;
  }
  AskForFallback(root, report.plan, made, report.warnings);
}

void RecordShutdown(const Root& root, const Decision& decision, const std::string& version, double seconds,
                    const std::string& watchdog, const KernelState& state, std::vector<std::string>& warnings) {
  bool kexec = decision.action == Action::kKexec;
  OrWarn(warnings, [&] {
    WriteShutdownRecord(root, {kexec ? "kexec" : "firmware", decision.reason, kexec ? version : "", kexec ? seconds : 0,
                               warnings, state.boot_id, Now(), kexec ? watchdog : ""});
  });
}

// kexec-tools' maintainer scripts delete LOAD_KEXEC from the settings; ours put this value back.
void RecordLoadKexec(const Root& root, const Facts& facts, std::vector<std::string>& warnings) {
  const auto& settings = facts.settings.settings;
  if (!settings || !settings->load_kexec) return;
  OrWarn(warnings, [&] { root.WriteAtomically(kLastLoadKexec, *settings->load_kexec ? "true\n" : "false\n"); });
}

void FinishShutdown(const Root& root, LoadReport& report) {
  const Facts& facts = report.plan.facts;
  CommitBoot(root, report);
  Consume(root, facts.machine, report.warnings);
  RecordShutdown(root, report.decision, report.plan.files.kernel_version, report.load_seconds.value_or(0),
                 report.plan.watch.text, facts.machine.kernel, report.warnings);
  RecordLoadKexec(root, facts, report.warnings);
}

void PutBack(const Root& root, const std::optional<LoadedRecord>& former) {
  if (former)
    WriteLoadedRecord(root, *former);
  else
    root.Remove(kLoadedRecord);
}

// For a load that was asked for by name: the next reboot uses it whatever the settings say.
LoadedByHand LoadByHand(const Root& root, Kernel& kernel, const BootChoice& choice, const KernelState& state) {
  LoadedByHand loaded{choice, {}};
  BootImage image = OpenBootImage(root, choice, state);
  LoadedRecord record = RecordOf(kByHand, choice, image);
  LoadableImage loadable = MakeLoadable(std::move(image));
  // Before the load: with the earlier record the administrator's kernel would count as ours.
  auto former = ReadLoadedRecord(root);
  WriteLoadedRecord(root, record);
  try {
    LoadFiles(kernel, state, choice, loadable.request);
  } catch (const Error& error) {
    std::vector<std::string> problems = {error.what()};
    OrWarn(problems, [&] { PutBack(root, former); });
    throw Error(Join(problems, "; "));
  }
  WarnOfWritableFiles(root, choice, loaded.warnings);
  return loaded;
}

}  // namespace

void LoadFiles(Kernel& kernel, const KernelState& state, const BootChoice& choice, const LoadRequest& request) {
  std::string files = choice.kernel;
  for (const std::string& initrd : choice.initrds) files += (&initrd == &choice.initrds[0] ? " with " : ", ") + initrd;
  try {
    ExplainErrors(state, [&] { kernel.Load(request); });
  } catch (const Error& error) {
    throw Error(files + ": " + error.what());
  }
}

LoadedRecord RecordOf(const char* source, const BootChoice& choice, const BootImage& image) {
  return {source, choice.kernel, image.kernel_version, image.kernel.stamp, choice.initrds, choice.command_line, Now()};
}

void WarnOfWritableFiles(const Root& root, const BootChoice& choice, std::vector<std::string>& warnings) {
  OrWarn(warnings, [&] { CheckOnlyRootWrites(root, {choice.kernel}); });
  for (const std::string& initrd : choice.initrds) OrWarn(warnings, [&] { CheckOnlyRootWrites(root, {initrd}); });
}

BootChoice ChoiceOf(const Root& root, const MachineState& machine, const LoadArguments& arguments) {
  Resolver resolve = ResolverOf(root);
  BootChoice choice;
  choice.kernel = resolve(arguments.kernel).value_or(arguments.kernel);
  choice.initrds = arguments.initrds;
  if (arguments.reuse_command_line) choice.command_line = CurrentCommandLineFor(choice.kernel, machine);
  if (!arguments.append.empty()) choice.command_line += (choice.command_line.empty() ? "" : " ") + arguments.append;
  return choice;
}

void Unload(const Root& root, Kernel& kernel) {
  ExplainErrors(ReadKernelState(root), [&] { kernel.Unload(); });
  root.Remove(kJump);
  root.Remove(kLoadedRecord);
}

void UnloadByHand(const Root& root, Kernel& kernel) {
  Unload(root, kernel);
  std::vector<std::string> failures;
  TakeBackAttempt(root, ReadKernelState(root), failures);
  if (!failures.empty()) throw Error("unloaded, but: " + Join(failures, "; "));
}

LoadReport ReportOf(Plan plan) {
  LoadReport report;
  report.decision = plan.decision;
  report.warnings = plan.warnings;
  report.plan = std::move(plan);
  return report;
}

LoadReport LoadFromSettings(const Root& root, Kernel& kernel, LoadMode mode) {
  std::vector<std::string> warnings;
  if (mode == LoadMode::kShutdown) {  // for an earlier reboot that was called off, or a boot that was not completed
    TakeBackFromLoader(root, warnings);
    OrWarn(warnings, [&] { StopRecordedWatchdog(root, kernel); });
  }
  Plan plan = MakePlan(root, mode == LoadMode::kShutdown ? Purpose::kShutdown : Purpose::kForecast);
  plan.warnings.insert(plan.warnings.begin(), warnings.begin(), warnings.end());
  Attempt attempt = BeginAttempt(root, plan);
  std::optional<BootImage> image = std::exchange(plan.image, std::nullopt);
  LoadReport report = ReportOf(std::move(plan));
  if (image) LoadPlanned(root, kernel, mode, std::move(*image), report);
  if (mode == LoadMode::kShutdown) {
    OrWarn(report.warnings, [&] { SettleAttempt(root, report.plan.facts.machine.kernel); });
    OrWarn(report.warnings, [&] { CountBoot(root, report.plan.facts.machine.kernel); });
    OrWarn(report.warnings, [&] { root.Remove(kJump); });
    if (report.decision.action == Action::kKexec) AllowJump(root, attempt, report);
  }
  if (report.decision.action == Action::kFirmware) UnloadForFirmware(root, kernel, mode, report.warnings);
  if (mode == LoadMode::kShutdown) FinishShutdown(root, report);
  return report;
}

std::vector<std::string> AbandonKexec(const Root& root, Kernel& kernel, KexecPhase phase, const std::string& reason) {
  constexpr std::chrono::seconds kLimit{5};
  std::vector<std::string> warnings;
  OrWarn(warnings, [&] { root.Remove(kJump); });
  auto clean_up = [&] {
    std::vector<std::string> failures;
    KernelState state = ReadKernelState(root);
    UnloadForFirmware(root, kernel, LoadMode::kShutdown, failures);  // first: what follows needs a disk
    bool read_only = false;
    if (phase == KexecPhase::kJumping) OrWarn(failures, [&] { read_only = kernel.MakeRootWritable(); });
    TakeBackAttempt(root, state, failures);
    OrWarn(failures, [&] { StopRecordedWatchdog(root, kernel); });
    RecordShutdown(root, RefuseKexec(Rule::kLoadRefused, reason), "", 0, "", state, failures);
    if (read_only) OrWarn(failures, [&] { kernel.MakeFilesystemsReadOnly(); });
    return 0;
  };
  OrWarn(warnings, [&] {
    if (kernel.RunWithin(kLimit, clean_up).end != WorkEnd::kFinished)
      throw Error("the reason could not be recorded for status");
  });
  return warnings;
}

LoadedByHand LoadMenuEntry(const Root& root, Kernel& kernel, const std::string& entry) {
  MachineState machine = ReadMachineState(root);
  std::vector<std::string> ignored;
  auto loader = FindBootLoader(root, ReadSettingsOutcome(root, ignored), machine);
  if (!loader) throw Error("menu entry \"" + entry + "\": no boot loader with a menu is known on this machine");
  NextBoot next = loader->FindNextBoot(loader->FindEntryPath(entry));
  if (!next.choice) throw Error("menu entry \"" + entry + "\": " + next.problem);
  return LoadByHand(root, kernel, *next.choice, machine.kernel);
}

LoadedByHand LoadFromArguments(const Root& root, Kernel& kernel, const LoadArguments& arguments) {
  MachineState machine = ReadMachineState(root);
  return LoadByHand(root, kernel, ChoiceOf(root, machine, arguments), machine.kernel);
}

}  // namespace kexec_helper
