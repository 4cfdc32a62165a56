// Changes what the boot loader keeps from one boot to the next.
#pragma once

#include <string>
#include <vector>

#include "bootloader/boot_loader.h"
#include "sys/root.h"

namespace kexec_helper {

// Makes the changes of `boot`. What cannot be changed is added to `warnings`: it must not stop a reboot.
void CommitChanges(const Root& root, const NextBoot& boot, std::vector<std::string>& warnings);

// Makes one change. Throws Error.
void MakeChange(const Root& root, const StateChange& change);

}  // namespace kexec_helper
