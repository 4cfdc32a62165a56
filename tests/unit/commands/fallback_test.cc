#include "commands/fallback.h"

#include <gtest/gtest.h>

#include "bootloader/take_back.h"
#include "breaker/settle.h"
#include "commands/boot_complete.h"
#include "commands/load.h"
#include "fake_kernel.h"
#include "records/records.h"

namespace kexec_helper {
namespace {

constexpr const char* kGrubenv = "/boot/grub/grubenv";
constexpr const char* kNew = "/boot/vmlinuz-6.1.0-41-amd64";
constexpr const char* kOld = "/boot/vmlinuz-6.1.0-40-amd64";
constexpr const char* kFollowsNextEntry =
    "if [ -s $prefix/grubenv ]; then load_env; fi\n"
    "if [ \"${next_entry}\" ]; then\n"
    "  set default=\"${next_entry}\"; set next_entry=; save_env next_entry\n"
    "else set default=0; fi\n";

// A machine that runs 6.1.0-40 and whose boot loader would boot 6.1.0-41.
class FallbackTest : public testing::Test {
 protected:
  FallbackTest() {
    machine.Write(kOld, FakeBzImage("6.1.0-40-amd64 (build@host) #1 SMP Debian 6.1.40"));
    machine.Write(kNew, FakeBzImage("6.1.0-41-amd64 (build@host) #1 SMP Debian 6.1.41"));
    machine.Write("/boot/initrd.img-6.1.0-40-amd64", FakeInitrd());
    Run("40");
    machine.Write("/proc/self/mountinfo", "21 1 254:2 / / rw - ext4 /dev/vda2 rw\n");
    machine.Write("/sys/devices/vda/dev", "254:0\n");
    machine.Link("../../devices/vda", "/sys/class/block/vda");
    machine.Write("/sys/devices/vda/vda2/dev", "254:2\n");
    machine.Write("/sys/devices/vda/vda2/partition", "2\n");
    machine.Link("../../devices/vda/vda2", "/sys/class/block/vda2");
    machine.Write("/run/udev/data/b254:2", "E:ID_PART_ENTRY_SCHEME=gpt\nE:ID_FS_UUID_ENC=here\nE:ID_FS_TYPE=ext4\n");
    Menu(kFollowsNextEntry);
    Environment("");
  }

  void Run(const std::string& number, const std::string& more = "") {
    machine.Write("/proc/sys/kernel/osrelease", "6.1.0-" + number + "-amd64\n");
    machine.Write("/proc/sys/kernel/version", "#1 SMP Debian 6.1." + number + "\n");
    machine.Write("/proc/cmdline", "BOOT_IMAGE=/boot/vmlinuz-6.1.0-" + number +
                                       "-amd64 root=/dev/vda2 ro quiet crashkernel=256M" + more + "\n");
  }
  void Menu(const std::string& beginning) {
    machine.Write("/boot/grub/grub.cfg", "set timeout=5\n" + beginning + Entry("New", "41") + Entry("Old", "40"));
  }
  static std::string Entry(const std::string& title, const std::string& number) {
    return "menuentry '" + title + "' {\n  linux /boot/vmlinuz-6.1.0-" + number +
           "-amd64 root=/dev/vda2 ro quiet crashkernel=256M\n  initrd /boot/initrd.img-6.1.0-" + number + "-amd64\n}\n";
  }
  void Environment(const std::string& records) {
    std::string block = "# GRUB Environment Block\n" + records;
    machine.Write(kGrubenv, block + std::string(1024 - block.size(), '#'));
  }
  std::string Requested() const {
    std::string text = machine.Content(kGrubenv);
    size_t at = text.find("next_entry=");
    return at == std::string::npos ? "" : text.substr(at + 11, text.find('\n', at) - at - 11);
  }

  Plan Forecast() const { return MakePlan(machine.root(), Purpose::kForecast); }
  LoadReport Reboot() { return LoadFromSettings(machine.root(), kernel, LoadMode::kShutdown); }

  void Boot(int bootloader_type) {
    kernel.Unload();
    machine.Delete("/run/kexec-helper");
    machine.Write("/proc/sys/kernel/random/boot_id", "boot " + std::to_string(++boots_) + "\n");
    machine.Write("/proc/sys/kernel/bootloader_type", std::to_string(bootloader_type) + "\n");
  }
  std::optional<FallbackRecord> ComeUp() { return CompleteBoot(machine.root(), kernel).fallback; }
  // The new kernel runs.
  void ComeUpByKexec() {
    Boot(208);
    Run("41");
  }
  // GRUB has used the request up.
  void ComeUpThroughFirmware() {
    Boot(114);
    Environment("");
  }

  TemporaryRoot machine;
  FakeKernel kernel{machine};

 private:
  int boots_ = 0;
};

TEST_F(FallbackTest, TheBootLoaderIsAskedForTheRunningKernel) {
  Plan plan = Forecast();
  EXPECT_EQ(plan.decision.choice->kernel, kNew);
  EXPECT_EQ(plan.fallback.text, "GRUB is asked for entry 'Old' (1), the running kernel");
  EXPECT_EQ(Requested(), "") << "a plan changes nothing";
  LoadReport report = Reboot();
  EXPECT_EQ(report.decision.action, Action::kKexec);
  EXPECT_EQ(report.warnings, std::vector<std::string>{});
  EXPECT_EQ(Requested(), "1");
}

TEST_F(FallbackTest, ASystemThatComesUpTakesTheRequestBack) {
  Reboot();
  EXPECT_FALSE(ComeUp()) << "this boot has not ended";
  EXPECT_EQ(Requested(), "1");
  ComeUpByKexec();
  auto record = ComeUp();
  ASSERT_TRUE(record);
  EXPECT_EQ(record->entry, "Old");
  EXPECT_EQ(Requested(), "");
  EXPECT_FALSE(machine.Has(kFallbackRecord));
  EXPECT_FALSE(ComeUp());
}

// Of a reboot that was called off, or of a system that is rebooted before it has come up.
TEST_F(FallbackTest, ARequestOfOurOwnIsNotFollowed) {
  Reboot();
  EXPECT_EQ(Reboot().decision.choice->kernel, kNew);
  Boot(208);
  EXPECT_EQ(Reboot().decision.choice->kernel, kNew);
  EXPECT_EQ(Requested(), "1");
  machine.Write("/tmp/no-kexec-reboot", "");
  Reboot();
  EXPECT_EQ(Requested(), "") << "the firmware reboot is one into GRUB's default";
}

TEST_F(FallbackTest, WhatAnAdministratorAsksForInTheMeantimeStays) {
  Reboot();
  ComeUpByKexec();
  Environment("next_entry=0\n");
  ComeUp();
  EXPECT_EQ(Requested(), "0");
}

// GRUB leaves one behind when it uses a request up.
TEST_F(FallbackTest, AnEmptyRecordStays) {
  for (const char* records : {"", "next_entry=\n", "saved_entry=0\nnext_entry=\nx=y\n"}) {
    Environment(records);
    std::string before = machine.Content(kGrubenv);
    Reboot();
    EXPECT_EQ(Requested(), "1");
    Boot(208);
    ComeUp();
    EXPECT_EQ(machine.Content(kGrubenv), before) << records;
  }
}

// GRUB cannot write through LVM: what grub-reboot asked for holds until somebody takes it back.
TEST_F(FallbackTest, AChoiceThatIsNotUsedUpIsThereAgain) {
  machine.Write("/sys/devices/vda/vda2/dm/uuid", "LVM-abc\n");
  Environment("next_entry=0\n");
  std::string before = machine.Content(kGrubenv);
  EXPECT_EQ(Reboot().plan.decision.choice->kernel, kNew);
  EXPECT_EQ(Requested(), "1");
  ComeUpByKexec();
  ComeUp();
  EXPECT_EQ(machine.Content(kGrubenv), before);
}

TEST_F(FallbackTest, ARequestGoesAlsoWhenWhatWasThereHasNoRoomAnyMore) {
  machine.Write("/sys/devices/vda/vda2/dm/uuid", "LVM-abc\n");
  Environment("next_entry=New>" + std::string(100, 'x') + "\n");
  TakeBack(machine.root(), {kGrubenv, "New>" + std::string(100, 'x'), true, "0"});
  EXPECT_EQ(Requested(), "0");
  TakeBack(machine.root(), {kGrubenv, "0", true, std::string(2000, 'x')});
  EXPECT_EQ(Requested(), "");
}

// grub-reboot's choice is what is started, and used up as GRUB would have done; then comes ours.
TEST_F(FallbackTest, AChoiceOfGrubRebootIsStartedFirst) {
  Menu(kFollowsNextEntry);
  Environment("next_entry=0\n");
  LoadReport report = Reboot();
  EXPECT_EQ(report.plan.decision.choice->kernel, kNew);
  EXPECT_EQ(Requested(), "1");
}

TEST_F(FallbackTest, AfterAFailureTheKernelThatWorkedIsStarted) {
  Reboot();
  ComeUpThroughFirmware();
  auto record = ComeUp();
  ASSERT_TRUE(record);
  EXPECT_EQ(record->loader, "GRUB");
  for (int reboots = 0; reboots < 2; ++reboots) {
    LoadReport report = Reboot();
    EXPECT_EQ(report.decision.action, Action::kKexec);
    EXPECT_EQ(report.decision.rule, Rule::kBreaker);
    EXPECT_EQ(report.decision.choice->kernel, kOld);
    EXPECT_NE(report.decision.reason.find("failed: the machine came up through firmware"), std::string::npos);
    EXPECT_NE(report.decision.reason.find("Until then entry 'Old' (1) is started, the running kernel"),
              std::string::npos)
        << report.decision.reason;
    EXPECT_EQ(kernel.loaded->kernel, machine.Content(kOld));
    EXPECT_EQ(Requested(), "1") << "GRUB would boot what has failed";
    Boot(208);
    ComeUp();
    EXPECT_EQ(Requested(), "");
  }
  ResetFailures(machine.root());
  EXPECT_EQ(Forecast().decision.choice->kernel, kNew);
}

// Through firmware the boot loader would start what has failed.
TEST_F(FallbackTest, AfterAFailureAFirmwareRebootAsksForTheKernelThatWorked) {
  Reboot();
  ComeUpThroughFirmware();
  ComeUp();
  machine.Write("/tmp/no-kexec-reboot", "");
  const std::string warning =
      "the kexec of GRUB's default has failed: GRUB is asked for entry 'Old' (1), the running kernel";
  EXPECT_EQ(Forecast().warnings, std::vector<std::string>{warning});
  EXPECT_EQ(Forecast().fallback.text, "");
  LoadReport report = Reboot();
  EXPECT_EQ(report.decision.rule, Rule::kFlagFile);
  EXPECT_EQ(report.warnings, std::vector<std::string>{warning});
  EXPECT_EQ(Requested(), "1");
  ComeUpThroughFirmware();
  ComeUp();
  EXPECT_FALSE(machine.Has(kFallbackRecord));
}

TEST_F(FallbackTest, AFirmwareRebootIsLeftAloneByAnythingButAFailingDefault) {
  Reboot();
  ComeUpThroughFirmware();
  ComeUp();
  machine.Write("/tmp/no-kexec-reboot", "");
  Environment("next_entry=0\n");
  EXPECT_EQ(Forecast().warnings, std::vector<std::string>{}) << "somebody has chosen it";
  Environment("");
  ResetFailures(machine.root());
  EXPECT_EQ(Forecast().warnings, std::vector<std::string>{}) << "nothing has failed";
  Reboot();
  EXPECT_EQ(Requested(), "");
}

TEST_F(FallbackTest, AFailingDefaultThatCannotBeAvoidedIsAWarning) {
  Reboot();
  ComeUpThroughFirmware();
  ComeUp();
  Menu("set default=0\n");
  machine.Write("/tmp/no-kexec-reboot", "");
  EXPECT_EQ(Reboot().warnings.back(),
            "the boot loader boots its default, whose kexec has failed: GRUB's menu does not follow next_entry in "
            "/boot/grub/grubenv: GRUB_DEFAULT or a script of /etc/grub.d");
}

TEST_F(FallbackTest, WithoutAFallbackAFailureIsAFirmwareReboot) {
  machine.Write("/etc/default/kexec", "LOAD_KEXEC=true\nFALLBACK=false\n");
  Plan plan = Forecast();
  EXPECT_EQ(plan.fallback.text, "GRUB boots its default (FALLBACK=false)");
  Reboot();
  EXPECT_EQ(Requested(), "");
  ComeUpThroughFirmware();
  EXPECT_FALSE(ComeUp());
  EXPECT_EQ(Forecast().decision.action, Action::kFirmware);
}

TEST_F(FallbackTest, TheDefaultNeedsNoRequest) {
  ComeUpByKexec();
  EXPECT_EQ(Forecast().fallback.text, "GRUB boots the running kernel, its default");
  Reboot();
  EXPECT_EQ(Requested(), "");
  EXPECT_FALSE(machine.Has(kFallbackRecord));
}

// The running kernel is started once more, and after that GRUB would boot another.
TEST_F(FallbackTest, AChoiceForOneBootIsNoDefault) {
  Environment("next_entry=1\n");
  Plan plan = Forecast();
  EXPECT_EQ(plan.decision.choice->kernel, kOld);
  EXPECT_EQ(plan.fallback.text, "GRUB is asked for entry 'Old' (1), the running kernel");
}

TEST_F(FallbackTest, AnEntryIsTheRunningOneByItsBuildAndCommandLine) {
  auto text = [&] { return Forecast().fallback.text; };
  const std::string none =
      "GRUB boots its default: no entry of GRUB starts the running Linux 6.1.0-40-amd64 as it was started";
  machine.Write(kOld, FakeBzImage("6.1.0-40-amd64 (build@host) #1 SMP Debian 6.1.40-2"));
  EXPECT_EQ(text(), none) << "rebuilt since";
  machine.Write(kOld, FakeBzImage("6.1.0-40-amd64 (build@host) #1 SMP Debian 6.1.40"));
  machine.Write("/proc/cmdline",
                "BOOT_IMAGE=/boot/vmlinuz-6.1.0-40-amd64 root=/dev/vda2 ro quiet crashkernel=256M panic=60\n");
  EXPECT_EQ(text(), "GRUB is asked for entry 'Old' (1), the running kernel");
  machine.Write("/proc/cmdline",
                "BOOT_IMAGE=/boot/vmlinuz-6.1.0-40-amd64 root=/dev/vda2 ro quiet crashkernel=256M single\n");
  EXPECT_EQ(text(), none);
}

// The menu is not searched then.
TEST_F(FallbackTest, WhatIsBootedNextIsTheRunningEntryWhereItStartsTheSame) {
  machine.Write("/boot/grub/grub.cfg", machine.Content("/boot/grub/grub.cfg") + Entry("Old as well", "40"));
  Environment("next_entry=2\n");
  EXPECT_EQ(Forecast().fallback.text, "GRUB is asked for entry 'Old as well' (2), the running kernel");
}

TEST_F(FallbackTest, AKernelThatDoesNotSayItsBuildIsNotSearchedFor) {
  machine.Delete("/proc/sys/kernel/version");
  EXPECT_EQ(Forecast().fallback.text, "GRUB boots its default: which Linux is running is not known");
}

TEST_F(FallbackTest, WhatCannotBeAskedForIsAWarning) {
  const std::string warning = "a kexec that fails is followed by the boot loader's default: ";
  auto reboot = [&] {
    LoadReport report = Reboot();
    EXPECT_EQ(report.decision.action, Action::kKexec);
    EXPECT_FALSE(machine.Has(kFallbackRecord));
    return report.warnings.size() == 1 ? report.warnings[0] : testing::PrintToString(report.warnings);
  };
  Menu("set default=0\n");
  EXPECT_EQ(reboot(), warning +
                          "GRUB's menu does not follow next_entry in /boot/grub/grubenv: GRUB_DEFAULT or a script "
                          "of /etc/grub.d");
  Menu(kFollowsNextEntry);
  machine.Write(kGrubenv, "# GRUB Environment Block\nsaved_entry=" + std::string(980, 'x') + "\n");
  EXPECT_EQ(reboot(), warning + "/boot/grub/grubenv: has no room for another entry");
  machine.Write(kGrubenv, "something else");
  EXPECT_EQ(reboot(), warning +
                          "/boot/grub/grubenv: is no environment block of GRUB's: grub-editenv /boot/grub/grubenv "
                          "create");
  machine.Delete(kGrubenv);
  EXPECT_EQ(reboot(), warning + "(hd0,gpt2)/boot/grub/grubenv: no such file");
}

TEST_F(FallbackTest, ALoadThatIsGivenUpTakesItBack) {
  Reboot();
  AbandonKexec(machine.root(), kernel, KexecPhase::kLoading, "a disk hangs");
  EXPECT_EQ(Requested(), "");
  EXPECT_FALSE(machine.Has(kFallbackRecord));
}

// What grub-reboot had chosen was used up for a boot that did not take place.
TEST_F(FallbackTest, AJumpThatIsRefusedTakesEverythingBack) {
  Environment("next_entry=0\n");
  Reboot();
  EXPECT_EQ(Requested(), "1");
  kernel.root_is_read_only = true;
  kernel.calls.clear();
  EXPECT_EQ(AbandonKexec(machine.root(), kernel, KexecPhase::kJumping, "a file system stayed busy"),
            std::vector<std::string>{});
  EXPECT_EQ(kernel.calls, (std::vector<std::string>{"unload", "writable", "read-only"}));
  EXPECT_EQ(Requested(), "0");
  EXPECT_FALSE(machine.Has(kFallbackRecord));
  EXPECT_FALSE(machine.Has(kAttempt)) << "the kernel has not failed";
  auto shutdown = ReadShutdownRecord(machine.root());
  ASSERT_TRUE(shutdown);
  EXPECT_EQ(shutdown->action, "firmware");
  EXPECT_EQ(shutdown->reason, "a file system stayed busy");
}

TEST_F(FallbackTest, ARootThatIsWritableStaysSo) {
  Reboot();
  kernel.calls.clear();
  AbandonKexec(machine.root(), kernel, KexecPhase::kJumping, "no kernel is loaded any more");
  EXPECT_EQ(kernel.calls, (std::vector<std::string>{"unload", "writable"}));
}

// The reboot was called off.
TEST_F(FallbackTest, WhatIsUnloadedByHandWasNotTried) {
  Environment("next_entry=0\n");
  Reboot();
  UnloadByHand(machine.root(), kernel);
  EXPECT_EQ(Requested(), "0");
  EXPECT_FALSE(machine.Has(kAttempt));
}

TEST_F(FallbackTest, ARebootThatWasCalledOffHasUsedNoChoiceUp) {
  Environment("next_entry=0\n");
  Reboot();
  LoadReport report = Reboot();
  EXPECT_NE(report.decision.reason.find("next_entry=0 in grubenv"), std::string::npos) << report.decision.reason;
}

// An attempt that stays open would count as failed at the next firmware reboot.
TEST_F(FallbackTest, ARequestThatCannotBeTakenBackLeavesNoAttemptOpen) {
  Reboot();
  ComeUpByKexec();
  machine.Delete(kGrubenv);
  machine.MakeDirectory(kGrubenv);
  EXPECT_EQ(CompleteBoot(machine.root(), kernel).problem, "/boot/grub/grubenv: Is a directory");
  EXPECT_FALSE(machine.Has(kAttempt));
  EXPECT_TRUE(machine.Has(kFallbackRecord)) << "the next shutdown tries again";
}

TEST_F(FallbackTest, WithAMenuThatIsInDoubtNothingIsAskedFor) {
  machine.Write("/etc/default/kexec",
                "LOAD_KEXEC=true\nAPPEND=\"root=/dev/vda2\"\nKERNEL_IMAGE=/boot/vmlinuz-6.1.0-41-amd64\n");
  Menu("if unknown_command; then set default=1; fi\n");
  Plan plan = Forecast();
  EXPECT_EQ(plan.decision.action, Action::kKexec);
  EXPECT_EQ(plan.fallback.text, "GRUB boots its default");
}

TEST_F(FallbackTest, AlsoForAKernelLoadedByHand) {
  machine.Write("/etc/default/kexec", "LOAD_KEXEC=false\n");
  kernel.LoadByOtherProgram();
  EXPECT_EQ(Forecast().fallback.text, "GRUB is asked for entry 'Old' (1), the running kernel");
  Reboot();
  EXPECT_EQ(Requested(), "1");
}

TEST_F(FallbackTest, AFirmwareRebootAsksForNothing) {
  machine.Write("/tmp/no-kexec-reboot", "");
  Reboot();
  EXPECT_EQ(Requested(), "");
  EXPECT_EQ(Forecast().fallback.text, "GRUB is asked for entry 'Old' (1), the running kernel");
}

}  // namespace
}  // namespace kexec_helper
