// What a dead kernel had logged, read in the capture kernel of a crash dump.
#pragma once

#include <string>

#include "image/pe.h"
#include "sys/root.h"

namespace kexec_helper {

inline constexpr const char* kVmcore = "/proc/vmcore";

// The log of the kernel whose memory an ELF core file is (/proc/vmcore), as dmesg prints it: the records of its printk
// ring buffer, found by what the core's VMCOREINFO note says about their layout
// (Documentation/admin-guide/kdump/vmcoreinfo.rst, kernel/printk/printk_ringbuffer.h; Linux 5.10 and newer). Throws
// Error "PATH: what" for another file, SystemError for one that cannot be read.
std::string ReadDeadKernelLog(const Root& root, const std::string& path);

// The same; pure but for `read`.
std::string DeadKernelLog(const std::string& path, const ReadSlice& read);

}  // namespace kexec_helper
