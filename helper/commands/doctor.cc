#include "commands/doctor.h"

#include <algorithm>
#include <iterator>
#include <sstream>

#include "breaker/judge.h"
#include "survey/init_system.h"
#include "sys/error.h"

namespace kexec_helper {

namespace {

constexpr size_t kMostBytes = 4 << 20;
constexpr const char* kSecureBoot = "/sys/firmware/efi/efivars/SecureBoot-8be4df61-93ca-11d2-aa0d-00e098032b8c";

// Collects findings; a file that cannot be read is one.
class Examination {
 public:
  explicit Examination(const Root& root) : root_(root), plan_(MakePlan(root, /*one_shot=*/false, ReadMenu::kAlways)) {}

  std::vector<Finding> Run() {
    Look("running kernel", [&] { RunningKernel(); });
    Look("Secure Boot", [&] { SecureBoot(); });
    Look("next reboot", [&] { NextReboot(); });
    Look("new kernel", [&] { NewKernel(); });
    Look("init system",
         [&] { Each("init system", "calls kexec-load and kexec at a reboot", FindMissingIntegration(root_)); });
    Look("/boot", [&] { BootMounted(); });
    Look("requests", [&] { Requests(); });
    Look("earlier failures", [&] { Failures(); });
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

  std::string Text(const std::string& path) const { return root_.ReadIfPresent(path, kMostBytes).value_or(""); }

  // "y" of CONFIG_NAME in /boot/config-VERSION; nothing when there is no such file.
  std::optional<bool> Configured(const std::string& version, const std::string& name) const {
    std::string config = Text("/boot/config-" + version);
    if (version.empty() || config.empty()) return std::nullopt;
    return ("\n" + config).find("\n" + name + "=y\n") != std::string::npos;
  }

  void RunningKernel() {
    const KernelState& kernel = plan_.machine.kernel;
    std::vector<std::string> problems;
    if (!kernel.supported || Configured(kernel.release, "CONFIG_KEXEC_FILE") == false)
      problems.push_back("Linux " + kernel.release +
                         " has no kexec_file_load (CONFIG_KEXEC_FILE): boot a kernel of the distribution");
    if (kernel.load_disabled)
      problems.push_back("kexec_load_disabled is 1, which lasts until the next boot: see sysctl.d");
    if (kernel.loads_left == 0)
      problems.push_back("kexec_load_limit_reboot is used up, which lasts until the next boot");
    Each("running kernel", "Linux " + kernel.release + " can load a kernel", problems);
  }

  // The kernel enforces signatures when it is locked down, which Debian's is under Secure Boot.
  void SecureBoot() {
    std::string variable = Text(kSecureBoot);
    bool on = variable.size() > 4 && variable[4] == 1;
    const std::string& lockdown = plan_.machine.kernel.lockdown;
    bool locked = !lockdown.empty() && lockdown != "none";
    std::string state = std::string("Secure Boot is ") + (on ? "on" : "off") + ", lockdown " +
                        (lockdown.empty() ? "unknown" : lockdown);
    if (locked && plan_.image && !plan_.image->is_signed)
      Add("Secure Boot", Health::kProblem,
          state + ", and " + plan_.decision.choice->kernel +
              " has no signature: install the distribution's signed kernel, or sign it and enrol the key (mokutil)");
    else
      Add("Secure Boot", Health::kGood, state);
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
    const std::string& version = plan_.kernel_version;
    Add("new kernel", Health::kGood,
        plan_.decision.choice->kernel + ", " + (version.empty() ? "version not known" : "Linux " + version));
    if (Configured(version, "CONFIG_KEXEC_FILE") == false)
      Add("new kernel", Health::kWarning,
          "Linux " + version + " has no CONFIG_KEXEC_FILE: the reboot after the next goes through firmware");
    if (!version.empty() && !root_.Exists("/lib/modules/" + version))
      Add("new kernel", Health::kWarning, "/lib/modules/" + version + " is missing: reinstall the kernel's package");
  }

  // /boot has a line in fstab(5) and is not mounted: what lies in the directory is not what the boot loader sees.
  void BootMounted() {
    const auto& mounts = plan_.machine.mounts;
    bool mounted =
        std::any_of(mounts.begin(), mounts.end(), [](const Mount& mount) { return mount.mount_point == "/boot"; });
    if (!mounted && InTable("/etc/fstab", 1, "/boot"))
      Add("/boot", Health::kProblem, "/boot is in /etc/fstab and not mounted: mount /boot");
    else
      Add("/boot", Health::kGood, mounted ? "mounted" : "part of the root file system");
  }

  void Requests() {
    for (const FlagFile& flag : plan_.machine.flags)
      Add("requests", Health::kWarning,
          flag.path + " (created by " + flag.owner + ") makes the next reboot a firmware reboot");
    for (const std::string& request : plan_.machine.firmware_requests)
      Add("requests", Health::kWarning, request + ": the next reboot goes through firmware");
    bool efi = root_.Exists("/sys/firmware/efi");
    if (efi && root_.List("/sys/firmware/efi/efivars").empty())
      Add("requests", Health::kWarning,
          "EFI variables cannot be seen: what waits in the firmware is not known: mount efivarfs");
    else if (plan_.machine.flags.empty() && plan_.machine.firmware_requests.empty())
      Add("requests", Health::kGood, "nobody asks for a firmware reboot");
  }

  void Failures() {
    for (const Attempt& failure : plan_.machine.failures)
      Add("earlier failures", Health::kWarning, DescribeFailure(failure));
    if (plan_.machine.failures.empty()) Add("earlier failures", Health::kGood, "none");
  }

  void Hardware() {
    std::vector<std::string> warnings;
    for (const char* module : {"nvidia", "i915"})
      if (root_.Exists(std::string("/sys/module/") + module))
        warnings.push_back(std::string(module) +
                           ": the display may stay dark after a kexec; try it once while somebody is there");
    if (Text("/etc/crypttab").find("tpm2-device") != std::string::npos)
      warnings.push_back(
          "/etc/crypttab unlocks a disk by TPM: after a kexec the TPM's registers differ, and a passphrase may be "
          "asked for");
    for (const std::string& warning : warnings) Add("hardware", Health::kWarning, warning);
    if (warnings.empty()) Add("hardware", Health::kGood, "nothing known to make trouble");
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
