// The GRUB that a script runs in.
#pragma once

#include <string>

#include "bootloader/grub/disks/file_path.h"

namespace kexec_helper::grub {

// The releases whose commands and options differ; what lies between two counts as the earlier one.
enum class Release { k2_06, k2_12, k2_14 };

// How GRUB finds itself when it starts.
struct Platform {
  std::string cpu;     // "x86_64"
  std::string name;    // "pc", "efi"
  FilePath directory;  // of grub.cfg, which is $prefix
  Release release = Release::k2_06;
};

}  // namespace kexec_helper::grub
