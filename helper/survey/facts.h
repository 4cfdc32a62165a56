// Everything a decision rests on, gathered beforehand.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "bootloader/boot_loader.h"
#include "breaker/attempts.h"
#include "exitrd/exitrd.h"
#include "kernel/state.h"
#include "settings/settings.h"
#include "survey/flag_files.h"
#include "survey/kernels.h"
#include "survey/running_entry.h"
#include "survey/watchdogs.h"
#include "sys/mounts.h"

namespace kexec_helper {

// Who loaded the kernel that is loaded now.
enum class LoadedBy {
  kNone,           // no kernel is loaded
  kSettings,       // kexec-load or `load`: it may be replaced or unloaded
  kAdministrator,  // by hand, with any tool: it is kept
};

// The settings, or why there are none.
struct SettingsOutcome {
  std::optional<Settings> settings;
  std::string error;
};

// The boot loader's answer. `name` is "" when no boot loader is known; `next` is missing when nothing asked for it.
struct LoaderFacts {
  std::string name;
  std::optional<NextBoot> next;
  RunningEntry running;          // what a kexec that fails falls back to; not looked for with FALLBACK=false
  std::string one_shot_request;  // of its own for one boot, which it honours when it is followed
};

// The machine itself.
struct MachineState {
  KernelState kernel;
  LoadedBy loaded_by = LoadedBy::kNone;
  std::vector<FlagFile> flags;
  std::vector<std::string> firmware_requests;  // what a kexec would skip
  Failures failures;                           // kexec reboots that failed
  int kexecs_in_a_row = 0;                     // since the last boot through firmware
  bool one_shot = false;                       // `kexec-helper reboot` asked for a kexec within the last hour
  std::string current_command_line;
  std::vector<Mount> mounts;
  bool has_dracut = false;  // which may have made the next initrd
  DefaultKernels kernels;
  std::optional<std::string> unified_command_line;  // KERNEL_IMAGE is a unified image: its .cmdline
  std::string unified_companions;                   // why booting that image starts more than it; "" if it does not
  std::vector<std::string> hazards;                 // why a kexec is known to hang or kill here
  std::string capture_kernel;                       // why this is a crash dump's capture kernel; "" if it is none
  Exitrd exitrd = Exitrd::kNone;                    // of systemd's shutdown
  std::vector<WatchdogCandidate> watchdogs;         // what could watch the next kernel
  std::string asked_passphrase;                     // the volume that the next boot waits for; "" if for none
  std::string missing_completion;                   // why nothing would stop one in the new system; "" if it is stopped
  std::vector<std::string> missing_integration;     // why init would not call the scripts at a reboot
};

struct Facts {
  SettingsOutcome settings;
  MachineState machine;
  LoaderFacts loader;
  std::vector<std::string> warnings;
};

}  // namespace kexec_helper
