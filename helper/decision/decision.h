// What the next reboot will do, and why.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "survey/facts.h"
#include "survey/files.h"

namespace kexec_helper {

enum class Action { kKexec, kFirmware };

// Where the kernel to be booted comes from.
enum class Source {
  kSettings,       // KERNEL_IMAGE, INITRD, APPEND
  kBootLoader,     // its next boot
  kAdministrator,  // loaded by hand
};

// The rule that decided, for programs; README.md, "How it decides", lists them in this order.
enum class Rule {
  kFlagFile,
  kFirmwareRequest,
  kLoadedByHand,
  kSettings,
  kPolicy,
  kRunningKernel,
  kPlatform,
  kIntegration,
  kBootLoader,
  kOneBoot,
  kRootChanged,
  kFiles,
  kTrust,
  kSignature,
  kBreaker,
  kLoadRefused,
  kRecord,
  kLoadKexec,
  kOneShot,
};

// Why it is a firmware reboot: because it is wanted, or because something is wrong.
enum class FirmwareCause { kPolicy, kProblem };

// One decision. `choice` is there exactly when a kernel has to be loaded for it.
struct Decision {
  Action action = Action::kFirmware;
  Rule rule = Rule::kSettings;
  std::string reason;
  FirmwareCause cause = FirmwareCause::kPolicy;  // of a firmware reboot
  Source source = Source::kSettings;             // of a kexec reboot
  std::optional<BootChoice> choice;
  bool runs_again = false;         // the running kernel's own entry, in place of the boot loader's next boot
  std::vector<std::string> names;  // of kernel and initrds as the settings have them: the way to them may be links
};

// The path with its symbolic links resolved; nullopt if there is no such file.
using Resolver = std::function<std::optional<std::string>(const std::string& path)>;

// All rules but those on the contents of the chosen files. Pure but for `resolve`.
Decision Decide(const Facts& facts, const Resolver& resolve);

// The rest of them, once the chosen files have been opened and checked. Pure.
Decision DecideByFiles(const Decision& decision, const Facts& facts, const FileFacts& files);

// After a panic, or when its initrd gets no further, the new kernel then reboots by itself (PANIC_TIMEOUT). Pure.
void AddPanicTimeout(const Settings& settings, const MachineState& machine, Decision& decision);

// The kexec of these files, as the breaker remembers it; without its boot and time. Pure.
Attempt AttemptOf(const BootChoice& choice, const FileFacts& files);

// What the boot loader would boot, of a kexec with that source. Pure.
const NextBoot& BootOf(const Decision& decision, const LoaderFacts& loader);

// A firmware reboot because something is wrong.
Decision RefuseKexec(Rule rule, const std::string& reason);

// The command line of a kernel that is given the current one (--reuse-cmdline). `kernel` is resolved. Throws Error when
// the current one is not for every day.
std::string CurrentCommandLineFor(const std::string& kernel, const MachineState& machine);

}  // namespace kexec_helper
