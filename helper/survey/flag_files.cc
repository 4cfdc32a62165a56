#include "survey/flag_files.h"

#include <sstream>
#include <string>

#include "sys/error.h"

namespace kexec_helper {

namespace {

constexpr size_t kPasswdLimit = 4 << 20;

// From /etc/passwd alone (passwd(5)): a directory server that is gone by now must not hold up a reboot.
std::string OwnerName(const Root& root, uid_t uid) {
  std::string number = std::to_string(uid);
  std::istringstream lines;
  try {
    lines.str(root.ReadIfPresent("/etc/passwd", kPasswdLimit).value_or(""));
  } catch (const Error&) {  // the number will do
  }
  for (std::string line; std::getline(lines, line);) {
    std::istringstream fields(line);
    std::string name, password, id;
    if (std::getline(fields, name, ':') && std::getline(fields, password, ':') && std::getline(fields, id, ':') &&
        id == number)
      return name;
  }
  return "uid " + number;
}

}  // namespace

std::vector<FlagFile> FindFlagFiles(const Root& root) {
  std::vector<FlagFile> flags;
  for (const char* path : kFlagFiles) {
    try {
      if (auto status = root.Lstat(path)) flags.push_back({path, OwnerName(root, status->st_uid)});
    } catch (const SystemError& error) {  // a mount of FUSE's that only its owner may look at
      flags.push_back({path, "an unknown user, as it cannot be looked at: " + ErrnoText(error.error_number())});
    }
  }
  return flags;
}

}  // namespace kexec_helper
