#include "kernel/state.h"

#include <gtest/gtest.h>
#include <sys/utsname.h>

#include "sys/error.h"
#include "temporary_root.h"

namespace kexec_helper {
namespace {

TEST(KernelStateTest, OfAMachineThatCanKexec) {
  TemporaryRoot machine;
  KernelState state = ReadKernelState(machine.root());
  EXPECT_TRUE(state.supported);
  EXPECT_FALSE(state.loaded);
  EXPECT_FALSE(state.crash_loaded);
  EXPECT_FALSE(state.load_disabled);
  EXPECT_EQ(state.loads_left, std::nullopt);
  EXPECT_EQ(state.lockdown, "");
  EXPECT_EQ(state.boot_id, "11111111-2222-3333-4444-555555555555");
  EXPECT_EQ(state.release, "6.1.0-40-amd64");
  EXPECT_EQ(state.bootloader_type, 114);
  EXPECT_EQ(state.memory_bytes, 4000000u * 1024);
  EXPECT_EQ(state.available_bytes, 3000000u * 1024);
  struct utsname name = {};
  ::uname(&name);
  EXPECT_EQ(state.machine, name.machine);
}

TEST(KernelStateTest, LoadedKernels) {
  TemporaryRoot machine;
  machine.Write("/sys/kernel/kexec_loaded", "1\n");
  EXPECT_TRUE(ReadKernelState(machine.root()).loaded);
  EXPECT_FALSE(ReadKernelState(machine.root()).crash_loaded);
  machine.Write("/sys/kernel/kexec_crash_loaded", "1\n");
  EXPECT_TRUE(ReadKernelState(machine.root()).crash_loaded);
}

TEST(KernelStateTest, NewerKernelsHaveADirectory) {
  TemporaryRoot machine;
  machine.Delete("/sys/kernel/kexec_loaded");
  machine.Delete("/sys/kernel/kexec_crash_loaded");
  machine.Write("/sys/kernel/kexec/loaded", "1\n");
  machine.Write("/sys/kernel/kexec/crash_loaded", "1\n");
  KernelState state = ReadKernelState(machine.root());
  EXPECT_TRUE(state.supported);
  EXPECT_TRUE(state.loaded);
  EXPECT_TRUE(state.crash_loaded);
}

TEST(KernelStateTest, AKernelWithoutKexec) {
  TemporaryRoot machine;
  machine.Delete("/sys");
  machine.Delete("/proc");
  KernelState state = ReadKernelState(machine.root());
  EXPECT_FALSE(state.supported);
  EXPECT_FALSE(state.loaded);
  EXPECT_EQ(state.bootloader_type, std::nullopt);
  EXPECT_EQ(state.memory_bytes, 0u);
}

TEST(KernelStateTest, WhatForbidsLoading) {
  TemporaryRoot machine;
  machine.Write("/proc/sys/kernel/kexec_load_disabled", "1\n");
  machine.Write("/proc/sys/kernel/kexec_load_limit_reboot", "0\n");
  machine.Write("/sys/kernel/security/lockdown", "none [integrity] confidentiality\n");
  KernelState state = ReadKernelState(machine.root());
  EXPECT_TRUE(state.load_disabled);
  EXPECT_EQ(state.loads_left, 0);
  EXPECT_EQ(state.lockdown, "integrity");
  machine.Write("/proc/sys/kernel/kexec_load_limit_reboot", "3\n");
  EXPECT_EQ(ReadKernelState(machine.root()).loads_left, 3);
}

TEST(KernelStateTest, OddNumbersAreNoNumbers) {
  TemporaryRoot machine;
  machine.Write("/proc/meminfo", "MemTotal:\n");
  machine.Write("/proc/sys/kernel/bootloader_type", "many\n");
  KernelState state = ReadKernelState(machine.root());
  EXPECT_EQ(state.memory_bytes, 0u);
  EXPECT_EQ(state.bootloader_type, std::nullopt);
}

TEST(KernelStateTest, ALockdownFileOnlyRootMayReadIsNoError) {
  TemporaryRoot machine;
  machine.Write("/sys/kernel/security/lockdown", "[none] integrity confidentiality\n");
  boost::filesystem::permissions(machine.Host("/sys/kernel/security/lockdown"), boost::filesystem::no_perms);
  EXPECT_EQ(ReadKernelState(machine.root()).lockdown, ::geteuid() == 0 ? "none" : "");
}

TEST(KernelStateTest, AFileThatCannotBeReadIsAnError) {
  TemporaryRoot machine;
  machine.Delete("/proc/meminfo");
  machine.MakeDirectory("/proc/meminfo");
  EXPECT_THROW(ReadKernelState(machine.root()), SystemError);
}

BootKind KindOf(std::optional<int> bootloader_type) {
  KernelState state;
  state.bootloader_type = bootloader_type;
  return FindBootOrigin(state).kind;
}

TEST(BootOriginTest, TheBootLoaderTypeTells) {
  EXPECT_EQ(KindOf(0xd0), BootKind::kKexec);
  EXPECT_EQ(KindOf(0xd), BootKind::kFirmware);
  EXPECT_EQ(KindOf(0x72), BootKind::kFirmware);
  EXPECT_EQ(KindOf(0), BootKind::kFirmware);
  EXPECT_EQ(KindOf(std::nullopt), BootKind::kUnknown);
}

TEST(BootOriginTest, TheEvidenceIsTheFile) {
  KernelState state;
  state.bootloader_type = 208;
  EXPECT_EQ(FindBootOrigin(state).evidence, "/proc/sys/kernel/bootloader_type is 208");
  EXPECT_FALSE(FindBootOrigin(KernelState()).evidence.empty());
}

}  // namespace
}  // namespace kexec_helper
