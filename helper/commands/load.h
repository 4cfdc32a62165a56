// load: put a kernel in place for the next reboot.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "commands/plan.h"
#include "kernel/kernel.h"
#include "records/records.h"
#include "sys/root.h"

namespace kexec_helper {

// kShutdown, during a reboot, also consumes the flag files and the one-shot, allows the jump and leaves a record for
// `status`.
enum class LoadMode { kManual, kShutdown };

// The plan, and what became of it: `decision` differs from the plan's when the load or its records failed.
struct LoadReport {
  Plan plan;
  Decision decision;
  std::optional<double> load_seconds;  // nullopt if nothing was loaded
  std::vector<std::string> warnings;
};

// Carries out the plan: loads the kernel, or makes sure that none of ours stays loaded. Whatever goes wrong becomes a
// firmware reboot in the report's decision, and a warning where it does not matter to it.
LoadReport LoadFromSettings(const Root& root, Kernel& kernel, LoadMode mode);

// Of a plan that was not carried out.
LoadReport ReportOf(Plan plan);

// Where a kexec is given up: by the time of the jump the root file system may be read-only.
enum class KexecPhase { kLoading, kJumping };

// After a load at shutdown that hung, was killed or threw, and after a jump that was refused: unloads, prevents the
// jump, takes back what was recorded and asked for because of it, and leaves the reason for `status`. Touches only what
// cannot hang (/run) itself. Returns what could not be done.
std::vector<std::string> AbandonKexec(const Root& root, Kernel& kernel, KexecPhase phase, const std::string& reason);

// The arguments of `load KERNEL`.
struct LoadArguments {
  std::string kernel;
  std::vector<std::string> initrds;
  std::string append;
  bool reuse_command_line = false;
};

// What was loaded by hand, with warnings for the administrator.
struct LoadedByHand {
  BootChoice choice;
  std::vector<std::string> warnings;
};

// The steps of a load that one of a crash kernel has, too. The running kernel reads the files itself and does not say
// which of them it refuses: an error names them all. A warning names those that others than root can write.
BootChoice ChoiceOf(const Root& root, const MachineState& machine, const LoadArguments& arguments);
void LoadFiles(Kernel& kernel, const KernelState& state, const BootChoice& choice, const LoadRequest& request);
LoadedRecord RecordOf(const char* source, const BootChoice& choice, const BootImage& image);
void WarnOfWritableFiles(const Root& root, const BootChoice& choice, std::vector<std::string>& warnings);

// Loads exactly that, whatever the settings say; the next reboot then uses it. Files that others than root can write
// are a warning here. Throws Error.
LoadedByHand LoadFromArguments(const Root& root, Kernel& kernel, const LoadArguments& arguments);

// Loads what an entry of the boot loader's menu boots, named by id, title or path as `kexec-helper list` shows them.
// Throws Error.
LoadedByHand LoadMenuEntry(const Root& root, Kernel& kernel, const std::string& entry);

// Unloads the loaded kernel, and takes back what was recorded and asked for because it was to be started. Throws Error.
void UnloadByHand(const Root& root, Kernel& kernel);

// Unloads the loaded kernel and removes our record of it. Throws Error.
void Unload(const Root& root, Kernel& kernel);

}  // namespace kexec_helper
