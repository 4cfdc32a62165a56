// Leaves the boot loader's state as if it had booted an entry itself.
#pragma once

#include <string>
#include <vector>

#include "bootloader/boot_loader.h"
#include "sys/root.h"

namespace kexec_helper {

// Makes the changes of `boot`. What cannot be changed is added to `warnings`: it must not stop a reboot.
void CommitChanges(const Root& root, const NextBoot& boot, std::vector<std::string>& warnings);

}  // namespace kexec_helper
