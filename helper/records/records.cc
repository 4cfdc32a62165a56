#include "records/records.h"

#include <cerrno>
#include <chrono>
#include <ctime>

#include "records/json_file.h"
#include "sys/error.h"

namespace kexec_helper {

NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(LoadedRecord, source, kernel, kernel_version, stamp, initrds, command_line, time)

// NOLINTBEGIN(readability-identifier-naming): the library looks for these names.
void to_json(nlohmann::json& json, const ShutdownRecord& record) {
  json = {{"action", record.action},
          {"reason", record.reason},
          {"kernel_version", record.kernel_version},
          {"load_seconds", record.load_seconds},
          {"watchdog", record.watchdog},
          {"warnings", record.warnings},
          {"boot_id", record.boot_id},
          {"time", record.time}};
}

// What earlier versions did not keep may be missing.
void from_json(const nlohmann::json& json, ShutdownRecord& record) {
  json.at("action").get_to(record.action);
  json.at("reason").get_to(record.reason);
  json.at("kernel_version").get_to(record.kernel_version);
  json.at("load_seconds").get_to(record.load_seconds);
  record.watchdog = json.value("watchdog", "");
  json.at("warnings").get_to(record.warnings);
  json.at("boot_id").get_to(record.boot_id);
  json.at("time").get_to(record.time);
}
// NOLINTEND(readability-identifier-naming)

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
