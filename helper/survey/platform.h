// Platforms on which a kexec is known to hang or to kill the machine.
#pragma once

#include <string>
#include <vector>

#include "sys/root.h"

namespace kexec_helper {

// One sentence each; none on hardware, KVM, VMware and AWS's Nitro. From /sys/hypervisor/type and
// /proc/xen/capabilities (Xen), DMI's sys_vendor and product_name (Hyper-V, Azure, Google Compute Engine) and the CPU's
// flags (TDX). Throws SystemError.
std::vector<std::string> FindHazards(const Root& root);

// The program that loads kdump-tools' crash kernel.
inline constexpr const char* kKdumpConfig = "/usr/sbin/kdump-config";

// Why the running kernel is a crash dump's capture kernel, by /proc/vmcore or elfcorehdr= on its command line
// (Documentation/admin-guide/kdump/kdump.rst); "" if it is none. It sees only the memory that was reserved for it.
std::string FindCaptureKernel(const Root& root, const std::string& command_line);

}  // namespace kexec_helper
