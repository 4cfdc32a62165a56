// The kernels of a machine, as its links and its /boot have them.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "sys/root.h"

namespace kexec_helper {

// A kernel and its initrd by their paths.
struct KernelFiles {
  std::string kernel;
  std::string initrd;
};

// Where KERNEL_IMAGE and INITRD may lead while they have their defaults.
struct DefaultKernels {
  std::vector<KernelFiles> links;     // /vmlinuz, /boot/vmlinuz, /boot/pve/vmlinuz: those that lead to a file
  std::vector<std::string> dangling;  // "/boot/vmlinuz leads to vmlinuz-6.1, which is missing"
  std::optional<KernelFiles> newest;  // of /boot/vmlinuz-* with an initrd of the same version
};

// Throws SystemError.
DefaultKernels FindDefaultKernels(const Root& root);

}  // namespace kexec_helper
