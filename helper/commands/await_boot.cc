#include "commands/await_boot.h"

#include <vector>

#include "breaker/settle.h"
#include "commands/watchdog.h"
#include "kernel/state.h"
#include "records/records.h"
#include "survey/console_login.h"
#include "survey/gather.h"
#include "survey/platform.h"
#include "sys/await_file.h"
#include "sys/error.h"

namespace kexec_helper {

namespace {

constexpr const char* kUpName = "up";  // of kUp

BootDeadline BootTimeout(int seconds) {
  const std::string count = std::to_string(seconds);
  return {std::chrono::seconds(seconds), "BOOT_TIMEOUT=" + count,
          "the system had not come up " + count + " s after its start (BOOT_TIMEOUT)"};
}

BootDeadline EmergencyTimeout(int seconds) {
  return {SinceKernelStart() + std::chrono::seconds(seconds), "PANIC_TIMEOUT=" + std::to_string(seconds),
          "the system had ended in emergency mode"};
}

// A disk that does not answer must not hold up the reboot, nor a console.
constexpr std::chrono::seconds kLimit{10};

// So does a system whose records cannot be read.
bool Fails(const Root& root, Kernel& kernel) {
  constexpr int kSettled = 1;
  const WorkResult looked =
      kernel.RunWithin(kLimit, [&] { return IsOnTrial(root, ReadKernelState(root)) ? 0 : kSettled; });
  return looked.end != WorkEnd::kFinished || looked.value != kSettled;
}

void NoteAndAnnounce(const Root& root, Kernel& kernel, const BootDeadline& deadline) {
  const WorkResult noted = kernel.RunWithin(kLimit, [&] {
    try {
      NoteCause(root, deadline.cause);
      return 0;
    } catch (const Error&) {
      return 1;  // announced below
    }
  });
  const bool is_noted = noted.end == WorkEnd::kFinished && noted.value == 0;
  kernel.RunWithin(kLimit, [&] {
    kernel.Announce("kexec-helper: rebooting through firmware, because " + deadline.cause +
                    (is_noted ? "" : "; this could not be put on record"));
    return 0;
  });
}

// Why it may still run; "" if it does not. Where the record of it cannot be written, it is stopped all the same.
std::string StopWatchdogOfKexec(const Root& root, Kernel& kernel) {
  try {
    StopRecordedWatchdog(root, kernel);
    return "";
  } catch (const Error& error) {
    return error.what();
  }
}

}  // namespace

std::optional<BootDeadline> FindBootDeadline(const Root& root, Kernel& kernel, BootPhase phase) {
  if (FindBootOrigin(ReadKernelState(root)).kind != BootKind::kKexec || root.Exists(kUp)) return std::nullopt;
  if (!FindCaptureKernel(root, "").empty()) return std::nullopt;  // what saves a dump takes the time it takes
  // At the start the place of the records may not be mounted yet.
  if (phase == BootPhase::kEmergency && !Fails(root, kernel)) return std::nullopt;
  std::vector<std::string> ignored;
  const SettingsOutcome outcome = ReadSettingsOutcome(root, ignored);
  if (!outcome.settings) throw Error(outcome.error);
  const auto& seconds =
      phase == BootPhase::kStarting ? outcome.settings->boot_timeout : outcome.settings->panic_timeout;
  if (!seconds) return std::nullopt;
  return phase == BootPhase::kStarting ? BootTimeout(*seconds) : EmergencyTimeout(*seconds);
}

AwaitedBoot AwaitBoot(const Root& root, Kernel& kernel, const BootDeadline& deadline) {
  if (AwaitFile(root, kStateDirectory, kUpName, deadline.at)) return {};
  if (!Fails(root, kernel)) return {};
  if (IsLoggedInAtConsole(root)) return {BootEnd::kLoggedIn, StopWatchdogOfKexec(root, kernel)};
  NoteAndAnnounce(root, kernel, deadline);
  kernel.ForceReboot();
  throw Error("the machine did not reboot");
}

}  // namespace kexec_helper
