#include "records/watchdog_record.h"

#include "records/json_file.h"

namespace kexec_helper {

NLOHMANN_JSON_SERIALIZE_ENUM(WatchdogKind, {{WatchdogKind::kBmc, "bmc"}, {WatchdogKind::kDevice, "device"}})
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(Watchdog, kind, name, seconds)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(WatchdogRecord, watchdog, boot_id)

std::optional<WatchdogRecord> ReadWatchdog(const Root& root, const char* path) {
  return ReadRecord<WatchdogRecord>(root, path);
}

void WriteWatchdog(const Root& root, const char* path, const WatchdogRecord& record) {
  WriteRecord(root, path, record);
}

}  // namespace kexec_helper
