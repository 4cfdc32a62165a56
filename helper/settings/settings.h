// /etc/default/kexec and its kexec.d snippets, as values.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace kexec_helper {

inline constexpr const char* kSettingsFile = "/etc/default/kexec";
inline constexpr const char* kSettingsDirectory = "/etc/default/kexec.d";

inline constexpr const char* kDefaultKernel = "/vmlinuz";
inline constexpr const char* kDefaultInitrd = "/initrd.img";

// One variable as it was assigned last. `line` is 0 when a shell read the file.
struct Assignment {
  std::string value;
  std::string file;
  int line = 0;

  // "/etc/default/kexec:12"
  std::string Where() const { return line ? file + ":" + std::to_string(line) : file; }
};

using Assignments = std::map<std::string, Assignment>;

// USE_GRUB_CONFIG: whose kernel is started.
enum class GrubConfig {
  kAuto,   // that of the machine's boot loader, unless KERNEL_IMAGE, INITRD or APPEND name another
  kTrue,   // that of GRUB's menu
  kFalse,  // that of KERNEL_IMAGE, INITRD and APPEND
};

// The settings with their defaults; while kernel and initrd have their defaults they may be looked for elsewhere.
struct Settings {
  std::optional<bool> load_kexec;  // nullopt: LOAD_KEXEC is not set
  std::string load_kexec_where;    // "/etc/default/kexec:12", or where it was looked for
  std::string kernel_image = kDefaultKernel;
  std::vector<std::string> initrds = {kDefaultInitrd};
  std::string append;                     // "": the current command line
  std::optional<int> panic_timeout = 60;  // seconds; nullopt: what the command line says
  std::optional<int> boot_timeout;        // seconds since the new kernel's start; nullopt: no limit
  std::optional<int> max_kexecs;          // in a row; nullopt: no limit
  std::string max_kexecs_where;           // "/etc/default/kexec:12"; "" if there is none
  GrubConfig use_grub_config = GrubConfig::kAuto;
  bool load_crash_kernel = false;  // at boot, in memory that crashkernel= has reserved
  bool fallback = true;            // after a kexec that failed, the boot loader boots the kernel that worked
  bool watchdog = true;            // one watches a kernel started by kexec, where the machine has any
  int watchdog_timeout = 600;      // seconds
  bool kexec_anyway = false;       // also on platforms on which a kexec is known to fail

  friend bool operator==(const Settings&, const Settings&) = default;
};

// True if the settings leave the choice of the kernel to a boot loader, where there is one.
bool FollowsBootLoader(const Settings& settings);

// What makes these settings, which do not, leave it to the boot loader: "set USE_GRUB_CONFIG=auto", or "remove
// KERNEL_IMAGE, APPEND from the settings". Pure.
std::string HowToFollowBootLoader(const Settings& settings);

// Gives the values their meaning. Throws Error "FILE:LINE: NAME=value: what is accepted". Pure.
Settings InterpretSettings(const Assignments& assignments);

}  // namespace kexec_helper
