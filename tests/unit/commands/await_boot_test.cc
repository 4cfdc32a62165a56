#include "commands/await_boot.h"

#include <gtest/gtest.h>

#include "breaker/settle.h"
#include "commands/boot_complete.h"
#include "commands/load.h"
#include "error_of.h"
#include "fake_kernel.h"
#include "records/records.h"
#include "records/watchdog_record.h"

namespace kexec_helper {
namespace {

constexpr std::chrono::milliseconds kPast{0};

// A machine whose kexec has been recorded, in the boot that follows it.
class AwaitBootTest : public testing::Test {
 protected:
  AwaitBootTest() {
    machine.Write("/etc/default/kexec", "LOAD_KEXEC=true\nBOOT_TIMEOUT=1\nPANIC_TIMEOUT=60\n");
    machine.Write("/proc/sys/kernel/random/boot_id", "old\n");
    LoadFromSettings(machine.root(), kernel, LoadMode::kShutdown);
    kernel.Unload();
    ComeUp(208);
  }

  void ComeUp(int bootloader_type) {
    machine.Delete("/run");
    machine.MakeDirectory("/run");
    machine.Write("/proc/sys/kernel/random/boot_id", "boot " + std::to_string(++boots_) + "\n");
    machine.Write("/proc/sys/kernel/bootloader_type", std::to_string(bootloader_type) + "\n");
  }

  void StartProcess(const std::string& id, const std::string& name, const std::string& parent) {
    machine.Write("/proc/" + id + "/stat", id + " (" + name + ") S " + parent + " 1 1\n");
  }

  std::optional<BootDeadline> Deadline(BootPhase phase = BootPhase::kStarting) {
    return FindBootDeadline(machine.root(), kernel, phase);
  }

  AwaitedBoot AwaitAll() { return AwaitBoot(machine.root(), kernel, {kPast, "BOOT_TIMEOUT=1", "it was too late"}); }
  BootEnd Await() { return AwaitAll().end; }

  TemporaryRoot machine;
  FakeKernel kernel{machine};

 private:
  int boots_ = 0;
};

TEST_F(AwaitBootTest, TheDeadlineCountsFromTheKernelsStart) {
  auto deadline = Deadline();
  ASSERT_TRUE(deadline);
  EXPECT_EQ(deadline->at, std::chrono::seconds(1));
  EXPECT_EQ(deadline->setting, "BOOT_TIMEOUT=1");
  EXPECT_EQ(deadline->cause, "the system had not come up 1 s after its start (BOOT_TIMEOUT)");
}

TEST_F(AwaitBootTest, InEmergencyModePanicTimeoutCountsFromNow) {
  auto deadline = Deadline(BootPhase::kEmergency);
  ASSERT_TRUE(deadline);
  EXPECT_GT(deadline->at, std::chrono::seconds(60));
  EXPECT_EQ(deadline->setting, "PANIC_TIMEOUT=60");
  EXPECT_EQ(deadline->cause, "the system had ended in emergency mode");
}

TEST_F(AwaitBootTest, ThereIsNoneWithoutTheSetting) {
  machine.Write("/etc/default/kexec", "LOAD_KEXEC=true\nPANIC_TIMEOUT=\n");
  EXPECT_FALSE(Deadline());
  EXPECT_FALSE(Deadline(BootPhase::kEmergency));
}

TEST_F(AwaitBootTest, ThereIsNoneAfterABootThroughFirmware) {
  ComeUp(114);
  EXPECT_FALSE(Deadline());
  EXPECT_FALSE(Deadline(BootPhase::kEmergency));
}

TEST_F(AwaitBootTest, ThereIsNoneWhileADumpIsSaved) {
  machine.Write("/proc/vmcore", "x");
  EXPECT_FALSE(Deadline());
  EXPECT_FALSE(Deadline(BootPhase::kEmergency));
}

TEST_F(AwaitBootTest, ThereIsNoneOnceTheSystemHasComeUp) {
  CompleteBoot(machine.root(), kernel);
  EXPECT_FALSE(Deadline());
  EXPECT_FALSE(Deadline(BootPhase::kEmergency)) << "`systemctl emergency` on a machine that works";
}

TEST_F(AwaitBootTest, TheKexecOfAnotherProgramIsNotOurs) {
  machine.Delete(kAttempt);
  EXPECT_FALSE(Deadline(BootPhase::kEmergency));
  EXPECT_EQ(Await(), BootEnd::kSettled);
}

TEST_F(AwaitBootTest, SettingsThatCannotBeReadAreReported) {
  machine.Write("/etc/default/kexec", "BOOT_TIMEOUT=soon\n");
  EXPECT_EQ(ErrorOf([&] { Deadline(); }),
            "/etc/default/kexec:1: BOOT_TIMEOUT=\"soon\": must be a number of seconds from 1 to 9999, or empty");
}

TEST_F(AwaitBootTest, WhoeverIsTooLateGoesThroughFirmwareAndTheBreakerKnowsWhy) {
  kernel.calls.clear();
  EXPECT_THROW(Await(), Rebooted);
  EXPECT_EQ(kernel.calls, std::vector<std::string>{"force reboot"}) << "an orderly shutdown would settle the attempt";
  EXPECT_EQ(kernel.announced,
            std::vector<std::string>{"kexec-helper: rebooting through firmware, because it was too late"});
  ComeUp(114);
  auto failure = SettleAttempt(machine.root(), ReadKernelState(machine.root()));
  ASSERT_TRUE(failure);
  EXPECT_EQ(failure->cause, "it was too late");
  EXPECT_EQ(ReadFailures(machine.root()).known.at(0).cause, "it was too late");
}

TEST_F(AwaitBootTest, ASystemThatHasComeUpIsLeftAlone) {
  CompleteBoot(machine.root(), kernel);
  EXPECT_EQ(Await(), BootEnd::kSettled);
}

TEST_F(AwaitBootTest, SoIsOneWithoutAMarkWhoseAttemptIsSettled) {
  CompleteBoot(machine.root(), kernel);
  machine.Delete(kUp);
  EXPECT_EQ(Await(), BootEnd::kSettled);
}

TEST_F(AwaitBootTest, SoIsOneThatIsBeingRebooted) {
  LoadFromSettings(machine.root(), kernel, LoadMode::kShutdown);
  EXPECT_EQ(Await(), BootEnd::kSettled);
}

TEST_F(AwaitBootTest, WithoutVarEveryKexecCounts) {
  machine.Delete("/var");
  EXPECT_TRUE(Deadline());
  EXPECT_TRUE(Deadline(BootPhase::kEmergency));
  EXPECT_THROW(Await(), Rebooted);
  EXPECT_EQ(kernel.announced, std::vector<std::string>{"kexec-helper: rebooting through firmware, because it was too "
                                                       "late; this could not be put on record"});
}

TEST_F(AwaitBootTest, SoItDoesWhenTheDiskDoesNotAnswer) {
  CompleteBoot(machine.root(), kernel);
  machine.Delete(kUp);
  kernel.limits.clear();
  kernel.first_work = WorkResult{WorkEnd::kTimedOut, 0};
  EXPECT_THROW(Await(), Rebooted);
}

TEST_F(AwaitBootTest, AnAdministratorAtTheConsoleIsNotDisturbed) {
  StartProcess("100", "systemd-sulogin", "1");
  StartProcess("101", "sulogin", "100");
  StartProcess("102", "sulogin", "101");
  EXPECT_THROW(Await(), Rebooted) << "it waits for a password";
  StartProcess("102", "a) S 7 (b", "101");
  WriteWatchdog(machine.root(), kWatchdogStarted, {{WatchdogKind::kBmc, "IPMI", 600}, "the boot before"});
  kernel.running_watchdog = Watchdog{WatchdogKind::kBmc, "IPMI", 600};
  EXPECT_EQ(Await(), BootEnd::kLoggedIn);
  EXPECT_FALSE(kernel.running_watchdog) << "it would reset what the administrator is working on";
  WriteWatchdog(machine.root(), kWatchdogStarted, {{WatchdogKind::kBmc, "IPMI", 600}, "the boot before"});
  kernel.watchdog_error = "/dev/ipmi0: the BMC does not answer within 2 seconds";
  EXPECT_EQ(AwaitAll().end, BootEnd::kLoggedIn) << "nor is that a reason to reboot";
  EXPECT_EQ(AwaitAll().problem, "/dev/ipmi0: the BMC does not answer within 2 seconds");
}

TEST_F(AwaitBootTest, AProcessThatEndsMeanwhileDoesNotMatter) {
  machine.MakeDirectory("/proc/103");
  EXPECT_THROW(Await(), Rebooted);
}

}  // namespace
}  // namespace kexec_helper
