// Which boot loader boots this machine.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "bootloader/boot_loader.h"
#include "sys/mounts.h"
#include "sys/root.h"

namespace kexec_helper {

// The boot loader that booted this machine or, where nothing says which that was, the one whose configuration is there;
// nullptr if none is. When what booted it cannot be read, a boot loader that says so of everything. `machine` is the
// processor as uname -m has it; `root` has to outlive the result.
std::unique_ptr<BootLoader> DetectBootLoader(const Root& root, const std::vector<Mount>& mounts,
                                             const std::string& machine);

// GRUB, whatever else is there (USE_GRUB_CONFIG=true).
std::unique_ptr<BootLoader> MakeGrub(const Root& root, const std::vector<Mount>& mounts, const std::string& machine);

}  // namespace kexec_helper
