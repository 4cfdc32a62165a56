// Takes a one-time request to a boot loader back, whichever it is.
#pragma once

#include "bootloader/boot_loader.h"
#include "sys/root.h"

namespace kexec_helper {

// If it still stands there as it was made; true if it did. Throws Error.
bool TakeBack(const Root& root, const RequestPlace& request);

}  // namespace kexec_helper
