#include "survey/init_system.h"

#include <algorithm>

namespace kexec_helper {

namespace {

constexpr const char* kScripts[] = {"/etc/init.d/kexec-load", "/etc/init.d/kexec"};
constexpr const char* kReinstall = ": apt install --reinstall kexec-helper";
constexpr size_t kMostBytes = 1 << 20;

bool ExistsInOneOf(const Root& root, const std::vector<std::string>& directories, const std::string& name) {
  return std::any_of(directories.begin(), directories.end(),
                     [&](const std::string& directory) { return root.Exists(directory + name); });
}

// Both init systems call the scripts; one of another package may be in their place.
void CheckScripts(const Root& root, std::vector<std::string>& missing) {
  for (const char* script : kScripts) {
    auto status = root.Lstat(script);
    if (!status) {
      missing.push_back(std::string(script) + " is missing" + kReinstall);
    } else if (!(status->st_mode & S_IXUSR)) {
      missing.push_back(std::string(script) + " may not be run: chmod a+x " + script);
    } else if (root.Read(script, kMostBytes).find("kexec-helper") == std::string::npos) {
      missing.push_back(std::string(script) + " is from another package" + kReinstall);
    }
  }
}

void CheckSystemd(const Root& root, std::vector<std::string>& missing) {
  const std::vector<std::string> units = {"/etc/systemd/system/", "/lib/systemd/system/", "/usr/lib/systemd/system/"};
  for (const char* file :
       {"kexec-load.service", "systemd-reboot.service.d/50-kexec.conf", "systemd-kexec.service.d/50-kexec.conf"})
    if (!ExistsInOneOf(root, units, file)) missing.push_back(std::string(file) + " is missing" + kReinstall);
  if (!root.Lstat("/etc/systemd/system/multi-user.target.wants/kexec-load.service"))
    missing.push_back("kexec-load.service is not enabled: systemctl enable --now kexec-load.service");
  // systemd keeps this link as long as a unit is active (src/core/unit.c, unit_export_invocation_id).
  else if (!root.Lstat("/run/systemd/units/invocation:kexec-load.service"))
    missing.push_back("kexec-load.service is not active: systemctl start kexec-load.service");
}

void CheckSysvinit(const Root& root, std::vector<std::string>& missing) {
  std::vector<std::string> links = root.List("/etc/rc6.d");
  for (const char* script : {"kexec-load", "kexec"}) {
    bool linked = std::any_of(links.begin(), links.end(), [&](const std::string& link) {
      return link.size() > 3 && link[0] == 'K' && link.substr(3) == script;
    });
    if (!linked)
      missing.push_back("/etc/rc6.d has no link for " + std::string(script) + ": update-rc.d " + script + " defaults");
  }
}

}  // namespace

bool IsSystemd(const Root& root) { return root.Exists("/run/systemd/system"); }

std::vector<std::string> FindMissingIntegration(const Root& root) {
  std::vector<std::string> missing;
  CheckScripts(root, missing);
  if (IsSystemd(root))
    CheckSystemd(root, missing);
  else
    CheckSysvinit(root, missing);
  return missing;
}

}  // namespace kexec_helper
