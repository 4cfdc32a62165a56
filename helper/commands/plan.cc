#include "commands/plan.h"

#include <cstdlib>
#include <ctime>

#include "breaker/judge.h"
#include "breaker/settle.h"
#include "commands/grub_menu.h"
#include "records/records.h"
#include "settings/read_settings.h"
#include "survey/firmware_requests.h"
#include "survey/trust.h"
#include "sys/error.h"

namespace kexec_helper {

namespace {

constexpr size_t kProcLimit = 16 << 20;
constexpr std::time_t kOneShotSeconds = 3600;  // an upgrade at shutdown may take half of that

// A request whose reboot was called off must not turn a later one into a kexec. Its file may be a little younger than
// now: time(2) is behind the clock that stamps files, and clocks are set back.
bool OneShotRequested(const Root& root) {
  auto status = root.Lstat(kOneShot);
  if (!status) return false;
  return std::abs(std::time(nullptr) - status->st_mtime) < kOneShotSeconds;
}

LoadedBy FindLoadedBy(const Root& root, const KernelState& kernel) {
  if (!kernel.loaded) return LoadedBy::kNobody;
  auto record = ReadLoadedRecord(root);
  return record && record->source == "settings" ? LoadedBy::kThisSuite : LoadedBy::kAdministrator;
}

SettingsOutcome ReadSettingsOutcome(const Root& root, std::vector<std::string>& warnings) {
  try {
    SettingsRead read = ReadSettings(root, [&](const std::string& path) { CheckOnlyRootWrites(root, path); });
    warnings = std::move(read.warnings);
    return {std::move(read.settings), ""};
  } catch (const Error& error) {
    return {std::nullopt, error.what()};
  }
}

std::string KernelDetail(const KernelState& kernel) {
  if (!kernel.supported) return "no /sys/kernel/kexec_loaded (CONFIG_KEXEC_FILE)";
  if (kernel.load_disabled) return "kexec_load_disabled is 1";
  if (kernel.loads_left == 0) return "kexec_load_limit_reboot is used up";
  return "Linux " + kernel.release + " can load a kernel";
}

// What was looked at, in the order in which it decides.
void AddChecks(Plan& plan, const SettingsOutcome& settings) {
  const MachineState& machine = plan.machine;
  bool kernel_ok = machine.kernel.supported && !machine.kernel.load_disabled && machine.kernel.loads_left != 0;
  plan.checks.push_back({"flag files", machine.flags.empty(), machine.flags.empty() ? "none" : machine.flags[0].path});
  const auto& requests = machine.firmware_requests;
  plan.checks.push_back({"firmware requests", requests.empty(), requests.empty() ? "none" : requests[0]});
  plan.checks.push_back({"settings", settings.settings.has_value(),
                         settings.settings ? settings.settings->load_kexec_where : settings.error});
  plan.checks.push_back({"running kernel", kernel_ok, KernelDetail(machine.kernel)});
  if (!settings.settings || !settings.settings->use_grub_config) return;
  const GrubOutcome& grub = plan.grub;
  plan.checks.push_back({"GRUB's menu", grub.choice.has_value(), grub.choice ? grub.evaluation->why : grub.error});
}

void ReadGrub(const Root& root, Plan& plan, ReadMenu read_menu) {
  bool asked = plan.settings && plan.settings->use_grub_config;
  if (!asked && read_menu == ReadMenu::kWhenAsked) return;
  plan.grub = ReadGrubOutcome(root, plan.machine);
  if (!asked || !plan.grub.evaluation) return;
  const auto& warnings = plan.grub.evaluation->warnings;
  plan.warnings.insert(plan.warnings.end(), warnings.begin(), warnings.end());
}

// With USE_GRUB_CONFIG=true the menu's choice is followed, otherwise it is one of the requests that a kexec would skip.
void AddGrubRequest(const Root& root, Plan& plan) {
  if (plan.settings && plan.settings->use_grub_config) return;
  std::string request = GrubRequest(root);
  if (!request.empty()) plan.machine.firmware_requests.push_back(request);
}

// Nobody watches an unattended reboot: what it runs must come from root alone.
void CheckTrust(const Root& root, const Plan& plan) {
  const BootChoice& choice = *plan.decision.choice;
  CheckOnlyRootWrites(root, choice.kernel);
  for (const std::string& initrd : choice.initrds) CheckOnlyRootWrites(root, initrd);
  for (const std::string& name : plan.decision.names) CheckOnlyRootWrites(root, name);
  if (plan.decision.source != Source::kGrub) return;
  for (const std::string& file : plan.grub.files) CheckOnlyRootWrites(root, file);
}

// Once is enough: a machine must not go round in circles.
void RefuseAfterFailure(const std::vector<Attempt>& failures, const std::string& path, const FileStamp& stamp) {
  if (auto failure = FindFailure(failures, path, stamp))
    throw Error(DescribeFailure(*failure) +
                ": replace the kernel, or give it another chance with kexec-helper reset-failed");
}

void OpenImage(const Root& root, Plan& plan) {
  const BootChoice& choice = *plan.decision.choice;
  try {
    BootImage image = OpenBootImage(root, choice, plan.machine.kernel);
    CheckTrust(root, plan);
    plan.kernel_version = image.kernel_version;
    RefuseAfterFailure(plan.machine.failures, choice.kernel, image.kernel.stamp);
    plan.image = std::move(image);
    plan.checks.push_back({"kernel, initrd, command line", true, choice.kernel});
  } catch (const Error& error) {
    plan.checks.push_back({"kernel, initrd, command line", false, error.what()});
    plan.decision = RefuseKexec(error.what());
  }
}

}  // namespace

Resolver ResolverOf(const Root& root) {
  return [&root](const std::string& path) -> std::optional<std::string> {
    if (!root.Exists(path)) return std::nullopt;
    return root.Resolve(path);
  };
}

MachineState ReadMachineState(const Root& root) {
  MachineState machine;
  machine.kernel = ReadKernelState(root);
  machine.loaded_by = FindLoadedBy(root, machine.kernel);
  machine.failures = FindFailures(root, machine.kernel);
  machine.flags = FindFlagFiles(root);
  machine.firmware_requests = FindFirmwareRequests(root);
  machine.one_shot = OneShotRequested(root);
  machine.current_command_line = root.ReadIfPresent("/proc/cmdline", kProcLimit).value_or("");
  machine.mounts = ParseMountinfo(root.ReadIfPresent("/proc/self/mountinfo", kProcLimit).value_or(""));
  return machine;
}

Plan MakePlan(const Root& root, bool one_shot, ReadMenu read_menu) {
  Plan plan;
  plan.machine = ReadMachineState(root);
  plan.machine.one_shot = plan.machine.one_shot || one_shot;
  SettingsOutcome settings = ReadSettingsOutcome(root, plan.warnings);
  plan.settings = settings.settings;
  ReadGrub(root, plan, read_menu);
  AddGrubRequest(root, plan);
  plan.decision = Decide(settings, plan.machine, plan.grub, ResolverOf(root));
  AddChecks(plan, settings);
  if (plan.decision.choice) OpenImage(root, plan);
  return plan;
}

}  // namespace kexec_helper
