#include "commands/status.h"

#include <algorithm>

#include "breaker/kexec_count.h"
#include "breaker/settle.h"
#include "survey/platform.h"

namespace kexec_helper {

namespace {

// An older one has been seen to already: a reboot has been asked for since.
bool IsRecent(const CrashLog& log, const Status& status) {
  if (!status.last_shutdown || log.time >= status.last_shutdown->time) return true;
  return std::any_of(status.failures.known.begin(), status.failures.known.end(),
                     [&](const Attempt& failure) { return log.time >= failure.time; });
}

}  // namespace

Status ReadStatus(const Root& root) {
  Status status;
  status.kernel = ReadKernelState(root);
  if (status.kernel.loaded) status.loaded = ReadLoadedRecord(root);
  status.origin = FindBootOrigin(status.kernel);
  status.last_shutdown = ReadShutdownRecord(root);
  status.failures = FindFailures(root, status.kernel);
  status.kexecs_in_a_row = KexecsInARow(root, status.kernel);
  if (status.kernel.crash_loaded && !root.Exists(kKdumpConfig)) status.crash = ReadCrashRecord(root);
  status.crash_log = FindCrashLog(root);
  if (status.crash_log && !IsRecent(*status.crash_log, status)) status.crash_log.reset();
  status.firmware_time = ReadFirmwareTime(root);
  return status;
}

}  // namespace kexec_helper
