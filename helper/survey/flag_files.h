// The files with which anybody asks for one firmware reboot.
#pragma once

#include <array>
#include <string>
#include <vector>

#include "sys/root.h"

namespace kexec_helper {

inline constexpr std::array kFlagFiles = {"/tmp/no-kexec-reboot", "/run/no-kexec-reboot", "/no-kexec-reboot"};

// A flag that is there. What it is (file, link, directory) does not matter: its presence is the request.
struct FlagFile {
  std::string path;
  std::string owner;  // user name, or "uid 1234"
};

// The flags that are there, by lstat(2): never opened, never followed. One that cannot be looked at is there.
std::vector<FlagFile> FindFlagFiles(const Root& root);

}  // namespace kexec_helper
