// The few lines beside GRUB on the EFI system partition that lead it to its menu.
#pragma once

#include <string>
#include <vector>

#include "bootloader/grub/disks/mounted_files.h"
#include "sys/root.h"

namespace kexec_helper::grub {

// Where those lines, as grub-install writes them for a signed GRUB (EFI/ID/grub.cfg with a search.fs_uuid), lead to
// another file system than `device`, which holds the menu of this system: two installations share the partition, and
// GRUB shows the other one's menu. Throws Error "FILE: what: remedy" then. What only root can read is a warning.
void CheckEspStub(const Root& root, const MountedFiles& files, const std::string& device,
                  std::vector<std::string>& warnings);

// The words of the first search.fs_uuid: UUID, variable and hints; empty if there is none. Pure.
std::vector<std::string> FindStubSearch(const std::string& text);

}  // namespace kexec_helper::grub
