// One line of systemd-boot's menu, whichever file it comes from.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "bootloader/bls/entry.h"

namespace kexec_helper::bls {

enum class EntryKind {
  kLinux,         // a kernel and its initrds
  kUnified,       // a unified kernel image
  kOtherProgram,  // any other EFI program
};

struct MenuEntry {
  EntryKind kind = EntryKind::kLinux;
  EntryFileName name;
  std::string profile_id;  // "@ID", appended to the id, of a unified image's further profiles
  unsigned profile = 0;
  std::string title;
  std::optional<std::string> sort_key;
  std::string machine_id;
  std::string version;
  std::string file;                  // of the entry, on this system
  std::string partition;             // where that file's partition is mounted; "" if it is not
  std::string kernel;                // as the entry names it: "/debian/6.12/linux"
  std::vector<std::string> initrds;  // likewise
  std::string options;               // of a unified image those that it carries
  std::string kernel_path;           // on this system; "" if it has not been found
  std::vector<std::string> initrd_paths;
  std::vector<std::string> notes;
  std::string uncertainty;  // why what it starts is not certain; "" if it is
  bool place_known = true;  // false when its place in the order cannot be told
};

using MenuEntries = std::vector<MenuEntry>;

// What the boot loader calls it in EFI variables.
inline std::string IdOf(const MenuEntry& entry) { return entry.name.id + entry.profile_id; }

}  // namespace kexec_helper::bls
