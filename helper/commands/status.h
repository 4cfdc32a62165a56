// status: what is loaded, how this boot came about, what the last shutdown decided.
#pragma once

#include <optional>
#include <vector>

#include "breaker/attempts.h"
#include "kernel/state.h"
#include "records/records.h"
#include "survey/crash_logs.h"
#include "survey/firmware_time.h"
#include "sys/root.h"

namespace kexec_helper {

// Everything `status` shows.
struct Status {
  KernelState kernel;
  std::optional<LoadedRecord> loaded;  // only while a kernel is loaded; nullopt if another tool loaded it
  std::optional<LoadedRecord> crash;   // the same of the crash kernel
  BootOrigin origin;
  std::optional<ShutdownRecord> last_shutdown;
  Failures failures;        // kernels that only a load by hand starts again
  int kexecs_in_a_row = 0;  // since the last boot through firmware
  std::optional<FirmwareTime> firmware_time;
  std::optional<CrashLog>
      crash_log;  // of a system that has died since the last orderly reboot, or by a kexec that failed
};

// Throws SystemError when /proc or /sys cannot be read.
Status ReadStatus(const Root& root);

}  // namespace kexec_helper
