// What the next reboot will do, and why.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "bootloader/grub/menu/evaluate.h"
#include "breaker/attempts.h"
#include "image/boot_image.h"
#include "kernel/state.h"
#include "settings/settings.h"
#include "survey/flag_files.h"
#include "sys/mounts.h"

namespace kexec_helper {

enum class Action { kKexec, kFirmware };

// Where the kernel to be booted comes from.
enum class Source { kSettings, kGrub, kPreloaded, kArgument };

// Who loaded the kernel that is loaded now.
enum class LoadedBy {
  kNobody,         // nothing is loaded
  kThisSuite,      // we did, by the settings: it may be replaced or unloaded
  kAdministrator,  // somebody by hand, with any tool: it is kept
};

// Settings, or why there are none.
struct SettingsOutcome {
  std::optional<Settings> settings;
  std::string error;
};

// What GRUB would boot next, as it says it and as files of this system; or why that is not known.
struct GrubOutcome {
  std::optional<grub::BootEvaluation> evaluation;
  std::optional<BootChoice> choice;  // there when GRUB would boot Linux and its files are at hand
  std::string error;                 // why there is no choice
  std::vector<std::string> files;    // menus and environments that were read for it
};

// Everything a decision rests on besides the settings, gathered beforehand.
struct MachineState {
  KernelState kernel;
  LoadedBy loaded_by = LoadedBy::kNobody;
  std::vector<FlagFile> flags;
  std::vector<std::string> firmware_requests;  // what a kexec would skip
  std::vector<Attempt> failures;               // kexec reboots that failed
  bool one_shot = false;                       // `kexec-helper reboot` asked for it within the last minutes
  std::string current_command_line;
  std::vector<Mount> mounts;
};

// The path with its symbolic links resolved; nothing when there is no such file.
using Resolver = std::function<std::optional<std::string>(const std::string& path)>;

// Why it is the firmware: because somebody wants it so, or because something is wrong.
enum class FirmwareCause { kPolicy, kProblem };

// One decision. `choice` is there exactly when a kernel has to be loaded for it.
struct Decision {
  Action action = Action::kFirmware;
  std::string reason;
  FirmwareCause cause = FirmwareCause::kPolicy;  // of a firmware reboot
  Source source = Source::kSettings;             // of a kexec reboot
  std::optional<BootChoice> choice;
  std::vector<std::string> names;  // of kernel and initrd as the settings have them: the way to them may be links
};

// The one place where it is decided; plan, load and reboot share it. Pure but for `resolve`, which tests replace.
// `grub` is looked at when the settings ask for it.
Decision Decide(const SettingsOutcome& settings, const MachineState& machine, const GrubOutcome& grub,
                const Resolver& resolve);

// A firmware reboot because of something that is wrong.
Decision RefuseKexec(const std::string& reason);

// The command line of a kernel that is given the current one (APPEND empty, --reuse-cmdline). `kernel` is resolved.
std::string CurrentCommandLineFor(const std::string& kernel, const MachineState& machine);

}  // namespace kexec_helper
