#include "survey/gather.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <ctime>
#include <initializer_list>

#include "bootloader/bls/companions.h"
#include "bootloader/detect.h"
#include "breaker/kexec_count.h"
#include "breaker/settle.h"
#include "image/unified_image.h"
#include "records/records.h"
#include "settings/read_settings.h"
#include "survey/firmware_requests.h"
#include "survey/init_system.h"
#include "survey/passphrase.h"
#include "survey/platform.h"
#include "survey/trust.h"
#include "sys/efi_variable.h"
#include "sys/error.h"

namespace kexec_helper {

namespace {

constexpr size_t kMaxProcBytes = 16 << 20;
constexpr std::time_t kOneShotSeconds = 3600;  // an upgrade at shutdown may take half of that

// A request whose reboot was called off must not turn a later one into a kexec. Its file may be a little younger than
// now: time(2) is behind the clock that stamps files, and clocks are set back.
bool OneShotRequested(const Root& root) {
  auto status = root.Lstat(kOneShot);
  if (!status) return false;
  return std::abs(std::time(nullptr) - status->st_mtime) < kOneShotSeconds;
}

LoadedBy FindLoadedBy(const Root& root, const KernelState& kernel) {
  if (!kernel.loaded) return LoadedBy::kNone;
  auto record = ReadLoadedRecord(root);
  return record && record->source == kBySettings ? LoadedBy::kSettings : LoadedBy::kAdministrator;
}

// The command line that KERNEL_IMAGE brings itself. What is wrong with the file is reported when it is opened for the
// load.
std::optional<std::string> FindUnifiedCommandLine(const Root& root, const Settings& settings) {
  if (settings.kernel_image == kDefaultKernel) return std::nullopt;
  try {
    auto unified = FindUnifiedImage(settings.kernel_image, root.OpenRegular(settings.kernel_image));
    return unified ? std::optional(unified->profiles[0].command_line) : std::nullopt;
  } catch (const Error&) {
    return std::nullopt;
  }
}

// A directory that cannot be read may have some.
std::string FindUnifiedCompanions(const Root& root, const std::string& image) {
  try {
    return bls::FindImageCompanions(root, image);
  } catch (const Error& error) {
    return error.what();
  }
}

// For other users than root: a file that root could read is no reason for an answer that root would not get.
void RequireReadable(const Root& root, std::initializer_list<const char*> paths) {
  for (const char* path : paths) {
    try {
      if (::geteuid() != 0) root.Open(path, O_RDONLY | O_NONBLOCK);
    } catch (const SystemError& error) {
      if (error.error_number() == EACCES)
        throw Error(std::string(error.what()) +
                    ": only root can read it, and what the next reboot does depends on it: try sudo");
    }
  }
}

// Only systemd hands its last step over.
void FindExitrdOfShutdown(const Root& root, Facts& facts) {
  try {
    if (IsSystemd(root)) facts.machine.exitrd = FindExitrd(root);
  } catch (const Error& error) {
    facts.warnings.push_back(std::string("exitrd: ") + error.what());
  }
}

// Without efivarfs it is not known what waits in the firmware.
void WarnOfHiddenVariables(const Root& root, std::vector<std::string>& warnings) {
  if (root.Exists("/sys/firmware/efi") && root.List(kEfiVariables).empty())
    warnings.push_back("EFI variables are not accessible, so requests to the firmware are unknown: mount efivarfs");
}

}  // namespace

SettingsOutcome ReadSettingsOutcome(const Root& root, std::vector<std::string>& warnings) {
  try {
    SettingsRead read = ReadSettings(root, [&](const std::string& path) { CheckOnlyRootWrites(root, {path}); });
    warnings.insert(warnings.end(), read.warnings.begin(), read.warnings.end());
    return {std::move(read.settings), ""};
  } catch (const Error& error) {
    return {std::nullopt, error.what()};
  }
}

MachineState ReadMachineState(const Root& root) {
  MachineState machine;
  machine.kernel = ReadKernelState(root);
  machine.loaded_by = FindLoadedBy(root, machine.kernel);
  machine.failures = FindFailures(root, machine.kernel);
  machine.kexecs_in_a_row = KexecsInARow(root, machine.kernel);
  machine.flags = FindFlagFiles(root);
  machine.firmware_requests = FindFirmwareRequests(root);
  machine.one_shot = OneShotRequested(root);
  machine.current_command_line = root.ReadIfPresent("/proc/cmdline", kMaxProcBytes).value_or("");
  machine.mounts = ReadMounts(root);
  // Its words mean nothing to the initrd of another program.
  machine.has_dracut = root.Exists("/usr/bin/dracut");
  machine.kernels = FindDefaultKernels(root);
  machine.hazards = FindHazards(root);
  machine.capture_kernel = FindCaptureKernel(root, machine.current_command_line);
  return machine;
}

std::unique_ptr<BootLoader> FindBootLoader(const Root& root, const SettingsOutcome& settings,
                                           const MachineState& machine) {
  bool grub = settings.settings && settings.settings->use_grub_config == GrubConfig::kTrue;
  return grub ? MakeGrub(root, machine.mounts, machine.kernel.machine)
              : DetectBootLoader(root, machine.mounts, machine.kernel.machine);
}

Facts GatherFacts(const Root& root, Purpose purpose) {
  RequireReadable(root, {kSettingsFile, kSettingsDirectory, "/boot/grub/grub.cfg"});
  Facts facts;
  facts.settings = ReadSettingsOutcome(root, facts.warnings);
  facts.machine = ReadMachineState(root);
  const auto& settings = facts.settings.settings;
  // A reboot that the settings send through firmware does not wait for the disk that a kernel is on.
  bool by_hand = facts.machine.loaded_by == LoadedBy::kAdministrator;
  bool looks = purpose == Purpose::kForecast ||
               (settings && (settings->load_kexec.value_or(false) || facts.machine.one_shot || by_hand));
  if (looks && settings) facts.machine.unified_command_line = FindUnifiedCommandLine(root, *settings);
  if (facts.machine.unified_command_line)
    facts.machine.unified_companions = FindUnifiedCompanions(root, settings->kernel_image);
  if (looks) facts.machine.watchdogs = FindWatchdogs(root);
  if (!facts.machine.watchdogs.empty()) facts.machine.asked_passphrase = FindAskedPassphrase(root);
  if (!facts.machine.watchdogs.empty() && IsInstalled(root))
    facts.machine.missing_completion = FindMissingCompletion(root);
  WarnOfHiddenVariables(root, facts.warnings);
  FindExitrdOfShutdown(root, facts);
  // At a shutdown it is the script itself that asks, and its unit is being stopped.
  if (IsInstalled(root))
    facts.machine.missing_integration =
        FindMissingIntegration(root, purpose == Purpose::kForecast ? Steps::kBoth : Steps::kJumpOnly);
  auto loader = FindBootLoader(root, facts.settings, facts.machine);
  if (!loader || !loader->ReadsOneShotVariable()) AddOneShotVariable(root, facts.machine.firmware_requests);
  if (!loader) RequireReadable(root, {"/efi", "/boot/efi"});  // the boot loader's entries may be there
  if (!loader) return facts;
  facts.loader.name = loader->Name();
  facts.loader.one_shot_request = loader->OneShotRequest();
  if (purpose == Purpose::kForecast || (looks && (FollowsBootLoader(*settings) || settings->fallback)))
    facts.loader.next = loader->FindNextBoot(std::nullopt);
  // A boot loader that cannot be evaluated cannot be asked either.
  if (looks && settings && settings->fallback && facts.loader.next->result != BootResult::kUnknown)
    facts.loader.running =
        FindRunningEntry(root, *loader, facts.machine.kernel, facts.machine.current_command_line, *facts.loader.next);
  return facts;
}

}  // namespace kexec_helper
