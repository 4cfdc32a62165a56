#include "sys/watchdog.h"

#include <fcntl.h>
#include <linux/watchdog.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <cerrno>
#include <charconv>

#include "sys/error.h"
#include "sys/ipmi.h"
#include "sys/module.h"
#include "sys/text.h"

namespace kexec_helper {

namespace {

constexpr const char* kDevices = "/dev/";

// The name of the watchdog with that identity; numbers are given in the order in which drivers are loaded.
std::string NameOf(const Root& root, const std::string& identity) {
  for (const std::string& name : root.List(kWatchdogClass))
    if (WatchdogAttribute(root, name, "identity") == identity) return name;
  throw Error("watchdog " + identity + ": not found in " + kWatchdogClass);
}

// The longest time that its driver takes, if it says so, and at most `seconds`.
int LongestTime(const Root& root, const std::string& name, int seconds) {
  const std::string text = WatchdogAttribute(root, name, "max_timeout");
  int longest = 0;
  std::from_chars(text.data(), text.data() + text.size(), longest);
  return longest > 0 && longest < seconds ? longest : seconds;
}

int StartDevice(const Root& root, const Watchdog& watchdog) {
  const std::string name = NameOf(root, watchdog.name), device = kDevices + name;
  int seconds = LongestTime(root, name, watchdog.seconds);
  Fd fd = root.Open(device, O_WRONLY);
  struct watchdog_info info = {};
  if (::ioctl(fd.get(), WDIOC_GETSUPPORT, &info) != 0) throw SystemError(device, errno);
  if ((info.options & WDIOF_MAGICCLOSE) == 0)
    throw Error(device + ": its driver stops it as soon as it is closed (no WDIOF_MAGICCLOSE)");
  // The kernel rounds to what the device can count.
  if (::ioctl(fd.get(), WDIOC_SETTIMEOUT, &seconds) != 0) throw SystemError(device + ": WDIOC_SETTIMEOUT", errno);
  if (::ioctl(fd.get(), WDIOC_KEEPALIVE, nullptr) != 0) throw SystemError(device + ": WDIOC_KEEPALIVE", errno);
  return seconds;
}

void StopDevice(const Root& root, const Watchdog& watchdog) {
  const std::string device = kDevices + NameOf(root, watchdog.name);
  try {
    // The magic close of Documentation/watchdog/watchdog-api.rst.
    WriteDescriptor(root.Open(device, O_WRONLY).get(), device, "V");
  } catch (const SystemError& error) {
    if (error.error_number() != EBUSY) throw;
  }
}

// The driver of the BMC's interface asks for that module, but not everywhere.
Fd OpenBmc(const Root& root) {
  if (!root.Exists(kIpmiDevice)) LoadModule(root, kIpmiModule);
  return root.Open(kIpmiDevice, O_RDWR);
}

// ipmi_watchdog has taken it over, and a program pings that.
bool DriverHoldsBmc(const Root& root) {
  for (const std::string& name : root.List(kWatchdogClass))
    if (WatchdogAttribute(root, name, "identity") == "IPMI" && WatchdogAttribute(root, name, "state") == "active")
      return true;
  return false;
}

}  // namespace

std::string WatchdogAttribute(const Root& root, const std::string& name, const std::string& attribute) {
  constexpr size_t kMaxBytes = 4096;
  const std::string path = std::string(kWatchdogClass) + "/" + name + "/" + attribute;
  return FirstLine(root.ReadIfPresent(path, kMaxBytes).value_or(""));
}

int StartWatchdog(const Root& root, const Watchdog& watchdog) {
  if (watchdog.kind == WatchdogKind::kDevice) return StartDevice(root, watchdog);
  Fd device = OpenBmc(root);
  StartBmcTimer(ExchangeBy(device), watchdog.seconds);
  return watchdog.seconds;
}

void StopWatchdog(const Root& root, const Watchdog& watchdog) {
  if (watchdog.kind == WatchdogKind::kDevice) return StopDevice(root, watchdog);
  if (DriverHoldsBmc(root)) return;
  Fd device = OpenBmc(root);
  StopBmcTimer(ExchangeBy(device));
}

}  // namespace kexec_helper
