#include "bootloader/grub/menu/installed_release.h"

#include <cstdlib>
#include <optional>
#include <sstream>

#include "sys/error.h"

namespace kexec_helper::grub {

namespace {

constexpr const char* kDirectory = "/boot/grub";
constexpr const char* kDpkgStatus = "/var/lib/dpkg/status";
constexpr size_t kMaxListBytes = 1 << 20;
constexpr size_t kMaxStatusBytes = 256 << 20;

// The module of a command, "" if the list does not have it. A line is "NAME: MODULE", with a star before it when the
// command parses its options (GRUB: normal/dyncmd.c).
std::string ModuleOf(std::string_view list, const std::string& name) {
  std::istringstream lines{std::string(list)};
  for (std::string line; std::getline(lines, line);) {
    std::string_view command = line;
    if (command.starts_with('*')) command.remove_prefix(1);
    if (command.starts_with(name + ": ")) return std::string(command.substr(name.size() + 2));
  }
  return "";
}

std::optional<std::string> VersionOfPackage(const std::string& status, const std::string& package) {
  std::istringstream lines(status);
  bool inside = false;
  for (std::string line; std::getline(lines, line);) {
    if (line.empty()) inside = false;
    if (line == "Package: " + package) inside = true;
    if (inside && line.starts_with("Version: ")) return line.substr(9);
  }
  return std::nullopt;
}

}  // namespace

Release ReleaseOfCommands(std::string_view command_list) {
  const std::string blscfg = ModuleOf(command_list, "blscfg");
  if (blscfg == "blsuki") return Release::k2_14;
  if (!blscfg.empty())
    throw Error("command.lst: blscfg is of the module " + blscfg +
                ", not of GRUB 2.14's blsuki: what it adds to the menu is not known: set USE_GRUB_CONFIG=false");
  return !ModuleOf(command_list, "plainmount").empty() ? Release::k2_12 : Release::k2_06;
}

Release ReleaseOfVersion(const std::string& version) {
  size_t colon = version.find(':');
  const char* text = version.c_str() + (colon == std::string::npos ? 0 : colon + 1);
  char* end = nullptr;
  long major = std::strtol(text, &end, 10);
  long minor = *end == '.' ? std::strtol(end + 1, nullptr, 10) : 0;
  if (major > 2 || (major == 2 && minor >= 14)) return Release::k2_14;
  return major == 2 && minor >= 12 ? Release::k2_12 : Release::k2_06;
}

Release InstalledRelease(const Root& root) {
  bool efi = root.Exists("/sys/firmware/efi");
  for (const char* platform : {"x86_64-efi", "arm64-efi", "i386-efi", "i386-pc"}) {
    if (efi == std::string_view(platform).ends_with("-pc")) continue;
    auto list = root.ReadIfPresent(std::string(kDirectory) + "/" + platform + "/command.lst", kMaxListBytes);
    if (list) return ReleaseOfCommands(*list);
  }
  auto status = root.ReadIfPresent(kDpkgStatus, kMaxStatusBytes);
  auto version = status ? VersionOfPackage(*status, "grub-common") : std::nullopt;
  return version ? ReleaseOfVersion(*version) : Release::k2_06;
}

}  // namespace kexec_helper::grub
