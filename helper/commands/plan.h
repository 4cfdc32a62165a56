// plan: what the next reboot would do; the first half of load.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "decision/decision.h"
#include "image/boot_image.h"
#include "sys/root.h"

namespace kexec_helper {

// One thing that was looked at.
struct Check {
  std::string name;
  bool ok = false;
  std::string detail;
};

// The decision with everything it rests on. `image` holds the opened, checked files when a kernel is to be loaded.
struct Plan {
  Decision decision;
  std::optional<BootImage> image;
  std::string kernel_version;  // of the kernel to be loaded, "" when its image does not say
  std::optional<Settings> settings;
  MachineState machine;
  GrubOutcome grub;
  std::vector<Check> checks;
  std::vector<std::string> warnings;
  std::optional<double> load_seconds;  // what the load took, once there was one
};

// GRUB's menu is read when the settings ask for it, or in any case.
enum class ReadMenu { kWhenAsked, kAlways };

// Reads settings and machine and decides. Changes nothing. `one_shot` plans as if `kexec-helper reboot` had been
// typed. What is wrong with settings or files becomes a firmware reboot with that reason; only an unreadable /proc or
// /sys throws.
Plan MakePlan(const Root& root, bool one_shot = false, ReadMenu read_menu = ReadMenu::kWhenAsked);

// The part of it that does not depend on the settings.
MachineState ReadMachineState(const Root& root);

// Opens symbolic links on the way to a kernel or initrd; for Decide.
Resolver ResolverOf(const Root& root);

}  // namespace kexec_helper
