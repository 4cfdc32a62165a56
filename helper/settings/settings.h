// /etc/default/kexec and its kexec.d snippets, as values.
#pragma once

#include <map>
#include <optional>
#include <string>

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

// The settings with their defaults; kernel and initrd are told apart from their defaults because only a default may be
// looked for elsewhere.
struct Settings {
  std::optional<bool> load_kexec;  // nothing: LOAD_KEXEC is not set
  std::string load_kexec_where;    // "/etc/default/kexec:12", or where it was looked for
  std::string kernel_image = kDefaultKernel;
  std::string initrd = kDefaultInitrd;  // "": none
  std::string append;                   // "": the current command line
  std::optional<int> panic_timeout;     // seconds; nothing: what the command line says
  bool use_grub_config = false;
  std::string use_grub_config_where;

  friend bool operator==(const Settings&, const Settings&) = default;
};

// Gives the values their meaning. Throws Error "FILE:LINE: NAME=value: what is accepted". Pure.
Settings InterpretSettings(const Assignments& assignments);

}  // namespace kexec_helper
