#include "settings/settings.h"

#include <iterator>
#include <sstream>

#include "sys/error.h"
#include "sys/text.h"

namespace kexec_helper {

namespace {

// For a message: one line, not too long, nothing that a terminal would act on.
std::string Shown(const std::string& value) {
  constexpr size_t kMax = 80;
  std::string shown;
  for (char c : value.substr(0, kMax)) shown += (static_cast<unsigned char>(c) < ' ' || c == 0x7f) ? '?' : c;
  return value.size() > kMax ? shown + "…" : shown;
}

[[noreturn]] void Refuse(const std::string& name, const Assignment& assignment, const std::string& accepted) {
  throw Error(assignment.Where() + ": " + name + "=\"" + Shown(assignment.value) + "\": " + accepted);
}

const Assignment* Find(const Assignments& assignments, const std::string& name) {
  auto found = assignments.find(name);
  return found == assignments.end() ? nullptr : &found->second;
}

bool Boolean(const std::string& name, const Assignment& assignment) {
  if (assignment.value == "true") return true;
  if (assignment.value == "false") return false;
  Refuse(name, assignment, "must be true or false");
}

std::string Path(const std::string& name, const Assignment& assignment) {
  if (assignment.value.empty() || assignment.value[0] != '/') Refuse(name, assignment, "must be an absolute path");
  return assignment.value;
}

// Several paths, separated by blanks.
std::vector<std::string> Paths(const std::string& name, const Assignment& assignment) {
  std::istringstream words(assignment.value);
  std::vector<std::string> paths{std::istream_iterator<std::string>(words), {}};
  for (const std::string& path : paths)
    if (path[0] != '/') Refuse(name, assignment, "must be absolute paths, separated by blanks");
  return paths;
}

GrubConfig GrubConfigOf(const std::string& name, const Assignment& assignment) {
  if (assignment.value == "auto") return GrubConfig::kAuto;
  if (assignment.value == "true") return GrubConfig::kTrue;
  if (assignment.value == "false") return GrubConfig::kFalse;
  Refuse(name, assignment, "must be auto, true or false");
}

// nullopt if it is none, or too long.
std::optional<int> NumberOf(const std::string& value) {
  constexpr size_t kMaxDigits = 4;
  if (value.empty() || value.size() > kMaxDigits || value.find_first_not_of("0123456789") != std::string::npos)
    return std::nullopt;
  return std::stoi(value);
}

bool UsesWatchdog(const std::string& name, const Assignment& assignment) {
  if (assignment.value == "auto") return true;
  if (assignment.value == "off") return false;
  Refuse(name, assignment, "must be auto or off");
}

// A BMC counts to 6553 s; less than a shutdown's last steps take would reset the machine in their middle.
int WatchdogSeconds(const std::string& name, const Assignment& assignment) {
  constexpr int kMin = 30, kMax = 6000;
  int seconds = NumberOf(assignment.value).value_or(0);
  if (seconds < kMin || seconds > kMax) Refuse(name, assignment, "must be a number of seconds from 30 to 6000");
  return seconds;
}

// `what` is what the number counts.
std::optional<int> Number(const std::string& name, const Assignment& assignment, const std::string& what) {
  const std::string& value = assignment.value;
  if (value.empty()) return std::nullopt;
  if (NumberOf(value).value_or(0) == 0)
    Refuse(name, assignment, "must be a number of " + what + " from 1 to 9999, or empty");
  return std::stoi(value);
}

}  // namespace

bool FollowsBootLoader(const Settings& settings) {
  if (settings.use_grub_config != GrubConfig::kAuto) return settings.use_grub_config == GrubConfig::kTrue;
  const Settings defaults;
  return settings.kernel_image == defaults.kernel_image && settings.initrds == defaults.initrds &&
         settings.append == defaults.append;
}

std::string HowToFollowBootLoader(const Settings& settings) {
  if (settings.use_grub_config != GrubConfig::kAuto) return "set USE_GRUB_CONFIG=auto";
  const Settings defaults;
  std::vector<std::string> changed;
  if (settings.kernel_image != defaults.kernel_image) changed.push_back("KERNEL_IMAGE");
  if (settings.initrds != defaults.initrds) changed.push_back("INITRD");
  if (settings.append != defaults.append) changed.push_back("APPEND");
  return "remove " + Join(changed) + " from the settings";
}

Settings InterpretSettings(const Assignments& assignments) {
  Settings settings;
  settings.load_kexec_where = kSettingsFile;
  if (const Assignment* load = Find(assignments, "LOAD_KEXEC")) {
    settings.load_kexec = Boolean("LOAD_KEXEC", *load);
    settings.load_kexec_where = load->Where();
  }
  if (const Assignment* kernel = Find(assignments, "KERNEL_IMAGE"))
    settings.kernel_image = Path("KERNEL_IMAGE", *kernel);
  if (const Assignment* initrd = Find(assignments, "INITRD")) settings.initrds = Paths("INITRD", *initrd);
  if (const Assignment* append = Find(assignments, "APPEND")) settings.append = append->value;
  if (const Assignment* panic = Find(assignments, "PANIC_TIMEOUT"))
    settings.panic_timeout = Number("PANIC_TIMEOUT", *panic, "seconds");
  if (const Assignment* boot = Find(assignments, "BOOT_TIMEOUT"))
    settings.boot_timeout = Number("BOOT_TIMEOUT", *boot, "seconds");
  if (const Assignment* max = Find(assignments, "MAX_KEXECS")) {
    settings.max_kexecs = Number("MAX_KEXECS", *max, "kexec reboots");
    settings.max_kexecs_where = max->Where();
  }
  if (const Assignment* watchdog = Find(assignments, "WATCHDOG"))
    settings.watchdog = UsesWatchdog("WATCHDOG", *watchdog);
  if (const Assignment* seconds = Find(assignments, "WATCHDOG_TIMEOUT"))
    settings.watchdog_timeout = WatchdogSeconds("WATCHDOG_TIMEOUT", *seconds);
  if (const Assignment* grub = Find(assignments, "USE_GRUB_CONFIG"))
    settings.use_grub_config = GrubConfigOf("USE_GRUB_CONFIG", *grub);
  if (const Assignment* anyway = Find(assignments, "KEXEC_ANYWAY"))
    settings.kexec_anyway = Boolean("KEXEC_ANYWAY", *anyway);
  if (const Assignment* crash = Find(assignments, "LOAD_CRASH_KERNEL"))
    settings.load_crash_kernel = Boolean("LOAD_CRASH_KERNEL", *crash);
  if (const Assignment* fallback = Find(assignments, "FALLBACK")) settings.fallback = Boolean("FALLBACK", *fallback);
  return settings;
}

}  // namespace kexec_helper
