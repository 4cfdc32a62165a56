#include "records/records.h"

#include <cerrno>
#include <chrono>
#include <ctime>

#include "records/json_file.h"
#include "sys/error.h"

namespace kexec_helper {

NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(LoadedRecord, source, kernel, kernel_version, stamp, initrds, command_line, time)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(ShutdownRecord, action, reason, kernel_version, load_seconds, warnings, boot_id,
                                   time)

std::optional<LoadedRecord> ReadLoadedRecord(const Root& root) { return ReadRecord<LoadedRecord>(root, kLoadedRecord); }

std::optional<LoadedRecord> ReadCrashRecord(const Root& root) { return ReadRecord<LoadedRecord>(root, kCrashRecord); }

std::optional<ShutdownRecord> ReadShutdownRecord(const Root& root) {
  return ReadRecord<ShutdownRecord>(root, kLastShutdown);
}

void WriteLoadedRecord(const Root& root, const LoadedRecord& record) { WriteRecord(root, kLoadedRecord, record); }

void WriteCrashRecord(const Root& root, const LoadedRecord& record) { WriteRecord(root, kCrashRecord, record); }

void WriteShutdownRecord(const Root& root, const ShutdownRecord& record) { WriteRecord(root, kLastShutdown, record); }

std::string Now() { return TimeText(std::chrono::system_clock::to_time_t(std::chrono::system_clock::now())); }

std::string TimeText(std::time_t time) {
  std::tm utc = {};
  if (!::gmtime_r(&time, &utc)) throw SystemError("gmtime_r", errno);
  char text[32];
  return {text, std::strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", &utc)};
}

}  // namespace kexec_helper
