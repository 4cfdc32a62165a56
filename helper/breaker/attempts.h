// Kexec reboots that were begun, and those that failed: the memory of the circuit breaker.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "sys/root.h"

namespace kexec_helper {

inline constexpr const char* kAttempt = "/var/lib/kexec-helper/attempt.json";
inline constexpr const char* kFailures = "/var/lib/kexec-helper/failed.json";

// One kexec reboot, and by what another one is known to start the same.
struct Attempt {
  std::string kernel;          // path; "" when another program loaded it
  std::string kernel_version;  // "" when not known
  std::string build;           // "6.1.0-41-amd64 (…) #1 SMP …"; "" when not known
  FileStamp stamp;             // of the kernel's file; all 0 when another program loaded it
  std::vector<FileStamp> initrds;
  std::string command_line;  // "" when not known
  std::string boot_id;       // of the boot that ended with it
  std::string time;          // ISO 8601, UTC
  std::string cause;         // why it failed: "it had not come up within 60 s …"; "" when not known

  friend bool operator==(const Attempt&, const Attempt&) = default;
};

// The failures on record, and why some of them cannot be read.
struct Failures {
  std::vector<Attempt> known;
  std::string problem;  // "" if all can
};

// A missing or corrupt record reads as nullopt, so that it cannot block a reboot.
std::optional<Attempt> ReadAttempt(const Root& root);
Failures ReadFailures(const Root& root);

// Throw SystemError.
void WriteAttempt(const Root& root, const Attempt& attempt);
// Of more than a few only the newest are kept.
void WriteFailures(const Root& root, std::vector<Attempt> failures);

}  // namespace kexec_helper
