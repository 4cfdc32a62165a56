// The watchdog that watches a kexec: what the new system has to stop.
#pragma once

#include <optional>
#include <string>

#include "sys/root.h"
#include "sys/watchdog.h"

namespace kexec_helper {

// For the jump, when file systems may be unmounted; and for the new system.
inline constexpr const char* kWatchdogToStart = "/run/kexec-helper/watchdog.json";
inline constexpr const char* kWatchdogStarted = "/var/lib/kexec-helper/watchdog.json";

struct WatchdogRecord {
  Watchdog watchdog;
  std::string boot_id;  // of the boot that ends with the kexec
};

// nullopt when it is missing or corrupt.
std::optional<WatchdogRecord> ReadWatchdog(const Root& root, const char* path);

// Throws SystemError.
void WriteWatchdog(const Root& root, const char* path, const WatchdogRecord& record);

}  // namespace kexec_helper
