#include "commands/doctor.h"

#include <algorithm>
#include <iterator>
#include <sstream>

#include "breaker/judge.h"
#include "image/command_line.h"
#include "survey/hooks.h"
#include "survey/init_system.h"
#include "survey/known_faults.h"
#include "sys/efi_variable.h"
#include "sys/error.h"

namespace kexec_helper {

namespace {

constexpr size_t kMaxBytes = 4 << 20;

// Collects findings; a file that cannot be read is one.
class Examination {
 public:
  explicit Examination(const Root& root) : root_(root), plan_(MakePlan(root, Purpose::kForecast)) {}

  std::vector<Finding> Run() {
    Look("running kernel", [&] { RunningKernel(); });
    Look("Secure Boot", [&] { SecureBoot(); });
    Look("next reboot", [&] { NextReboot(); });
    Look("new kernel", [&] { NewKernel(); });
    Look("init system", [&] {
      Each("init system", "calls kexec-load and kexec at a reboot", FindMissingIntegration(root_, Steps::kBoth));
    });
    Look("exitrd", [&] { LastStep(); });
    Look("crash kernel", [&] { CrashKernel(); });
    Look("hooks", [&] { Hooks(); });
    Look("watchdog", [&] { WatchdogOfKexec(); });
    Look("/boot", [&] { BootMounted(); });
    Look("requests", [&] { Requests(); });
    Look("earlier failures", [&] { Failures(); });
    Look("boot loader", [&] { Loader(); });
    Look("hardware", [&] { Hardware(); });
    return std::move(findings_);
  }

 private:
  template <typename Step>
  void Look(const char* name, const Step& step) {
    try {
      step();
    } catch (const Error& error) {
      Add(name, Health::kProblem, error.what());
    }
  }

  void Add(const std::string& name, Health health, const std::string& detail) {
    findings_.push_back({name, health, detail});
  }

  // One problem each, or that all is well.
  void Each(const std::string& name, const std::string& good, const std::vector<std::string>& problems) {
    for (const std::string& problem : problems) Add(name, Health::kProblem, problem);
    if (problems.empty()) Add(name, Health::kGood, good);
  }

  std::string Text(const std::string& path) const { return root_.ReadIfPresent(path, kMaxBytes).value_or(""); }

  // "y" of CONFIG_NAME in /boot/config-VERSION; nullopt if there is no such file.
  std::optional<bool> Configured(const std::string& version, const std::string& name) const {
    std::string config = Text("/boot/config-" + version);
    if (version.empty() || config.empty()) return std::nullopt;
    return ("\n" + config).find("\n" + name + "=y\n") != std::string::npos;
  }

  void RunningKernel() {
    const KernelState& kernel = plan_.facts.machine.kernel;
    std::vector<std::string> problems;
    if (!kernel.supported || Configured(kernel.release, "CONFIG_KEXEC_FILE") == false)
      problems.push_back("Linux " + kernel.release +
                         " has no kexec_file_load (CONFIG_KEXEC_FILE): boot a kernel of the distribution");
    else if (std::string refusal = LoadRefusal(kernel); !refusal.empty())
      problems.push_back(refusal + ": see sysctl.d");
    Each("running kernel", "Linux " + kernel.release + " can load a kernel", problems);
  }

  // The kernel enforces signatures when it is locked down, which Debian's is under Secure Boot.
  void SecureBoot() {
    bool on = ReadEfiVariable(root_, std::string("SecureBoot") + kEfiGlobal).value_or("") == "\1";
    const std::string& lockdown = plan_.facts.machine.kernel.lockdown;
    std::string state = std::string("Secure Boot is ") + (on ? "on" : "off") + ", lockdown " +
                        (lockdown.empty() ? "unknown" : lockdown);
    bool refused = plan_.decision.rule == Rule::kSignature;
    Add("Secure Boot", refused ? Health::kProblem : Health::kGood,
        state + (refused ? ", and " + plan_.decision.reason : ""));
  }

  void NextReboot() {
    const Decision& decision = plan_.decision;
    bool kexec = decision.action == Action::kKexec;
    Health health = kexec || decision.cause == FirmwareCause::kPolicy ? Health::kGood : Health::kProblem;
    Add("next reboot", health, (kexec ? "kexec: " : "firmware: ") + decision.reason);
    for (const std::string& warning : plan_.warnings) Add("next reboot", Health::kWarning, warning);
  }

  void NewKernel() {
    if (!plan_.image) return;
    const std::string& version = plan_.files.kernel_version;
    Add("new kernel", Health::kGood,
        plan_.decision.choice->kernel + ", " + (version.empty() ? "version not known" : "Linux " + version));
    if (Configured(version, "CONFIG_KEXEC_FILE") == false)
      Add("new kernel", Health::kWarning,
          "Linux " + version + " has no CONFIG_KEXEC_FILE: the reboot after the next is a firmware reboot");
    if (!version.empty() && !root_.Exists("/lib/modules/" + version))
      Add("new kernel", Health::kWarning, "/lib/modules/" + version + " is missing: reinstall the kernel's package");
  }

  void LastStep() {
    const Exitrd exitrd = plan_.facts.machine.exitrd;
    const std::string script = kExitrdScript;
    if (exitrd != Exitrd::kNone && !root_.Exists(kJumpProgram))
      Add("exitrd", Health::kWarning,
          std::string(kJumpProgram) +
              " is missing, so that the exitrd is left out at a kexec: apt install --reinstall kexec-helper");
    else if (exitrd == Exitrd::kNone)
      Add("exitrd", Health::kGood, "none: the shutdown ends in the system itself");
    else if (exitrd == Exitrd::kAnnounced)
      Add("exitrd", Health::kGood, "dracut-shutdown.service brings one, which will start the kernel");
    else if (exitrd == Exitrd::kKnowsKexec)
      Add("exitrd", Health::kGood, script + " will start the kernel");
    else
      Add("exitrd", Health::kWarning, script + " does not know kexec and is left out at a kexec");
  }

  // Of kdump-tools or of ours.
  void CrashKernel() {
    const std::string name = "crash kernel";
    const KernelState& kernel = plan_.facts.machine.kernel;
    bool asked = HasCrashReservation(plan_.facts.machine.current_command_line);
    if (kernel.crash_loaded)
      Add(name, Health::kGood, "a crash kernel is loaded");
    else if (kernel.crash_bytes != 0)
      Add(name, Health::kWarning,
          "memory is reserved for a crash kernel and none is loaded, so that a crash leaves no dump: kdump-config "
          "load, or LOAD_CRASH_KERNEL=true in /etc/default/kexec");
    else if (asked)
      Add(name, Health::kWarning,
          "crashkernel= is on the command line, but this kernel has reserved no memory: see dmesg");
    else
      Add(name, Health::kGood, "none: no memory is reserved for one (crashkernel=)");
    const auto& choice = plan_.decision.choice;
    if (asked && choice && !HasCrashReservation(choice->command_line))
      Add(name, Health::kWarning,
          "the next kernel's command line has no crashkernel=: after the next reboot a crash leaves no dump");
  }

  void Hooks() {
    size_t good = 0;
    for (const Hook& hook : FindHooks(root_)) {
      if (hook.problem.empty())
        ++good;
      else
        Add("hooks", Health::kWarning, hook.problem + " (not run)");
    }
    const std::string directory = kHookDirectory;
    Add("hooks", Health::kGood,
        good == 0 ? "none in " + directory : std::to_string(good) + " in " + directory + " run before a kexec");
  }

  // Where there is none, there is nothing to mend.
  void WatchdogOfKexec() {
    if (plan_.watch.text.empty()) return;
    const auto& settings = plan_.facts.settings.settings;
    bool unused = !plan_.watch.watchdog && settings && settings->watchdog && !plan_.facts.machine.watchdogs.empty();
    Add("watchdog", unused ? Health::kWarning : Health::kGood, plan_.watch.text);
  }

  // /boot has a line in fstab(5) and is not mounted: what lies in the directory is not what the boot loader sees.
  void BootMounted() {
    const auto& mounts = plan_.facts.machine.mounts;
    bool mounted =
        std::any_of(mounts.begin(), mounts.end(), [](const Mount& mount) { return mount.mount_point == "/boot"; });
    if (!mounted && InTable("/etc/fstab", 1, "/boot"))
      Add("/boot", Health::kProblem, "/boot is in /etc/fstab and not mounted: mount /boot");
    else
      Add("/boot", Health::kGood, mounted ? "mounted" : "part of the root file system");
  }

  void Requests() {
    for (const FlagFile& flag : plan_.facts.machine.flags)
      Add("requests", Health::kWarning,
          flag.path + " (created by " + flag.owner + ") makes the next reboot a firmware reboot");
    for (const std::string& request : plan_.facts.machine.firmware_requests)
      Add("requests", Health::kWarning, request + ": the next reboot goes through firmware");
    if (plan_.facts.machine.flags.empty() && plan_.facts.machine.firmware_requests.empty())
      Add("requests", Health::kGood, "no firmware reboot was asked for");
  }

  void Loader() {
    const LoaderFacts& loader = plan_.facts.loader;
    if (loader.name.empty())
      Add("boot loader", Health::kGood, "none that is known: the settings name the kernel");
    else if (loader.next->result == BootResult::kLinux)
      Add("boot loader", Health::kGood,
          loader.name + " boots " + loader.next->choice->kernel + ": " + loader.next->why);
    else
      Add("boot loader", plan_.decision.rule == Rule::kBootLoader ? Health::kGood : Health::kWarning,
          loader.name + ": " + loader.next->problem);
  }

  void Failures() {
    const auto& failures = plan_.facts.machine.failures;
    for (const Attempt& failure : failures.known) Add("earlier failures", Health::kWarning, DescribeFailure(failure));
    if (failures.known.empty() && failures.problem.empty()) Add("earlier failures", Health::kGood, "none");
  }

  void Hardware() {
    std::vector<std::string> warnings = FindTroublesomeDrivers(root_);
    const KernelState& kernel = plan_.facts.machine.kernel;
    std::string fault = FindKernelFault(root_, kernel.release + " " + kernel.build);
    if (fault.empty()) fault = FindKernelFault(root_, plan_.files.kernel_build);
    if (!fault.empty()) warnings.push_back(fault);
    if (Text("/etc/crypttab").find("tpm2-device") != std::string::npos)
      warnings.push_back(
          "/etc/crypttab unlocks a disk by TPM: after a kexec the TPM's registers differ, and a passphrase may be "
          "asked for");
    if (root_.Exists("/usr/share/initramfs-tools/hooks/clevis") || root_.Exists("/usr/lib/dracut/modules.d/60clevis"))
      warnings.push_back(
          "clevis may unlock a disk by TPM: after a kexec the TPM's registers differ, and a passphrase may be asked "
          "for");
    for (const std::string& hazard : plan_.facts.machine.hazards) warnings.push_back(hazard);
    for (const std::string& warning : warnings) Add("hardware", Health::kWarning, warning);
    if (warnings.empty()) Add("hardware", Health::kGood, "no known problems");
  }

  // A table of words such as fstab has this word in that column, counted from 0.
  bool InTable(const std::string& path, size_t column, const std::string& word) const {
    std::istringstream lines(Text(path));
    for (std::string line; std::getline(lines, line);) {
      std::istringstream words(line);
      std::vector<std::string> row{std::istream_iterator<std::string>(words), {}};
      if (row.size() > column && row[0][0] != '#' && row[column] == word) return true;
    }
    return false;
  }

  const Root& root_;
  Plan plan_;
  std::vector<Finding> findings_;
};

}  // namespace

std::vector<Finding> Examine(const Root& root) { return Examination(root).Run(); }

Health WorstOf(const std::vector<Finding>& findings) {
  Health worst = Health::kGood;
  for (const Finding& finding : findings) worst = std::max(worst, finding.health);
  return worst;
}

}  // namespace kexec_helper
