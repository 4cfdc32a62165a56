// The variables that a GRUB script begins with.
#pragma once

#include "bootloader/grub/runtime/environment.h"
#include "bootloader/grub/runtime/platform.h"

namespace kexec_helper::grub {

// What GRUB sets and exports before it reads its configuration (GRUB: normal/main.c, kern/main.c).
Environment InitialEnvironment(const Platform& platform);

}  // namespace kexec_helper::grub
