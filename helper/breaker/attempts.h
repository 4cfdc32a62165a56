// Kexec reboots that were begun, and those that failed: the memory of the circuit breaker.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "sys/root.h"

namespace kexec_helper {

inline constexpr const char* kAttempt = "/var/lib/kexec-helper/attempt.json";
inline constexpr const char* kFailures = "/var/lib/kexec-helper/failed.json";

// One kexec reboot.
struct Attempt {
  std::string kernel;          // path; "" when another program loaded it
  std::string kernel_version;  // "" when not known
  FileStamp stamp;             // of the kernel's file; all 0 when another program loaded it
  std::string boot_id;         // of the boot that ended with it
  std::string time;            // ISO 8601, UTC

  friend bool operator==(const Attempt&, const Attempt&) = default;
};

// Missing or corrupt records read as nullopt, so that they cannot block a reboot.
std::optional<Attempt> ReadAttempt(const Root& root);
std::vector<Attempt> ReadFailures(const Root& root);

// Throw SystemError.
void WriteAttempt(const Root& root, const Attempt& attempt);
// Of more than a few only the newest are kept.
void WriteFailures(const Root& root, std::vector<Attempt> failures);

}  // namespace kexec_helper
