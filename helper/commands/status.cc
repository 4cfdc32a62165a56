#include "commands/status.h"

#include "breaker/kexec_count.h"
#include "breaker/settle.h"

namespace kexec_helper {

Status ReadStatus(const Root& root) {
  Status status;
  status.kernel = ReadKernelState(root);
  if (status.kernel.loaded) status.loaded = ReadLoadedRecord(root);
  status.origin = FindBootOrigin(status.kernel);
  status.last_shutdown = ReadShutdownRecord(root);
  status.failures = FindFailures(root, status.kernel);
  status.kexecs_in_a_row = KexecsInARow(root, status.kernel);
  status.firmware_time = ReadFirmwareTime(root);
  return status;
}

}  // namespace kexec_helper
