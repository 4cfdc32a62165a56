#include "survey/watchdogs.h"

#include <algorithm>

#include "sys/text.h"

namespace kexec_helper {

namespace {

constexpr size_t kMaxAttributeBytes = 4096;
constexpr size_t kMaxModuleListBytes = 16 << 20;
constexpr const char* kCore = "/sys/module/watchdog";

std::string Attribute(const Root& root, const std::string& path) {
  return FirstLine(root.ReadIfPresent(path, kMaxAttributeBytes).value_or(""));
}

// ipmi_msghandler makes a device of that name for each BMC, whatever interface leads to it.
bool HasBmc(const Root& root) {
  std::vector<std::string> devices = root.List("/sys/bus/platform/devices");
  return std::any_of(devices.begin(), devices.end(),
                     [](const std::string& name) { return name.starts_with("ipmi_bmc."); });
}

// drivers/watchdog/watchdog_core.c: -1 leaves it to the driver, and most stop.
bool RunsOnAtJump(const Root& root) {
  return Attribute(root, std::string(kCore) + "/parameters/stop_on_reboot") == "0";
}

std::string ProblemOf(const Root& root, const std::string& device, const std::string& identity) {
  const std::string name = "/dev/" + device.substr(device.rfind('/') + 1) + " (" + identity + ")";
  if (identity == "Software Watchdog") return name + ": ends with this kernel (softdog)";
  if (identity == "IPMI") return name + ": is the BMC's";
  if (Attribute(root, device + "/nowayout") == "1") return name + ": cannot be stopped once it runs (nowayout)";
  if (Attribute(root, device + "/state") == "active") return name + ": is in use by another program";
  if (!RunsOnAtJump(root))
    return name +
           ": its driver may stop it at a kexec: put 'options watchdog stop_on_reboot=0' in a file of /etc/modprobe.d";
  return "";
}

// The drivers that use the watchdog core, when it is a module.
std::vector<std::string> Drivers(const Root& root) { return root.List(std::string(kCore) + "/holders"); }

}  // namespace

std::vector<WatchdogCandidate> FindWatchdogs(const Root& root) {
  std::vector<WatchdogCandidate> found;
  if (HasBmc(root)) found.push_back({{WatchdogKind::kBmc, "IPMI"}, {kIpmiModule}, ""});
  for (const std::string& name : root.List(kWatchdogClass)) {
    const std::string device = std::string(kWatchdogClass) + "/" + name;
    const std::string identity = Attribute(root, device + "/identity");
    found.push_back({{WatchdogKind::kDevice, identity}, Drivers(root), ProblemOf(root, device, identity)});
  }
  return found;
}

bool HasModule(const Root& root, const std::string& version, const std::string& module) {
  if (version.empty()) return false;
  std::string dashed = module;
  std::replace(dashed.begin(), dashed.end(), '_', '-');
  for (const char* list : {"/modules.dep", "/modules.builtin"}) {
    std::string text = root.ReadIfPresent("/lib/modules/" + version + list, kMaxModuleListBytes).value_or("");
    for (const std::string& name : {module, dashed})
      if (text.find("/" + name + ".ko") != std::string::npos) return true;
  }
  return false;
}

}  // namespace kexec_helper
