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

TEST(StatusTest, ChangesNothing) {
  TemporaryRoot machine;
  WriteShutdownRecord(machine.root(), {"kexec", "why", "6.1", 2.5, {}, "other boot", "then"});
  auto before = machine.Snapshot();
  ReadStatus(machine.root());
  EXPECT_EQ(machine.Snapshot(), before);
}

}  // namespace
}  // namespace kexec_helper
