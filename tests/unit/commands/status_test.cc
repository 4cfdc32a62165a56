#include "commands/status.h"

#include <gtest/gtest.h>

#include "temporary_root.h"

namespace kexec_helper {
namespace {

TEST(StatusTest, OfAFreshBoot) {
  TemporaryRoot machine;
  Status status = ReadStatus(machine.root());
  EXPECT_FALSE(status.kernel.loaded);
  EXPECT_FALSE(status.loaded);
  EXPECT_EQ(status.origin.kind, BootKind::kFirmware);
  EXPECT_FALSE(status.last_shutdown);
  EXPECT_FALSE(status.firmware_time);
}

TEST(StatusTest, ARecordCountsOnlyWhileAKernelIsLoaded) {
  TemporaryRoot machine;
  WriteLoadedRecord(machine.root(), {"settings", "/boot/k", "6.1", {}, {}, "x", "then"});
  EXPECT_FALSE(ReadStatus(machine.root()).loaded);
  machine.Write("/sys/kernel/kexec_loaded", "1\n");
  ASSERT_TRUE(ReadStatus(machine.root()).loaded);
  EXPECT_EQ(ReadStatus(machine.root()).loaded->kernel, "/boot/k");
}

TEST(StatusTest, EverythingIsThere) {
  TemporaryRoot machine;
  WriteShutdownRecord(machine.root(), {"kexec", "why", "6.1", 2.5, {}, "other boot", "then"});
  machine.Write("/proc/sys/kernel/bootloader_type", "208\n");
  machine.Write("/sys/firmware/acpi/fpdt/boot/exitbootservice_end_ns", "9000000000\n");
  Status status = ReadStatus(machine.root());
  EXPECT_EQ(status.last_shutdown->reason, "why");
  EXPECT_EQ(status.origin.kind, BootKind::kKexec);
  EXPECT_DOUBLE_EQ(status.firmware_time->seconds, 9.0);
}

TEST(StatusTest, ACrashLogUntilTheNextOrderlyReboot) {
  TemporaryRoot machine;
  machine.Write("/var/crash/1/dmesg.1", "[ 1.0] Kernel panic - not syncing: why\n");
  EXPECT_EQ(ReadStatus(machine.root()).crash_log->lines[0], "[ 1.0] Kernel panic - not syncing: why");
  WriteShutdownRecord(machine.root(), {"kexec", "why", "6.1", 2.5, {}, "other boot", "2020-01-01T00:00:00Z"});
  EXPECT_TRUE(ReadStatus(machine.root()).crash_log);
  WriteShutdownRecord(machine.root(), {"kexec", "why", "6.1", 2.5, {}, "other boot", "9999-01-01T00:00:00Z"});
  EXPECT_FALSE(ReadStatus(machine.root()).crash_log);
}

TEST(StatusTest, TheCrashKernelIsOursOnlyWithoutKdumpTools) {
  TemporaryRoot machine;
  WriteCrashRecord(machine.root(), {"argument", "/boot/k", "6.1", {}, {}, "x", "then"});
  EXPECT_FALSE(ReadStatus(machine.root()).crash);
  machine.Write("/sys/kernel/kexec_crash_loaded", "1\n");
  EXPECT_EQ(ReadStatus(machine.root()).crash->kernel, "/boot/k");
  machine.Script("/usr/sbin/kdump-config", "");
  EXPECT_FALSE(ReadStatus(machine.root()).crash);
}

TEST(StatusTest, ChangesNothing) {
  TemporaryRoot machine;
  WriteShutdownRecord(machine.root(), {"kexec", "why", "6.1", 2.5, {}, "other boot", "then"});
  auto before = machine.Snapshot();
  ReadStatus(machine.root());
  EXPECT_EQ(machine.Snapshot(), before);
}

}  // namespace
}  // namespace kexec_helper
