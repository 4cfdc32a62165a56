// What the program remembers: for this boot in /run, beyond it in /var/lib.
#pragma once

#include <ctime>
#include <optional>
#include <string>
#include <vector>

#include "sys/root.h"

namespace kexec_helper {

inline constexpr const char* kStateDirectory = "/run/kexec-helper";
inline constexpr const char* kLoadedRecord = "/run/kexec-helper/loaded.json";
inline constexpr const char* kCrashRecord = "/run/kexec-helper/crash.json";
inline constexpr const char* kOneShot = "/run/kexec-helper/one-shot";
inline constexpr const char* kJump = "/run/kexec-helper/jump";
inline constexpr const char* kUp = "/run/kexec-helper/up";  // this system has come up
inline constexpr const char* kRecordsDirectory = "/var/lib/kexec-helper";
inline constexpr const char* kLastShutdown = "/var/lib/kexec-helper/last-shutdown.json";
inline constexpr const char* kLastLoadKexec = "/var/lib/kexec-helper/load-kexec";

inline constexpr const char* kBySettings = "settings";  // kexec-load or `load`
inline constexpr const char* kByHand = "argument";      // `load KERNEL`, `load --entry`

// The kernel that kexec-helper loaded: the kernel itself does not say which one is loaded.
struct LoadedRecord {
  std::string source;  // kBySettings or kByHand
  std::string kernel;
  std::string kernel_version;
  FileStamp stamp;  // of the kernel's file
  std::vector<std::string> initrds;
  std::string command_line;
  std::string time;  // ISO 8601, UTC
};

// What the last confirmed reboot decided.
struct ShutdownRecord {
  std::string action;  // "kexec" or "firmware"
  std::string reason;
  std::string kernel_version;  // "" for firmware and for a kernel loaded by hand
  double load_seconds = 0;     // what the load took; 0: there was none
  std::vector<std::string> warnings;
  std::string boot_id;        // of the boot that ended
  std::string time;           // ISO 8601, UTC
  std::string watchdog = "";  // which one was to watch the kexec, or why none; "" for firmware
};

// Missing or corrupt records read as nullopt, so that they cannot block a reboot.
std::optional<LoadedRecord> ReadLoadedRecord(const Root& root);
std::optional<LoadedRecord> ReadCrashRecord(const Root& root);  // of the crash kernel that kexec-helper loaded
std::optional<ShutdownRecord> ReadShutdownRecord(const Root& root);

// Throw SystemError.
void WriteLoadedRecord(const Root& root, const LoadedRecord& record);
void WriteCrashRecord(const Root& root, const LoadedRecord& record);
void WriteShutdownRecord(const Root& root, const ShutdownRecord& record);

// The current time for the records.
std::string Now();

// That of a file or an event, in the same form, so that the two can be compared as text.
std::string TimeText(std::time_t time);

}  // namespace kexec_helper
