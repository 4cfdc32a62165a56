#include "survey/known_faults.h"

#include <algorithm>
#include <cstdlib>
#include <iterator>
#include <sstream>

#include "survey/cpu.h"

namespace kexec_helper {

namespace {

struct Driver {
  const char* module;
  const char* fault;
};

constexpr Driver kDrivers[] = {
    {"nvidia", "may hang, or leave the display dark, after a kexec: try it once with a console at hand"},
    {"nova_core", "may hang after a kexec: try it once with a console at hand"},
    {"nouveau", "may hang after a kexec where the card runs GSP firmware: try it once with a console at hand"},
    {"amdgpu", "may leave the display dark after a kexec; the network works"},
    {"i915", "may leave the display dark after a kexec; the network works"},
    {"megaraid_sas", "may not find its disks after a kexec: try it once with a console at hand"},
    {"bnx2x", "needs its firmware in the initrd to start again after a kexec: MODULES=most"},
};

// x86/mm/ident_map took pages of 1 GiB where the firmware had not mapped them; it was taken back in the next release.
constexpr const char* kHangOnZen[] = {"6.1.82", "6.6.22", "6.7.10", "6.8.0", "6.8.1"};

bool IsZen(const Root& root) {
  constexpr long kFirstFamily = 23;
  return ReadCpuField(root, "vendor_id") == "AuthenticAMD" &&
         std::strtol(ReadCpuField(root, "cpu family").c_str(), nullptr, 10) >= kFirstFamily;
}

// Distributions name a kernel by its series ("6.1.0-18-amd64", "6.8.0-31-generic"): Debian's version comes after its
// own name, Ubuntu's is not there. "" if it is not known.
std::string VersionIn(const std::vector<std::string>& build) {
  bool ubuntu =
      std::any_of(build.begin(), build.end(), [](const std::string& word) { return word.ends_with("-Ubuntu"); });
  if (build.empty() || ubuntu) return "";
  auto debian = std::find(build.begin(), build.end(), "Debian");
  return debian != build.end() && std::next(debian) != build.end() ? *std::next(debian) : build[0];
}

bool IsVersion(const std::string& word, const std::string& version) {
  return word == version || word.starts_with(version + "-") || word.starts_with(version + "+");
}

}  // namespace

std::vector<std::string> FindTroublesomeDrivers(const Root& root) {
  std::vector<std::string> found;
  for (const Driver& driver : kDrivers)
    if (root.Exists(std::string("/sys/module/") + driver.module))
      found.push_back(std::string(driver.module) + ": " + driver.fault);
  return found;
}

std::string FindKernelFault(const Root& root, const std::string& build) {
  std::istringstream words(build);
  std::vector<std::string> all{std::istream_iterator<std::string>(words), {}};
  const std::string version = VersionIn(all);
  for (const char* bad : kHangOnZen)
    if (IsVersion(version, bad) && IsZen(root))
      return std::string("Linux ") + bad + " hangs at a kexec on this processor (AMD Zen): install a newer kernel";
  return "";
}

}  // namespace kexec_helper
