#include "decision/decision.h"

#include <algorithm>
#include <boost/filesystem/path.hpp>

#include "breaker/judge.h"
#include "decision/command_line.h"
#include "decision/watchdog.h"
#include "image/command_line.h"
#include "sys/error.h"
#include "sys/text.h"

namespace kexec_helper {

namespace {

Decision Firmware(Rule rule, const std::string& reason) {
  Decision decision;
  decision.rule = rule;
  decision.reason = reason;
  return decision;
}

std::string FlagReason(const std::vector<FlagFile>& flags) {
  std::vector<std::string> texts;
  texts.reserve(flags.size());
  for (const FlagFile& flag : flags) texts.push_back(flag.path + " (created by " + flag.owner + ")");
  return Join(texts) + ": one firmware reboot was asked for";
}

// A boot loader that is followed honours its own request; a kernel loaded by hand would skip it.
bool HonoursItsRequest(const Facts& facts) {
  return facts.machine.loaded_by != LoadedBy::kAdministrator && facts.settings.settings &&
         FollowsBootLoader(*facts.settings.settings);
}

// What was asked of the firmware. It also wins over a kernel loaded by hand: the load can be done again.
std::optional<Decision> DecideByRequest(const Facts& facts) {
  const MachineState& machine = facts.machine;
  if (!machine.flags.empty()) return Firmware(Rule::kFlagFile, FlagReason(machine.flags));
  std::vector<std::string> requests = machine.firmware_requests;
  if (!facts.loader.one_shot_request.empty() && !HonoursItsRequest(facts))
    requests.push_back(facts.loader.one_shot_request);
  if (requests.empty()) return std::nullopt;
  return Firmware(Rule::kFirmwareRequest, Join(requests, "; "));
}

// Wanted or not, by the settings alone; nullopt if wanted.
std::optional<Decision> DecideByPolicy(const Settings& settings, const MachineState& machine) {
  bool one_shot = machine.one_shot;
  if (!one_shot && !settings.load_kexec)
    return Firmware(Rule::kPolicy,
                    settings.load_kexec_where + ": LOAD_KEXEC is not set: set LOAD_KEXEC=true for kexec reboots");
  if (!one_shot && !*settings.load_kexec)
    return Firmware(Rule::kPolicy, settings.load_kexec_where + ": LOAD_KEXEC=false");
  if (settings.max_kexecs && machine.kexecs_in_a_row >= *settings.max_kexecs)
    return Firmware(Rule::kPolicy, settings.max_kexecs_where + ": MAX_KEXECS=" + std::to_string(*settings.max_kexecs) +
                                       ": this boot is kexec number " + std::to_string(machine.kexecs_in_a_row) +
                                       " since the last boot through firmware");
  return std::nullopt;
}

// What the running kernel and the machine do not allow; nullopt if a kexec is possible.
std::optional<Decision> DecideByMachine(const MachineState& machine, bool anyway) {
  if (std::string refusal = LoadRefusal(machine.kernel); !refusal.empty())
    return RefuseKexec(Rule::kRunningKernel, refusal);
  if (!machine.capture_kernel.empty())
    return Firmware(Rule::kPlatform, machine.capture_kernel + ", which reboots through firmware");
  if (!machine.hazards.empty() && !anyway)
    return Firmware(Rule::kPlatform, machine.hazards[0] + ": set KEXEC_ANYWAY=true to override");
  if (!machine.missing_integration.empty()) return RefuseKexec(Rule::kIntegration, machine.missing_integration[0]);
  return std::nullopt;
}

// "6.1.0-41-amd64" of "/boot/vmlinuz-6.1.0-41-amd64" and of "….efi.signed"; "" when it is not named that way.
std::string VersionInName(const std::string& path, const std::string& prefix) {
  std::string name = boost::filesystem::path(path).filename().string();
  if (!name.starts_with(prefix)) return "";
  for (const char* suffix : {".signed", ".efi"})
    if (name.ends_with(suffix)) name.resize(name.size() - std::string(suffix).size());
  return name.substr(prefix.size());
}

std::string ResolveOrThrow(const Resolver& resolve, const std::string& name, const std::string& path) {
  if (auto resolved = resolve(path)) return *resolved;
  throw Error(name + " " + path + ": no such file");
}

[[noreturn]] void ThrowNoKernel(const Settings& settings, const DefaultKernels& kernels, const LoaderFacts& loader) {
  std::string reason = kernels.dangling.empty() ? std::string("KERNEL_IMAGE ") + kDefaultKernel +
                                                      ": no such file, nor /boot/vmlinuz, nor /boot/pve/vmlinuz"
                                                : "KERNEL_IMAGE: " + Join(kernels.dangling, "; ");
  if (loader.next && loader.next->choice)
    reason += ": " + HowToFollowBootLoader(settings) + " to take what " + loader.name + " boots, " +
              loader.next->choice->kernel;
  throw Error(reason);
}

// While KERNEL_IMAGE has its default, the places where distributions keep the link are looked at, and on a machine
// without any link and any boot loader the newest kernel in /boot.
KernelFiles ChooseKernel(const Settings& settings, const Facts& facts) {
  if (settings.kernel_image != kDefaultKernel) return {settings.kernel_image, ""};
  const DefaultKernels& kernels = facts.machine.kernels;
  if (!kernels.links.empty()) return kernels.links.front();
  if (kernels.dangling.empty() && facts.loader.name.empty() && kernels.newest) return *kernels.newest;
  ThrowNoKernel(settings, kernels, facts.loader);
}

// Of the kernel that was chosen, unless INITRD names others; a unified image has its own.
std::vector<std::string> ChooseInitrds(const Settings& settings, const Facts& facts, const KernelFiles& kernel) {
  bool is_default = settings.initrds == Settings().initrds;
  if (is_default && facts.machine.unified_command_line) return {};
  if (!is_default || settings.kernel_image != kDefaultKernel) return settings.initrds;
  if (kernel.initrd.empty()) return {};
  return {kernel.initrd};
}

void ChooseFiles(const Settings& settings, const Facts& facts, const Resolver& resolve, Decision& decision) {
  KernelFiles kernel = ChooseKernel(settings, facts);
  decision.names = {kernel.kernel};
  decision.choice = BootChoice{ResolveOrThrow(resolve, "KERNEL_IMAGE", kernel.kernel), {}, ""};
  for (const std::string& initrd : ChooseInitrds(settings, facts, kernel)) {
    decision.names.push_back(initrd);
    decision.choice->initrds.push_back(ResolveOrThrow(resolve, "INITRD", initrd));
  }
}

// In the middle of a kernel upgrade the two links may belong to different kernels.
void CheckSameVersion(const BootChoice& choice) {
  if (choice.initrds.empty()) return;
  std::string kernel = VersionInName(choice.kernel, "vmlinuz-");
  std::string initrd = VersionInName(choice.initrds[0], "initrd.img-");
  if (!kernel.empty() && !initrd.empty() && kernel != initrd)
    throw Error(choice.initrds[0] + ": is not the initrd of " + choice.kernel +
                ": is a kernel upgrade unfinished? See KERNEL_IMAGE and INITRD");
}

Decision DecideByBootLoader(Decision decision, const LoaderFacts& loader) {
  const NextBoot& next = *loader.next;
  if (next.result == BootResult::kOtherSystem) return Firmware(Rule::kBootLoader, next.problem);
  if (next.result != BootResult::kLinux) return RefuseKexec(Rule::kBootLoader, next.problem);
  decision.source = Source::kBootLoader;
  decision.reason += ", " + loader.name;
  if (next.entry) decision.reason += "'s menu entry '" + next.entry->title + "' (" + next.entry->path + ")";
  decision.reason += ": " + next.why;
  decision.choice = next.choice;
  return decision;
}

// The current command line for the next kernel, or why it may not be used again.
std::optional<Decision> RefuseReuse(const MachineState& machine, const std::string& remedy) {
  if (std::string word = FindOneBootWord(machine.current_command_line); !word.empty())
    return Firmware(Rule::kOneBoot, "the current command line has '" + word +
                                        "', which is meant for a single boot, so it is not reused: " + remedy);
  if (std::string changed = FindChangedRoot(machine.current_command_line, machine.mounts); !changed.empty())
    return Firmware(Rule::kRootChanged, changed + ": " + remedy);
  return std::nullopt;
}

Decision DecideBySettings(Decision decision, const Facts& facts, const Resolver& resolve) {
  const Settings& settings = *facts.settings.settings;
  const MachineState& machine = facts.machine;
  try {
    ChooseFiles(settings, facts, resolve, decision);
    BootChoice& choice = *decision.choice;
    CheckSameVersion(choice);
    if (!machine.unified_companions.empty()) throw Error(machine.unified_companions);
    if (!settings.append.empty()) {
      choice.command_line = settings.append;
      return decision;
    }
    if (machine.unified_command_line && !machine.unified_command_line->empty()) {
      choice.command_line = *machine.unified_command_line;
      choice.section_command_line = machine.unified_command_line;
      return decision;
    }
    std::string remedy = "set APPEND";
    if (!facts.loader.name.empty()) remedy += ", or " + HowToFollowBootLoader(settings);
    if (auto firmware = RefuseReuse(machine, remedy)) return *firmware;
    choice.command_line =
        ReuseCommandLine(machine.current_command_line, PathOnFilesystem(machine.mounts, choice.kernel));
    return decision;
  } catch (const Error& error) {
    return RefuseKexec(Rule::kFiles, error.what());
  }
}

bool IsLockedDown(const KernelState& kernel) { return !kernel.lockdown.empty() && kernel.lockdown != "none"; }

}  // namespace

void AddPanicTimeout(const Settings& settings, const MachineState& machine, Decision& decision) {
  if (!settings.panic_timeout || !decision.choice) return;
  std::string& command_line = decision.choice->command_line;
  command_line = WithPanicTimeout(command_line, *settings.panic_timeout,
                                  machine.has_dracut ? InitrdKind::kDracut : InitrdKind::kOther);
}

Attempt AttemptOf(const BootChoice& choice, const FileFacts& files) {
  Attempt attempt;
  attempt.kernel = files.kernel;
  attempt.kernel_version = files.kernel_version;
  attempt.build = files.kernel_build;
  attempt.stamp = files.stamp;
  attempt.initrds = files.initrd_stamps;
  attempt.command_line = ComparableCommandLine(choice.command_line);
  return attempt;
}

const NextBoot& BootOf(const Decision& decision, const LoaderFacts& loader) {
  return decision.runs_again ? *loader.running.boot : *loader.next;
}

Decision RefuseKexec(Rule rule, const std::string& reason) {
  Decision decision = Firmware(rule, reason);
  decision.cause = FirmwareCause::kProblem;
  return decision;
}

std::string CurrentCommandLineFor(const std::string& kernel, const MachineState& machine) {
  if (auto refusal = RefuseReuse(machine, "give --append")) throw Error(refusal->reason);
  return ReuseCommandLine(machine.current_command_line, PathOnFilesystem(machine.mounts, kernel));
}

Decision Decide(const Facts& facts, const Resolver& resolve) {
  const MachineState& machine = facts.machine;
  if (auto firmware = DecideByRequest(facts)) return *firmware;
  Decision decision;
  decision.action = Action::kKexec;
  if (machine.loaded_by == LoadedBy::kAdministrator) {
    decision.rule = Rule::kLoadedByHand;
    decision.source = Source::kAdministrator;
    decision.reason = "a kernel was loaded by hand";
    return decision;
  }
  if (!facts.settings.settings) return RefuseKexec(Rule::kSettings, facts.settings.error);
  const Settings& settings = *facts.settings.settings;
  if (auto firmware = DecideByPolicy(settings, machine)) return *firmware;
  if (auto firmware = DecideByMachine(machine, settings.kexec_anyway)) return *firmware;
  decision.rule = machine.one_shot ? Rule::kOneShot : Rule::kLoadKexec;
  decision.reason =
      machine.one_shot ? "asked for with kexec-helper reboot" : settings.load_kexec_where + ": LOAD_KEXEC=true";
  decision = FollowsBootLoader(settings) && facts.loader.next ? DecideByBootLoader(std::move(decision), facts.loader)
                                                              : DecideBySettings(std::move(decision), facts, resolve);
  AddPanicTimeout(settings, machine, decision);
  AddOpenTimeout(facts, decision);
  return decision;
}

Decision DecideByFiles(const Decision& decision, const Facts& facts, const FileFacts& files) {
  if (!files.error.empty()) return RefuseKexec(Rule::kFiles, files.error);
  if (!files.untrusted.empty()) return RefuseKexec(Rule::kTrust, files.untrusted);
  if (IsLockedDown(facts.machine.kernel) && !files.is_signed)
    return RefuseKexec(Rule::kSignature, files.kernel + ": has no signature, and the running kernel is locked down (" +
                                             facts.machine.kernel.lockdown +
                                             "): install the distribution's signed kernel, or sign it and enrol the "
                                             "key (mokutil)");
  // Once is enough: a machine must not go round in circles.
  if (auto failure = FindFailure(facts.machine.failures.known, AttemptOf(*decision.choice, files)))
    return RefuseKexec(
        Rule::kBreaker,
        DescribeFailure(*failure) + ": replace the kernel, or give it another chance with kexec-helper reset-failed");
  return decision;
}

}  // namespace kexec_helper
