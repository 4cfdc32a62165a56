#include "survey/init_system.h"

#include <algorithm>
#include <iterator>

namespace kexec_helper {

namespace {

constexpr const char* kScripts[] = {"kexec-load", "kexec"};
// systemd calls copies that are no configuration files: those may be an older package's, kept in dpkg's question.
constexpr const char* kSystemdScripts = "/usr/lib/kexec-helper/";
constexpr const char* kSysvinitScripts = "/etc/init.d/";
constexpr const char* kReinstall = ": apt install --reinstall kexec-helper";
constexpr const char* kLoadUnit = "kexec-load.service";
constexpr const char* kJumpUnits[] = {"systemd-reboot.service.d/50-kexec.conf",
                                      "systemd-kexec.service.d/50-kexec.conf"};
constexpr size_t kMaxBytes = 1 << 20;

// In their order of precedence (systemd.unit(5)); /lib is /usr/lib on a merged system.
constexpr const char* kUnitDirectories[] = {"/etc/systemd/system/", "/run/systemd/system/", "/usr/lib/systemd/system/",
                                            "/lib/systemd/system/"};

// "is missing", "is masked by …"; "" if systemd finds it.
std::string FindUnitProblem(const Root& root, const std::string& file) {
  for (const char* directory : kUnitDirectories) {
    std::string path = directory + file;
    auto status = root.Lstat(path);
    if (!status) continue;
    bool to_null = S_ISLNK(status->st_mode) && root.ReadLink(path) == "/dev/null";
    bool empty_file = S_ISREG(status->st_mode) && status->st_size == 0 &&
                      std::string(directory) != "/lib/systemd/system/" &&
                      std::string(directory) != "/usr/lib/systemd/system/";
    if (to_null || empty_file) return " is masked by " + path + ": rm " + path + "; systemctl daemon-reload";
    if (root.Exists(path)) return "";
  }
  return std::string(" is missing") + kReinstall;
}

// One of another package may be in their place.
void CheckScripts(const Root& root, const std::string& directory, std::vector<std::string>& missing) {
  for (const char* name : kScripts) {
    const std::string script = directory + name;
    auto status = root.Lstat(script);
    if (!status) {
      missing.push_back(script + " is missing" + kReinstall);
    } else if (!(status->st_mode & S_IXUSR)) {
      missing.push_back(script + " lacks execute permission: chmod a+x " + script);
    } else if (root.Read(script, kMaxBytes).find("kexec-helper") == std::string::npos) {
      missing.push_back(script + " is from another package" + kReinstall);
    }
  }
}

void CheckUnit(const Root& root, const std::string& file, std::vector<std::string>& missing) {
  if (std::string wrong = FindUnitProblem(root, file); !wrong.empty()) missing.push_back(file + wrong);
}

void CheckSystemd(const Root& root, Steps steps, std::vector<std::string>& missing) {
  if (steps == Steps::kBoth) CheckUnit(root, kLoadUnit, missing);
  for (const char* file : kJumpUnits) CheckUnit(root, file, missing);
  // A unit of the administrator's own in place of systemd's may not have what the drop-in builds on.
  const std::string override = "/etc/systemd/system/systemd-reboot.service";
  if (root.Lstat(override)) missing.push_back(override + " replaces systemd's own unit: use a drop-in in its place");
  if (steps == Steps::kJumpOnly) return;
  if (!root.Lstat("/etc/systemd/system/multi-user.target.wants/kexec-load.service"))
    missing.push_back("kexec-load.service is not enabled: systemctl enable --now kexec-load.service");
  // systemd keeps this link as long as a unit is active (src/core/unit.c, unit_export_invocation_id).
  else if (!root.Lstat("/run/systemd/units/invocation:kexec-load.service"))
    missing.push_back("kexec-load.service is not active: systemctl start kexec-load.service");
}

bool HasLink(const Root& root, const std::string& directory, char kind, const std::string& script) {
  std::vector<std::string> links = root.List(directory);
  return std::any_of(links.begin(), links.end(), [&](const std::string& link) {
    return link.size() > 3 && link[0] == kind && link.substr(3) == script;
  });
}

void CheckSysvinit(const Root& root, Steps steps, std::vector<std::string>& missing) {
  for (const char* script : kScripts) {
    if (steps == Steps::kJumpOnly && script == std::string("kexec-load")) continue;
    if (!HasLink(root, "/etc/rc6.d", 'K', script))
      missing.push_back("/etc/rc6.d has no link for " + std::string(script) + ": update-rc.d " + script + " defaults");
  }
}

}  // namespace

bool IsSystemd(const Root& root) { return root.Exists("/run/systemd/system"); }

bool IsInstalled(const Root& root) {
  if (root.IsRunningSystem()) return true;
  auto exists = [&](const std::string& path) { return root.Lstat(path).has_value(); };
  for (const std::string directory : kUnitDirectories) {
    if (exists(directory + kLoadUnit)) return true;
    for (const char* unit : kJumpUnits)
      if (exists(directory + unit)) return true;
  }
  return std::any_of(std::begin(kScripts), std::end(kScripts), [&](const std::string& script) {
    return exists(kSystemdScripts + script) || exists(kSysvinitScripts + script);
  });
}

std::string FindMissingCompletion(const Root& root) {
  const std::string unit = "kexec-boot-complete.service";
  if (!IsSystemd(root))
    return HasLink(root, "/etc/rc2.d", 'S', "kexec-load")
               ? ""
               : "/etc/rc2.d has no link for kexec-load: update-rc.d kexec-load defaults";
  if (std::string wrong = FindUnitProblem(root, unit); !wrong.empty()) return unit + wrong;
  if (root.Lstat("/etc/systemd/system/multi-user.target.wants/" + unit)) return "";
  return unit + " is not enabled: systemctl enable " + unit;
}

std::vector<std::string> FindMissingIntegration(const Root& root, Steps steps) {
  std::vector<std::string> missing;
  CheckScripts(root, IsSystemd(root) ? kSystemdScripts : kSysvinitScripts, missing);
  if (IsSystemd(root))
    CheckSystemd(root, steps, missing);
  else
    CheckSysvinit(root, steps, missing);
  return missing;
}

}  // namespace kexec_helper
