// Watchdogs that go on counting across a kexec: a BMC's timer (IPMI), and a timer of the machine's own, by its driver.
#pragma once

#include <string>

#include "sys/root.h"

namespace kexec_helper {

inline constexpr const char* kWatchdogClass = "/sys/class/watchdog";
inline constexpr const char* kIpmiModule = "ipmi_devintf";

enum class WatchdogKind {
  kBmc,     // asked by IPMI, for which no driver of the kernel has to know about watchdogs
  kDevice,  // /dev/watchdogN
};

// One that resets the machine unless it is stopped in time.
struct Watchdog {
  WatchdogKind kind = WatchdogKind::kBmc;
  std::string name;  // of a device its identity, by which the next kernel's name for it is found
  int seconds = 0;

  friend bool operator==(const Watchdog&, const Watchdog&) = default;
};

// What sysfs says of the watchdog of that name, "watchdog0" (Documentation/ABI/testing/sysfs-class-watchdog); "" if
// nothing. Throws SystemError.
std::string WatchdogAttribute(const Root& root, const std::string& name, const std::string& attribute);

// Starts it and leaves it running; the seconds it was set to, which may be fewer. Throws Error: it is not there, is
// held by another program, does not answer within two seconds, or would stop when this program ends.
int StartWatchdog(const Root& root, const Watchdog& watchdog);

// Stops it. Nothing happens when another program holds it by now. Throws Error.
void StopWatchdog(const Root& root, const Watchdog& watchdog);

}  // namespace kexec_helper
