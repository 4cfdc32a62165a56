#include "commands/watchdog.h"

#include "kernel/state.h"
#include "records/watchdog_record.h"
#include "survey/platform.h"

namespace kexec_helper {

Watch FindWatch(const Root& root, const Decision& decision, const Facts& facts, const std::string& kernel_version) {
  return ChooseWatchdog(decision, facts,
                        [&](const std::string& module) { return HasModule(root, kernel_version, module); });
}

void RecordWatchdog(const Root& root, const Watch& watch, const std::string& boot_id) {
  if (!watch.watchdog) return;
  // The new system's first: what it does not know of must not run.
  WriteWatchdog(root, kWatchdogStarted, {*watch.watchdog, boot_id});
  WriteWatchdog(root, kWatchdogToStart, {*watch.watchdog, boot_id});
}

std::string StartRecordedWatchdog(const Root& root, Kernel& kernel) {
  auto record = ReadWatchdog(root, kWatchdogToStart);
  if (!record) return "";
  int seconds = kernel.StartWatchdog(record->watchdog);
  std::string name = record->watchdog.kind == WatchdogKind::kBmc ? "the BMC" : record->watchdog.name;
  return name + " resets the machine unless the new system is up in " + std::to_string(seconds) + " s";
}

bool ResumeWatchdog(const Root& root, Kernel& kernel) {
  auto record = ReadWatchdog(root, kWatchdogStarted);
  if (!record || record->watchdog.kind != WatchdogKind::kDevice) return false;
  KernelState state = ReadKernelState(root);
  if (record->boot_id == state.boot_id || FindBootOrigin(state).kind != BootKind::kKexec) return false;
  if (!FindCaptureKernel(root, "").empty()) return false;  // nothing would stop it before the dump is saved
  kernel.StartWatchdog(record->watchdog);
  return true;
}

void StopRecordedWatchdog(const Root& root, Kernel& kernel) {
  auto record = ReadWatchdog(root, kWatchdogToStart);
  if (!record) record = ReadWatchdog(root, kWatchdogStarted);
  if (!record) return;
  KernelState state = ReadKernelState(root);
  bool reset = record->boot_id != state.boot_id && FindBootOrigin(state).kind == BootKind::kFirmware;
  if (record->watchdog.kind == WatchdogKind::kBmc || !reset) kernel.StopWatchdog(record->watchdog);
  root.Remove(kWatchdogToStart);
  root.Remove(kWatchdogStarted);
}

}  // namespace kexec_helper
