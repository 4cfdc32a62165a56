#include "survey/watchdogs.h"

#include <algorithm>

#include "sys/text.h"

namespace kexec_helper {

namespace {

constexpr size_t kMaxParameterBytes = 4096;
constexpr size_t kMaxModuleListBytes = 16 << 20;
constexpr const char* kCore = "/sys/module/watchdog";

// ipmi_msghandler makes a device of that name for each BMC, whatever interface leads to it.
bool HasBmc(const Root& root) {
  std::vector<std::string> devices = root.List("/sys/bus/platform/devices");
  return std::any_of(devices.begin(), devices.end(),
                     [](const std::string& name) { return name.starts_with("ipmi_bmc."); });
}

// drivers/watchdog/watchdog_core.c: -1 leaves it to the driver, and most stop.
bool RunsOnAtJump(const Root& root) {
  const std::string parameter = std::string(kCore) + "/parameters/stop_on_reboot";
  return FirstLine(root.ReadIfPresent(parameter, kMaxParameterBytes).value_or("")) == "0";
}

std::string ProblemOf(const Root& root, const std::string& name, const std::string& identity) {
  const std::string device = "/dev/" + name + " (" + identity + ")";
  if (identity == "Software Watchdog") return device + ": ends with this kernel (softdog)";
  if (identity == "IPMI") return device + ": is the BMC's";
  if (WatchdogAttribute(root, name, "nowayout") == "1") return device + ": cannot be stopped once it runs (nowayout)";
  if (WatchdogAttribute(root, name, "state") == "active") return device + ": is in use by another program";
  if (!RunsOnAtJump(root))
    return device +
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
    const std::string identity = WatchdogAttribute(root, name, "identity");
    found.push_back({{WatchdogKind::kDevice, identity}, Drivers(root), ProblemOf(root, name, identity)});
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
