// The entry of the boot loader's menu that has started the running kernel: what is known to work on this machine.
#pragma once

#include <optional>
#include <string>

#include "bootloader/boot_loader.h"
#include "kernel/state.h"
#include "sys/root.h"

namespace kexec_helper {

// `problem` says why there is none.
struct RunningEntry {
  std::optional<NextBoot> boot;
  std::string problem;
};

// The entry that starts the very build that runs, with the command line that it was given; whether that came from the
// boot loader or from a kexec: `next` where it does, else the first of the menu, which takes much longer to find. What
// goes wrong is its problem.
RunningEntry FindRunningEntry(const Root& root, const BootLoader& loader, const KernelState& kernel,
                              const std::string& command_line, const NextBoot& next);

}  // namespace kexec_helper
