// What the running kernel says about kexec, and how this boot came about.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "sys/root.h"

namespace kexec_helper {

// Read from sysfs and procfs (Documentation/ABI/testing/sysfs-kernel-kexec, admin-guide/sysctl/kernel.rst).
struct KernelState {
  bool supported = false;              // /sys/kernel/kexec_loaded exists: CONFIG_KEXEC_CORE
  bool loaded = false;                 // a kernel for the next kexec reboot is loaded
  bool crash_loaded = false;           // a crash kernel is loaded
  uint64_t crash_bytes = 0;            // reserved for one by crashkernel=
  bool load_disabled = false;          // kexec_load_disabled: no load, no unload until the next boot
  std::optional<int64_t> loads_left;   // kexec_load_limit_reboot; nullopt: no limit
  std::string lockdown;                // "none", "integrity", "confidentiality"; "" when not there
  std::string boot_id;                 // random/boot_id
  std::string release;                 // of the running kernel, "6.1.0-41-amd64"
  std::string build;                   // its build, "#1 SMP PREEMPT_DYNAMIC Debian 6.1.158-1 (2025-11-09)"
  std::string machine;                 // "x86_64", "aarch64": uname(2), also with --root
  std::optional<int> bootloader_type;  // x86 only
  // What the device tree says (arm64, powerpc); nullopt if there is none.
  std::optional<bool> booted_from_kexec;
  uint64_t memory_bytes = 0;     // MemTotal
  uint64_t available_bytes = 0;  // MemAvailable
};

// Throws SystemError for a file that exists and cannot be read.
KernelState ReadKernelState(const Root& root);

// Why the running kernel refuses every load; "" if it does not.
std::string LoadRefusal(const KernelState& state);

// The part of it that was set or used up since the boot: kexec_load_disabled, kexec_load_limit_reboot.
std::string LoadLimit(const KernelState& state);

enum class BootKind { kKexec, kFirmware, kUnknown };

// How the running kernel was started, and by what that is known.
struct BootOrigin {
  BootKind kind = BootKind::kUnknown;
  std::string evidence;
};

// On x86 both kexec_file_load(2) (arch/x86/kernel/kexec-bzimage64.c) and kexec-tools leave boot loader type 0xD; with a
// device tree the former adds linux,booted-from-kexec to /chosen (drivers/of/kexec.c).
BootOrigin FindBootOrigin(const KernelState& state);

}  // namespace kexec_helper
