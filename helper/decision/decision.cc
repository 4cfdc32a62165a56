#include "decision/decision.h"

#include <boost/filesystem/path.hpp>

#include "decision/command_line.h"
#include "sys/error.h"

namespace kexec_helper {

namespace {

constexpr const char* kBootKernel = "/boot/vmlinuz";
constexpr const char* kBootInitrd = "/boot/initrd.img";

Decision Firmware(const std::string& reason) {
  Decision decision;
  decision.reason = reason;
  return decision;
}

std::string FlagReason(const std::vector<FlagFile>& flags) {
  std::string reason;
  for (const FlagFile& flag : flags)
    reason += (reason.empty() ? "" : ", ") + flag.path + " (created by " + flag.owner + ")";
  return reason + ": one firmware reboot was asked for";
}

// What somebody has asked the firmware for. It also wins over a kernel loaded by hand: the one can be done again.
std::optional<Decision> DecideByRequest(const MachineState& machine) {
  if (!machine.flags.empty()) return Firmware(FlagReason(machine.flags));
  if (machine.firmware_requests.empty()) return std::nullopt;
  std::string reason;
  for (const std::string& request : machine.firmware_requests) reason += (reason.empty() ? "" : "; ") + request;
  return Firmware(reason);
}

// Wanted or not, by the settings alone. Nothing: wanted.
std::optional<Decision> DecideByPolicy(const Settings& settings, bool one_shot) {
  if (!one_shot && !settings.load_kexec)
    return Firmware(settings.load_kexec_where + ": LOAD_KEXEC is not set: set LOAD_KEXEC=true for kexec reboots");
  if (!one_shot && !*settings.load_kexec) return Firmware(settings.load_kexec_where + ": LOAD_KEXEC=false");
  return std::nullopt;
}

// What the running kernel would refuse anyway. Nothing: it can load.
std::optional<Decision> DecideByKernel(const KernelState& kernel) {
  if (!kernel.supported)
    return RefuseKexec("the running kernel cannot kexec (no /sys/kernel/kexec_loaded): CONFIG_KEXEC_FILE is needed");
  if (kernel.load_disabled)
    return RefuseKexec("/proc/sys/kernel/kexec_load_disabled is 1, which lasts until the next boot");
  if (kernel.loads_left == 0)
    return RefuseKexec("/proc/sys/kernel/kexec_load_limit_reboot is used up, which lasts until the next boot");
  return std::nullopt;
}

// "6.1.0-41-amd64" of "/boot/vmlinuz-6.1.0-41-amd64"; "" when it is not named that way.
std::string VersionInName(const std::string& path, const std::string& prefix) {
  std::string name = boost::filesystem::path(path).filename().string();
  return name.compare(0, prefix.size(), prefix) == 0 ? name.substr(prefix.size()) : "";
}

std::string ResolveOrThrow(const Resolver& resolve, const std::string& name, const std::string& path) {
  if (auto resolved = resolve(path)) return *resolved;
  throw Error(name + " " + path + ": no such file");
}

// /vmlinuz is where Debian keeps it; Ubuntu and Debian without the link package have it in /boot.
void ChooseFiles(const Settings& settings, const Resolver& resolve, Decision& decision) {
  std::string kernel = settings.kernel_image;
  std::string initrd = settings.initrd;
  if (kernel == kDefaultKernel && !resolve(kDefaultKernel)) {
    if (!resolve(kBootKernel))
      throw Error(std::string("KERNEL_IMAGE ") + kDefaultKernel + ": no such file, nor " + kBootKernel);
    kernel = kBootKernel;
    if (initrd == kDefaultInitrd) initrd = kBootInitrd;
  }
  decision.names = {kernel};
  decision.choice = BootChoice{ResolveOrThrow(resolve, "KERNEL_IMAGE", kernel), {}, ""};
  if (initrd.empty()) return;
  decision.names.push_back(initrd);
  decision.choice->initrds.push_back(ResolveOrThrow(resolve, "INITRD", initrd));
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

Decision DecideByMenu(Decision decision, const GrubOutcome& grub) {
  if (!grub.choice) {
    // GRUB booting something else than Linux is what somebody has set up, everything else is a problem.
    bool wanted = grub.evaluation && !grub.evaluation->refusal.empty() && grub.evaluation->entry;
    return wanted ? Firmware(grub.error) : RefuseKexec(grub.error);
  }
  const grub::EntryName& entry = *grub.evaluation->entry;
  decision.source = Source::kGrub;
  decision.reason += ", GRUB's menu entry '" + entry.title + "' (" + entry.path + "): " + grub.evaluation->why;
  decision.choice = grub.choice;
  return decision;
}

Decision DecideByFiles(Decision decision, const Settings& settings, const MachineState& machine,
                       const Resolver& resolve) {
  try {
    ChooseFiles(settings, resolve, decision);
    BootChoice& choice = *decision.choice;
    CheckSameVersion(choice);
    choice.command_line = settings.append.empty() ? CurrentCommandLineFor(choice.kernel, machine) : settings.append;
    return decision;
  } catch (const Error& error) {
    return RefuseKexec(error.what());
  }
}

// After a panic the new kernel then reboots by itself, through firmware, into the boot loader's default.
void AddPanicTimeout(const Settings& settings, Decision& decision) {
  if (!settings.panic_timeout || !decision.choice) return;
  std::string& command_line = decision.choice->command_line;
  command_line = WithPanicTimeout(command_line, *settings.panic_timeout);
}

}  // namespace

Decision RefuseKexec(const std::string& reason) {
  Decision decision = Firmware(reason);
  decision.cause = FirmwareCause::kProblem;
  return decision;
}

std::string CurrentCommandLineFor(const std::string& kernel, const MachineState& machine) {
  return ReuseCommandLine(machine.current_command_line, PathOnFilesystem(machine.mounts, kernel));
}

Decision Decide(const SettingsOutcome& outcome, const MachineState& machine, const GrubOutcome& grub,
                const Resolver& resolve) {
  if (auto firmware = DecideByRequest(machine)) return *firmware;
  Decision decision;
  decision.action = Action::kKexec;
  if (machine.loaded_by == LoadedBy::kAdministrator) {
    decision.source = Source::kPreloaded;
    decision.reason = "a kernel was loaded by hand";
    return decision;
  }
  if (!outcome.settings) return RefuseKexec(outcome.error);
  const Settings& settings = *outcome.settings;
  if (auto firmware = DecideByPolicy(settings, machine.one_shot)) return *firmware;
  if (auto firmware = DecideByKernel(machine.kernel)) return *firmware;
  decision.reason =
      machine.one_shot ? "asked for with kexec-helper reboot" : settings.load_kexec_where + ": LOAD_KEXEC=true";
  decision = settings.use_grub_config ? DecideByMenu(std::move(decision), grub)
                                      : DecideByFiles(std::move(decision), settings, machine, resolve);
  AddPanicTimeout(settings, decision);
  return decision;
}

}  // namespace kexec_helper
