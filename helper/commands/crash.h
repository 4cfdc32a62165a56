// load --crash: a kernel that starts when the running one crashes, saves what it had logged, and reboots.
#pragma once

#include <optional>
#include <string>

#include "commands/load.h"
#include "kernel/kernel.h"
#include "sys/root.h"

namespace kexec_helper {

// Loads the running kernel with its initrd and CrashCommandLine(), or what the arguments name; with neither --append
// nor
// --reuse-cmdline the command line is that one, too. Throws Error: no memory is reserved, not enough, or another
// program's crash kernel is loaded, which is never replaced.
LoadedByHand LoadCrashKernel(const Root& root, Kernel& kernel, const std::optional<LoadArguments>& arguments);

// Whether the boot is to load one (LOAD_CRASH_KERNEL, and kdump-tools is not installed): "" or why not. Throws Error
// for settings that cannot be read.
std::string CrashKernelDeclined(const Root& root);

// Unloads the crash kernel that kexec-helper loaded. Throws Error, also when another program's is loaded.
void UnloadCrashKernel(const Root& root, Kernel& kernel);

}  // namespace kexec_helper
