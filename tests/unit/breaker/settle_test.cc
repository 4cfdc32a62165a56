#include "breaker/settle.h"

#include <gtest/gtest.h>

#include "commands/load.h"
#include "fake_kernel.h"
#include "records/records.h"

namespace kexec_helper {
namespace {

constexpr const char* kKernelFile = "/boot/vmlinuz-6.1.0-41-amd64";

class AttemptsTest : public testing::Test {
 protected:
  LoadReport Reboot() { return LoadFromSettings(machine.root(), kernel, LoadMode::kShutdown); }

  void Boot(int bootloader_type) {
    kernel.Unload();
    machine.Delete("/run");
    machine.MakeDirectory("/run");
    machine.Write("/proc/sys/kernel/random/boot_id", "boot " + std::to_string(++boots_) + "\n");
    machine.Write("/proc/sys/kernel/bootloader_type", std::to_string(bootloader_type) + "\n");
  }
  void ComeUpByKexec() { Boot(208); }
  void ComeUpThroughFirmware() { Boot(114); }

  std::optional<Attempt> Settle() { return SettleAttempt(machine.root(), ReadKernelState(machine.root())); }

  TemporaryRoot machine;
  FakeKernel kernel{machine};

 private:
  int boots_ = 0;
};

TEST_F(AttemptsTest, AKexecThatWorksLeavesNothingBehind) {
  EXPECT_EQ(Reboot().decision.action, Action::kKexec);
  ASSERT_TRUE(ReadAttempt(machine.root()));
  EXPECT_EQ(ReadAttempt(machine.root())->kernel, kKernelFile);
  EXPECT_EQ(ReadAttempt(machine.root())->kernel_version, "6.1.0-41-amd64");
  ComeUpByKexec();
  EXPECT_FALSE(Settle());
  EXPECT_FALSE(machine.Has(kAttempt));
  EXPECT_FALSE(machine.Has(kFailures));
  EXPECT_EQ(Reboot().decision.action, Action::kKexec);
}

TEST_F(AttemptsTest, OneThatEndsInTheFirmwareIsNotTriedAgain) {
  Reboot();
  ComeUpThroughFirmware();
  ASSERT_TRUE(Settle());
  EXPECT_FALSE(machine.Has(kAttempt));
  for (int reboots = 0; reboots < 3; ++reboots) {
    LoadReport plan = Reboot();
    EXPECT_EQ(plan.decision.action, Action::kFirmware);
    EXPECT_EQ(plan.decision.cause, FirmwareCause::kProblem);
    EXPECT_EQ(plan.decision.reason.rfind("the kexec of Linux 6.1.0-41-amd64 (" + std::string(kKernelFile) + ") on ", 0),
              0U)
        << plan.decision.reason;
    EXPECT_FALSE(kernel.loaded);
    EXPECT_FALSE(machine.Has(kAttempt));
    ComeUpThroughFirmware();
    EXPECT_FALSE(Settle());
  }
}

TEST_F(AttemptsTest, AlsoWhenNobodyNotedThatTheSystemCameUp) {
  Reboot();
  ComeUpThroughFirmware();
  EXPECT_EQ(MakePlan(machine.root(), Purpose::kForecast).decision.action, Action::kFirmware);
  EXPECT_EQ(Reboot().decision.action, Action::kFirmware);
  ComeUpThroughFirmware();
  EXPECT_EQ(Reboot().decision.action, Action::kFirmware) << "the failure was kept";
  ASSERT_EQ(ReadFailures(machine.root()).known.size(), 1U);
}

TEST_F(AttemptsTest, AReplacedKernelOrResetFailedIsAnotherChance) {
  Reboot();
  ComeUpThroughFirmware();
  Settle();
  machine.Write(kKernelFile, FakeBzImage("6.1.0-41-amd64 (other) #2") + std::string(16, '\0'));
  EXPECT_EQ(MakePlan(machine.root(), Purpose::kForecast).decision.action, Action::kKexec);
  Reboot();
  ComeUpThroughFirmware();
  Settle();
  EXPECT_EQ(MakePlan(machine.root(), Purpose::kForecast).decision.action, Action::kFirmware);
  EXPECT_EQ(ResetFailures(machine.root()).size(), 2U);
  EXPECT_EQ(MakePlan(machine.root(), Purpose::kForecast).decision.action, Action::kKexec);
  EXPECT_TRUE(ResetFailures(machine.root()).empty());
}

TEST_F(AttemptsTest, ARebootThatWasCalledOffIsNoFailure) {
  Reboot();
  EXPECT_FALSE(Settle());
  EXPECT_EQ(MakePlan(machine.root(), Purpose::kForecast).decision.action, Action::kKexec);
  EXPECT_TRUE(machine.Has(kAttempt)) << "it may still come";
  EXPECT_TRUE(ResetFailures(machine.root()).empty());
  EXPECT_TRUE(machine.Has(kAttempt));
}

TEST_F(AttemptsTest, AFirmwareRebootIsNoAttempt) {
  machine.Write("/tmp/no-kexec-reboot", "");
  Reboot();
  EXPECT_FALSE(machine.Has(kAttempt));
}

TEST_F(AttemptsTest, AKernelLoadedByHandIsReportedAndNeverBlocked) {
  kernel.LoadByOtherProgram();
  Reboot();
  ComeUpThroughFirmware();
  auto failure = Settle();
  ASSERT_TRUE(failure);
  EXPECT_EQ(failure->kernel, "");
  EXPECT_EQ(MakePlan(machine.root(), Purpose::kForecast).decision.action, Action::kKexec);
}

TEST_F(AttemptsTest, AKernelThatFailedAfterALoadByHandIsNotStartedByTheSettings) {
  auto load_by_hand = [&] { LoadFromArguments(machine.root(), kernel, {"/vmlinuz", {"/initrd.img"}, "", true}); };
  load_by_hand();
  Reboot();
  ComeUpThroughFirmware();
  ASSERT_TRUE(Settle());
  kernel.Unload();
  Plan plan = MakePlan(machine.root(), Purpose::kForecast);
  EXPECT_EQ(plan.decision.action, Action::kFirmware);
  EXPECT_NE(plan.decision.reason.find("failed: the machine came up through firmware"), std::string::npos)
      << plan.decision.reason;
  load_by_hand();
  EXPECT_EQ(MakePlan(machine.root(), Purpose::kForecast).decision.action, Action::kKexec)
      << "whoever loads it by hand knows why";
}

TEST_F(AttemptsTest, AnOlderFailureOutlivesALoadThatIsGivenUp) {
  Reboot();
  std::string attempt = machine.Content(kAttempt);
  ComeUpThroughFirmware();
  AbandonKexec(machine.root(), kernel, KexecPhase::kLoading, "a disk hangs");
  EXPECT_EQ(machine.Content(kAttempt), attempt);
}

TEST_F(AttemptsTest, DamagedRecordsAreNoRecords) {
  for (const char* text : {"", "{", "[]", "[1]", "{\"kernel\":1}", "\xff\xfe"}) {
    machine.Write(kAttempt, text);
    machine.Write(kFailures, text);
    EXPECT_FALSE(Settle()) << text;
    EXPECT_EQ(MakePlan(machine.root(), Purpose::kForecast).decision.action, Action::kKexec) << text;
  }
  EXPECT_EQ(Reboot().decision.action, Action::kKexec);
  EXPECT_TRUE(ReadAttempt(machine.root())) << "replaced";
}

TEST_F(AttemptsTest, ADamagedRecordTakesNoOtherAlong) {
  Reboot();
  ComeUpThroughFirmware();
  Settle();
  std::string good = machine.Content(kFailures);
  std::string broken = good;
  broken.insert(broken.find("{", 1), "{\"kernel\": 1}, ");
  machine.Write(kFailures, broken);
  Plan plan = MakePlan(machine.root(), Purpose::kForecast);
  EXPECT_EQ(plan.decision.rule, Rule::kBreaker);
  ASSERT_EQ(plan.warnings.size(), 1U);
  EXPECT_EQ(plan.warnings[0],
            "kernels whose kexec failed may not be known: /var/lib/kexec-helper/failed.json: 1 of 2 are damaged: "
            "kexec-helper reset-failed starts a new record");
  for (const char* text : {"{", "7", "{\"format\": 2, \"failed\": []}", "{\"format\": 1}"}) {
    machine.Write(kFailures, text);
    plan = MakePlan(machine.root(), Purpose::kForecast);
    EXPECT_EQ(plan.decision.action, Action::kKexec) << text;
    ASSERT_EQ(plan.warnings.size(), 1U) << text;
    EXPECT_TRUE(plan.warnings[0].starts_with("kernels whose kexec failed may not be known: ")) << plan.warnings[0];
  }
  ResetFailures(machine.root());
  EXPECT_EQ(MakePlan(machine.root(), Purpose::kForecast).warnings, std::vector<std::string>{});
}

// As kexec-helper 0.1.0 wrote them.
TEST_F(AttemptsTest, OlderRecordsAreUnderstood) {
  auto stamp = machine.root().OpenRegular(kKernelFile).stamp;
  std::string record = "{\"kernel\": \"" + std::string(kKernelFile) +
                       "\", \"kernel_version\": \"6.1.0-41-amd64\", \"boot_id\": \"boot 0\", \"time\": \"T\", " +
                       "\"stamp\": {\"size\": " + std::to_string(stamp.size) +
                       ", \"modified\": " + std::to_string(stamp.modified) + ", \"changed\": 7}}";
  machine.Write(kFailures, "[" + record + "]");
  Plan plan = MakePlan(machine.root(), Purpose::kForecast);
  EXPECT_EQ(plan.decision.rule, Rule::kBreaker);
  EXPECT_EQ(plan.warnings, std::vector<std::string>{});
}

// A backup that restores access times, a link, a change of owner.
TEST_F(AttemptsTest, WhatOnlyTouchesTheInodeIsNoReplacement) {
  Reboot();
  ComeUpThroughFirmware();
  Settle();
  ASSERT_EQ(::link(machine.Host(kKernelFile).c_str(), machine.Host("/boot/backup").c_str()), 0);
  EXPECT_EQ(MakePlan(machine.root(), Purpose::kForecast).decision.rule, Rule::kBreaker);
}

TEST_F(AttemptsTest, ANewInitrdOrCommandLineIsAnotherChance) {
  Reboot();
  ComeUpThroughFirmware();
  Settle();
  machine.Write("/etc/default/kexec", "LOAD_KEXEC=true\nAPPEND=\"root=/dev/vda3\"\n");
  EXPECT_EQ(MakePlan(machine.root(), Purpose::kForecast).decision.action, Action::kKexec);
  machine.Write("/etc/default/kexec", "LOAD_KEXEC=true\n");
  EXPECT_EQ(MakePlan(machine.root(), Purpose::kForecast).decision.action, Action::kFirmware);
  machine.Write("/boot/initrd.img-6.1.0-41-amd64", FakeInitrd() + "more");
  EXPECT_EQ(MakePlan(machine.root(), Purpose::kForecast).decision.action, Action::kKexec);
}

TEST_F(AttemptsTest, AnAttemptThatCannotBeRecordedIsNotMade) {
  machine.MakeDirectory(std::string(kAttempt) + "/in the way");
  LoadReport plan = Reboot();
  EXPECT_EQ(plan.decision.action, Action::kFirmware);
  EXPECT_NE(plan.decision.reason.find(kAttempt), std::string::npos) << plan.decision.reason;
  EXPECT_FALSE(kernel.loaded);
  EXPECT_FALSE(machine.Has(kJump));
}

TEST_F(AttemptsTest, OnlyTheNewestFailuresAreKept) {
  for (int number = 0; number < 30; ++number) {
    machine.Write(kKernelFile, FakeBzImage() + std::string(static_cast<size_t>(number), '\0'));
    Reboot();
    ComeUpThroughFirmware();
    Settle();
  }
  std::vector<Attempt> failures = ReadFailures(machine.root()).known;
  ASSERT_EQ(failures.size(), 20U);
  EXPECT_EQ(failures.back().stamp.size, FakeBzImage().size() + 29);
}

}  // namespace
}  // namespace kexec_helper
