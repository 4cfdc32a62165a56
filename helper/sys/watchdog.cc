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

constexpr size_t kMaxAttributeBytes = 4096;

// Of a watchdog of that name; "" if it has none.
std::string Attribute(const Root& root, const std::string& name, const char* attribute) {
  const std::string path = std::string(kWatchdogClass) + "/" + name + "/" + attribute;
  return FirstLine(root.ReadIfPresent(path, kMaxAttributeBytes).value_or(""));
}

// The device file of the watchdog with that identity; numbers are given in the order in which drivers are loaded.
std::string DeviceOf(const Root& root, const std::string& identity) {
  for (const std::string& name : root.List(kWatchdogClass))
    if (Attribute(root, name, "identity") == identity) return "/dev/" + name;
  throw Error("watchdog " + identity + ": not found in " + kWatchdogClass);
}

// The longest time that a driver takes, if it says so.
int LongestTime(const Root& root, const std::string& device, int seconds) {
  const std::string text = Attribute(root, device.substr(device.rfind('/') + 1), "max_timeout");
  int longest = 0;
  std::from_chars(text.data(), text.data() + text.size(), longest);
  return longest > 0 && longest < seconds ? longest : seconds;
}

int StartDevice(const Root& root, const Watchdog& watchdog) {
  const std::string device = DeviceOf(root, watchdog.name);
  int seconds = LongestTime(root, device, watchdog.seconds);
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
  const std::string device = DeviceOf(root, watchdog.name);
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
    if (Attribute(root, name, "identity") == "IPMI" && Attribute(root, name, "state") == "active") return true;
  return false;
}

}  // namespace

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
