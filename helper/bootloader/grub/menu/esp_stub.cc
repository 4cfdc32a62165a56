#include "bootloader/grub/menu/esp_stub.h"

#include <cerrno>
#include <iterator>
#include <sstream>

#include "sys/error.h"
#include "sys/key_value_lines.h"

namespace kexec_helper::grub {

namespace {

constexpr size_t kMaxBytes = 64 << 10;

// The distribution's name, by which grub-install calls its directory; "" if it is not known.
std::string DistributionId(const Root& root) {
  for (const KeyValue& line : ReadKeyValueLines(root.ReadIfPresent("/etc/os-release", kMaxBytes).value_or(""), "="))
    if (line.key == "ID") return line.value;
  return "";
}

void CheckOne(const MountedFiles& files, const std::string& path, const std::string& text, const std::string& device) {
  std::vector<std::string> search = FindStubSearch(text);
  if (search.empty()) return;
  SearchScope scope;
  if (search.size() > 2) scope.hints.assign(search.begin() + 2, search.end());
  if (files.DeviceByUuid(search[0], scope) != device)
    throw Error(path + ": leads GRUB to the menu on the file system " + search[0] +
                ", not to that of this system: choose this system there, or run grub-install here");
}

}  // namespace

std::vector<std::string> FindStubSearch(const std::string& text) {
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    std::istringstream words(line);
    std::vector<std::string> found{std::istream_iterator<std::string>(words), {}};
    if (found.size() > 1 && found[0] == "search.fs_uuid") return {found.begin() + 1, found.end()};
  }
  return {};
}

void CheckEspStub(const Root& root, const MountedFiles& files, const std::string& device,
                  std::vector<std::string>& warnings) {
  const std::string id = DistributionId(root);
  if (id.empty()) return;
  for (const char* esp : {"/boot/efi", "/efi"}) {
    const std::string path = std::string(esp) + "/EFI/" + id + "/grub.cfg";
    try {
      if (auto text = root.ReadIfPresent(path, kMaxBytes)) CheckOne(files, path, *text, device);
    } catch (const SystemError& error) {
      if (error.error_number() != EACCES) throw;
      warnings.push_back(path + ": only root can read whether it leads GRUB to this menu");
    }
  }
}

}  // namespace kexec_helper::grub
