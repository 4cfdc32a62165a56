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

// The first entry that starts the very build that runs, with the command line that it was given; whether that came from
// the boot loader or from a kexec. What goes wrong is its problem.
RunningEntry FindRunningEntry(const Root& root, const BootLoader& loader, const KernelState& kernel,
                              const std::string& command_line);

}  // namespace kexec_helper
