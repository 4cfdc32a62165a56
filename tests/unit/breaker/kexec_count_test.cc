#include "breaker/kexec_count.h"

#include <gtest/gtest.h>

#include "commands/boot_complete.h"
#include "commands/load.h"
#include "commands/status.h"
#include "fake_kernel.h"

namespace kexec_helper {
namespace {

constexpr int kByKexec = 208, kByFirmware = 114;

class KexecCountTest : public testing::Test {
 protected:
  void Boot(int bootloader_type) {
    machine.Write("/proc/sys/kernel/random/boot_id", "boot " + std::to_string(++boots_) + "\n");
    machine.Write("/proc/sys/kernel/bootloader_type", std::to_string(bootloader_type) + "\n");
  }
  void ComeUp(int bootloader_type) {
    Boot(bootloader_type);
    CompleteBoot(machine.root(), kernel);
  }
  int Count() const { return ReadStatus(machine.root()).kexecs_in_a_row; }
  Decision Next() const { return MakePlan(machine.root(), Purpose::kForecast).decision; }

  TemporaryRoot machine;
  FakeKernel kernel{machine};

 private:
  int boots_ = 0;
};

TEST_F(KexecCountTest, FirmwareBeginsAnew) {
  EXPECT_EQ(Count(), 0);
  ComeUp(kByKexec);
  ComeUp(kByKexec);
  EXPECT_EQ(Count(), 2);
  ComeUp(kByFirmware);
  EXPECT_EQ(Count(), 0);
  ComeUp(kByKexec);
  EXPECT_EQ(Count(), 1);
}

TEST_F(KexecCountTest, ABootCountsOnce) {
  ComeUp(kByKexec);
  CompleteBoot(machine.root(), kernel);
  EXPECT_EQ(Count(), 1);
  Boot(kByKexec);
  EXPECT_EQ(Count(), 2) << "also before it has come up";
  EXPECT_EQ(Count(), 2);
}

// A boot that never came up, in rescue mode, say.
TEST_F(KexecCountTest, AnOrderlyShutdownCountsToo) {
  ComeUp(kByKexec);
  Boot(kByKexec);
  LoadFromSettings(machine.root(), kernel, LoadMode::kShutdown);
  Boot(kByKexec);
  EXPECT_EQ(Count(), 3);
}

// Kdump-tools' boots the machine's own system, and the boot loader type is that of a kexec.
TEST_F(KexecCountTest, ACaptureSystemIsNoBoot) {
  ComeUp(kByFirmware);
  WriteAttempt(machine.root(), {});
  machine.Write("/proc/vmcore", "x");
  ComeUp(kByKexec);
  EXPECT_TRUE(ReadAttempt(machine.root()));
  machine.Delete("/proc/vmcore");
  ComeUp(kByKexec);
  EXPECT_FALSE(ReadAttempt(machine.root()));
}

TEST_F(KexecCountTest, AnUnknownBootAddsNothing) {
  ComeUp(kByKexec);
  Boot(0);
  machine.Delete("/proc/sys/kernel/bootloader_type");
  CompleteBoot(machine.root(), kernel);
  EXPECT_EQ(Count(), 1);
}

TEST_F(KexecCountTest, ADamagedRecordIsNone) {
  for (const char* damaged :
       {"", "[]", "{\"kexecs\": \"x\", \"boot_id\": \"\"}", "{\"kexecs\": -5, \"boot_id\": \"\"}"}) {
    machine.Write(kKexecCount, damaged);
    ComeUp(kByKexec);
    EXPECT_EQ(Count(), 1) << damaged;
  }
}

TEST_F(KexecCountTest, TheLimitIsAFirmwareReboot) {
  machine.Write("/etc/default/kexec", "LOAD_KEXEC=true\nMAX_KEXECS=2\n");
  ComeUp(kByFirmware);
  ComeUp(kByKexec);
  EXPECT_EQ(Next().action, Action::kKexec);
  ComeUp(kByKexec);
  EXPECT_EQ(Next().action, Action::kFirmware);
  EXPECT_EQ(Next().rule, Rule::kPolicy);
  EXPECT_EQ(Next().cause, FirmwareCause::kPolicy);
  EXPECT_EQ(Next().reason,
            "/etc/default/kexec:2: MAX_KEXECS=2: this boot is kexec number 2 since the last boot through firmware");
  EXPECT_EQ(MakeOneShotPlan(machine.root()).decision.action, Action::kFirmware) << "also one that was asked for";
  ComeUp(kByFirmware);
  EXPECT_EQ(Next().action, Action::kKexec);
}

TEST_F(KexecCountTest, NotForAKernelLoadedByHand) {
  machine.Write("/etc/default/kexec", "LOAD_KEXEC=true\nMAX_KEXECS=1\n");
  ComeUp(kByKexec);
  kernel.LoadByOtherProgram();
  EXPECT_EQ(Next().action, Action::kKexec);
}

}  // namespace
}  // namespace kexec_helper
