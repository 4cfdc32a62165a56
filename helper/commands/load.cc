#include "commands/load.h"

#include <chrono>

#include "breaker/settle.h"
#include "commands/grub_menu.h"
#include "kernel/remedy.h"
#include "records/records.h"
#include "survey/trust.h"
#include "sys/error.h"

namespace kexec_helper {

namespace {

// The kernel with its errors explained.
template <typename Call>
void Explaining(const KernelState& state, const Call& call) {
  try {
    call();
  } catch (const KernelError& error) {
    throw Error(Explain(error, state));
  }
}

// The running kernel reads the files itself, and does not say which of them it did not like.
void LoadFiles(Kernel& kernel, const KernelState& state, const BootChoice& choice, const LoadRequest& request) {
  std::string files = choice.kernel;
  for (const std::string& initrd : choice.initrds) files += (&initrd == &choice.initrds[0] ? " with " : ", ") + initrd;
  try {
    Explaining(state, [&] { kernel.Load(request); });
  } catch (const Error& error) {
    throw Error(files + ": " + error.what());
  }
}

// Runs something that must not stop a reboot; its failure is told.
template <typename Step>
void OrWarn(std::vector<std::string>& warnings, const Step& step) {
  try {
    step();
  } catch (const Error& error) {
    warnings.push_back(error.what());
  }
}

LoadedRecord RecordOf(const std::string& source, const BootChoice& choice, const BootImage& image) {
  return {source, choice.kernel, image.kernel_version, image.kernel.stamp, choice.initrds, choice.command_line, Now()};
}

void LoadPlanned(const Root& root, Kernel& kernel, Plan& plan) {
  LoadedRecord record = RecordOf("settings", *plan.decision.choice, *plan.image);
  try {
    LoadableImage image = MakeLoadable(std::move(*plan.image));
    // Before the load: a kernel that is loaded with nobody's name on it would count as the administrator's.
    WriteLoadedRecord(root, record);
    auto start = std::chrono::steady_clock::now();
    LoadFiles(kernel, plan.machine.kernel, *plan.decision.choice, image.request);
    plan.load_seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  } catch (const Error& error) {
    plan.decision = RefuseKexec(error.what());
    if (plan.machine.loaded_by == LoadedBy::kNobody) OrWarn(plan.warnings, [&] { root.Remove(kLoadedRecord); });
  }
}

// A firmware reboot must stay one: once it is under way nothing may remain loaded. Before, what somebody loaded by hand
// stays.
void UnloadForFirmware(const Root& root, Kernel& kernel, Occasion occasion, Plan& plan) {
  OrWarn(plan.warnings, [&] {
    bool unload = occasion == Occasion::kShutdown ? ReadKernelState(root).loaded
                                                  : ReadMachineState(root).loaded_by == LoadedBy::kThisSuite;
    if (unload) Unload(root, kernel);
  });
}

// What GRUB would have written had it booted the entry: next_entry is used up, the saved entry restored.
void LeaveGrub(const Root& root, Plan& plan) {
  if (plan.decision.action == Action::kKexec && plan.decision.source == Source::kGrub)
    LeaveGrubEnvironment(root, plan.machine, *plan.grub.evaluation, plan.warnings);
}

void Consume(const Root& root, Plan& plan) {
  for (const FlagFile& flag : plan.machine.flags) OrWarn(plan.warnings, [&] { root.Remove(flag.path); });
  OrWarn(plan.warnings, [&] { root.Remove(kOneShot); });
}

Attempt AttemptOf(const Root& root, const Plan& plan) {
  Attempt attempt;
  attempt.boot_id = plan.machine.kernel.boot_id;
  attempt.time = Now();
  if (plan.image) {
    attempt.kernel = plan.decision.choice->kernel;
    attempt.kernel_version = plan.kernel_version;
    attempt.stamp = plan.image->kernel.stamp;
  } else if (auto record = ReadLoadedRecord(root)) {
    attempt.kernel = record->kernel;
    attempt.kernel_version = record->kernel_version;
    attempt.stamp = record->stamp;
  }
  return attempt;
}

// Of this boot: an older one whose end could not be noted yet is kept.
void ForgetAttempt(const Root& root, const KernelState& state) {
  auto attempt = ReadAttempt(root);
  if (attempt && attempt->boot_id == state.boot_id) root.Remove(kAttempt);
}

// Without the second file the `kexec` script does not jump; without the first, a kernel that fails would be tried
// again. So a failure to write either is a firmware reboot.
void AllowJump(const Root& root, const Attempt& attempt, Plan& plan) {
  try {
    WriteAttempt(root, attempt);
    root.WriteAtomically(kJump, "");
  } catch (const Error& error) {
    plan.decision = RefuseKexec(std::string(error.what()) + ": an attempt that leaves no trace could fail for ever");
    OrWarn(plan.warnings, [&] { ForgetAttempt(root, plan.machine.kernel); });
  }
}

void Remember(const Root& root, Plan& plan) {
  bool kexec = plan.decision.action == Action::kKexec;
  OrWarn(plan.warnings, [&] {
    WriteShutdownRecord(root,
                        {kexec ? "kexec" : "firmware", plan.decision.reason, kexec ? plan.kernel_version : "",
                         kexec ? plan.load_seconds.value_or(0) : 0, plan.warnings, plan.machine.kernel.boot_id, Now()});
  });
  // kexec-tools' maintainer scripts delete LOAD_KEXEC from the settings; ours put this value back.
  if (plan.settings && plan.settings->load_kexec)
    OrWarn(plan.warnings,
           [&] { root.WriteAtomically(kLastLoadKexec, *plan.settings->load_kexec ? "true\n" : "false\n"); });
}

// For a load that was asked for by name: the next reboot uses it whatever the settings say.
LoadedByHand LoadByHand(const Root& root, Kernel& kernel, const BootChoice& choice, const KernelState& state) {
  LoadedByHand loaded{choice, {}};
  BootImage image = OpenBootImage(root, choice, state);
  LoadedRecord record = RecordOf("argument", choice, image);
  LoadableImage loadable = MakeLoadable(std::move(image));
  LoadFiles(kernel, state, choice, loadable.request);
  WriteLoadedRecord(root, record);
  OrWarn(loaded.warnings, [&] { CheckOnlyRootWrites(root, choice.kernel); });
  for (const std::string& initrd : choice.initrds) OrWarn(loaded.warnings, [&] { CheckOnlyRootWrites(root, initrd); });
  return loaded;
}

}  // namespace

void Unload(const Root& root, Kernel& kernel) {
  Explaining(ReadKernelState(root), [&] { kernel.Unload(); });
  root.Remove(kJump);
  root.Remove(kLoadedRecord);
}

Plan LoadFromSettings(const Root& root, Kernel& kernel, Occasion occasion) {
  Plan plan = MakePlan(root);
  Attempt attempt = AttemptOf(root, plan);
  if (plan.image) LoadPlanned(root, kernel, plan);
  if (occasion == Occasion::kShutdown) {
    OrWarn(plan.warnings, [&] { SettleAttempt(root, plan.machine.kernel); });
    OrWarn(plan.warnings, [&] { root.Remove(kJump); });
    if (plan.decision.action == Action::kKexec) AllowJump(root, attempt, plan);
  }
  if (plan.decision.action == Action::kFirmware) UnloadForFirmware(root, kernel, occasion, plan);
  if (occasion == Occasion::kShutdown) {
    LeaveGrub(root, plan);
    Consume(root, plan);
    Remember(root, plan);
  }
  return plan;
}

std::vector<std::string> AbandonLoad(const Root& root, Kernel& kernel, const std::string& reason) {
  constexpr std::chrono::seconds kLimit{5};
  std::vector<std::string> warnings;
  OrWarn(warnings, [&] { root.Remove(kJump); });
  auto clean_up = [&] {
    Plan plan;
    plan.decision = RefuseKexec(reason);
    plan.machine.kernel = ReadKernelState(root);
    UnloadForFirmware(root, kernel, Occasion::kShutdown, plan);  // first: what follows needs a disk
    OrWarn(plan.warnings, [&] { ForgetAttempt(root, plan.machine.kernel); });
    Remember(root, plan);
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
  std::string path = grub::FindEntryPath(ReadGrubMenu(root, machine).entries, entry);
  GrubOutcome outcome = ReadGrubOutcome(root, machine, path);
  if (!outcome.choice) throw Error("menu entry \"" + entry + "\": " + outcome.error);
  return LoadByHand(root, kernel, *outcome.choice, machine.kernel);
}

LoadedByHand LoadFromArguments(const Root& root, Kernel& kernel, const LoadArguments& arguments) {
  MachineState machine = ReadMachineState(root);
  Resolver resolve = ResolverOf(root);
  BootChoice choice;
  choice.kernel = resolve(arguments.kernel).value_or(arguments.kernel);
  choice.initrds = arguments.initrds;
  if (arguments.reuse_command_line) choice.command_line = CurrentCommandLineFor(choice.kernel, machine);
  if (!arguments.append.empty()) choice.command_line += (choice.command_line.empty() ? "" : " ") + arguments.append;
  return LoadByHand(root, kernel, choice, machine.kernel);
}

}  // namespace kexec_helper
