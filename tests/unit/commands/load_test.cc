#include "commands/load.h"

#include <gtest/gtest.h>

#include <cerrno>

#include "error_of.h"
#include "fake_kernel.h"
#include "records/records.h"

namespace kexec_helper {
namespace {

constexpr const char* kKernel = "/boot/vmlinuz-6.1.0-41-amd64";
constexpr const char* kInitrd = "/boot/initrd.img-6.1.0-41-amd64";
constexpr const char* kCommandLine = "BOOT_IMAGE=/vmlinuz-6.1.0-41-amd64 root=/dev/vda2 ro quiet crashkernel=256M";

using Calls = std::vector<std::string>;

class LoadTest : public testing::Test {
 protected:
  LoadReport ByHand() { return LoadFromSettings(machine.root(), kernel, LoadMode::kManual); }
  LoadReport AtShutdown() { return LoadFromSettings(machine.root(), kernel, LoadMode::kShutdown); }
  void ExpectFirmwareAndNothingLoaded() {
    EXPECT_EQ(AtShutdown().decision.action, Action::kFirmware);
    EXPECT_FALSE(kernel.loaded);
    EXPECT_FALSE(machine.Has(kJump));
  }
  std::optional<LoadedRecord> Record() const { return ReadLoadedRecord(machine.root()); }
  std::optional<ShutdownRecord> LastShutdown() const { return ReadShutdownRecord(machine.root()); }

  TemporaryRoot machine;
  FakeKernel kernel{machine};
};

TEST_F(LoadTest, ByHandLoadsAndRemembersWhat) {
  LoadReport report = ByHand();
  EXPECT_EQ(report.decision.action, Action::kKexec);
  ASSERT_TRUE(kernel.loaded);
  EXPECT_EQ(kernel.loaded->kernel, FakeBzImage());
  EXPECT_EQ(kernel.loaded->initrd, FakeInitrd());
  EXPECT_EQ(kernel.loaded->initrd_inode, machine.root().Lstat(kInitrd)->st_ino) << "a single initrd is the file itself";
  EXPECT_EQ(kernel.loaded->command_line, kCommandLine);
  ASSERT_TRUE(Record());
  EXPECT_EQ(Record()->source, "settings");
  EXPECT_EQ(Record()->kernel, kKernel);
  EXPECT_EQ(Record()->kernel_version, "6.1.0-41-amd64");
  EXPECT_EQ(Record()->initrds, std::vector<std::string>{kInitrd});
  EXPECT_EQ(Record()->command_line, kCommandLine);
}

TEST_F(LoadTest, ThePlanStillKnowsTheVersionAfterwards) {
  EXPECT_EQ(ByHand().plan.files.kernel_version, "6.1.0-41-amd64");
  EXPECT_EQ(AtShutdown().plan.files.kernel_version, "6.1.0-41-amd64");
}

TEST_F(LoadTest, ByHandConsumesNothingAndAllowsNoJump) {
  machine.Write(kOneShot, "");
  ByHand();
  EXPECT_TRUE(machine.Has(kOneShot));
  EXPECT_FALSE(machine.Has(kJump));
  EXPECT_FALSE(LastShutdown());
  EXPECT_FALSE(machine.Has(kLastLoadKexec));
  machine.Write("/tmp/no-kexec-reboot", "");
  EXPECT_EQ(ByHand().decision.action, Action::kFirmware);
  EXPECT_TRUE(machine.Has("/tmp/no-kexec-reboot"));
  EXPECT_TRUE(machine.Has(kOneShot));
  EXPECT_FALSE(LastShutdown());
}

TEST_F(LoadTest, AtShutdownItAllowsTheJumpConsumesTheOneShotAndLeavesARecord) {
  machine.Write("/etc/default/kexec", "LOAD_KEXEC=false\n");
  machine.Write(kOneShot, "");
  LoadReport report = AtShutdown();
  EXPECT_EQ(report.decision.action, Action::kKexec);
  EXPECT_TRUE(report.warnings.empty());
  EXPECT_TRUE(kernel.loaded);
  EXPECT_TRUE(machine.Has(kJump));
  EXPECT_FALSE(machine.Has(kOneShot));
  ASSERT_TRUE(LastShutdown());
  EXPECT_EQ(LastShutdown()->action, "kexec");
  EXPECT_EQ(LastShutdown()->reason, "asked for with kexec-helper reboot");
  EXPECT_EQ(LastShutdown()->kernel_version, "6.1.0-41-amd64");
  EXPECT_DOUBLE_EQ(LastShutdown()->load_seconds, *report.load_seconds);
  EXPECT_EQ(LastShutdown()->boot_id, "11111111-2222-3333-4444-555555555555");
  EXPECT_EQ(machine.Content(kLastLoadKexec), "false\n");
}

TEST_F(LoadTest, WhatTheFirmwareWasAskedForWinsOverAKernelLoadedByHandAtShutdownOnly) {
  kernel.LoadByOtherProgram();
  machine.Write("/run/systemd/reboot-to-firmware-setup", "");
  EXPECT_EQ(ByHand().decision.action, Action::kFirmware);
  EXPECT_TRUE(kernel.loaded) << "a rehearsal";
  EXPECT_EQ(AtShutdown().decision.action, Action::kFirmware);
  EXPECT_FALSE(kernel.loaded);
  EXPECT_TRUE(machine.Has("/run/systemd/reboot-to-firmware-setup"));
}

// A kernel that never had a chance would be blamed.
TEST_F(LoadTest, AtShutdownAJumpThatInitDoesNotMakeIsNotTried) {
  machine.Delete("/etc/init.d/kexec");
  LoadReport report = AtShutdown();
  EXPECT_EQ(report.decision.rule, Rule::kIntegration);
  EXPECT_EQ(report.decision.reason, "/etc/init.d/kexec is missing: apt install --reinstall kexec-helper");
  EXPECT_FALSE(kernel.loaded);
  EXPECT_FALSE(machine.Has("/var/lib/kexec-helper/attempt.json"));
}

TEST_F(LoadTest, AtShutdownTheUnitThatAsksNeedNotBeActive) {
  machine.MakeDirectory("/run/systemd/system");
  for (const char* unit : {"systemd-reboot.service.d/50-kexec.conf", "systemd-kexec.service.d/50-kexec.conf"})
    machine.Write(std::string("/usr/lib/systemd/system/") + unit, "");
  EXPECT_EQ(AtShutdown().decision.action, Action::kKexec);
  machine.Delete("/usr/lib/systemd/system/systemd-reboot.service.d/50-kexec.conf");
  EXPECT_EQ(AtShutdown().decision.rule, Rule::kIntegration) << "but what is to start the kernel";
}

TEST_F(LoadTest, AtShutdownFlagsAreConsumedAndTheRebootIsFirmware) {
  machine.Write("/tmp/no-kexec-reboot", "");
  machine.Link("/nowhere", "/run/no-kexec-reboot");
  machine.MakeDirectory("/no-kexec-reboot");
  machine.Write(kOneShot, "");
  machine.Write(kJump, "");  // left by a shutdown that was called off
  LoadReport report = AtShutdown();
  EXPECT_EQ(report.decision.action, Action::kFirmware);
  for (const char* path : {"/tmp/no-kexec-reboot", "/run/no-kexec-reboot", "/no-kexec-reboot", kOneShot, kJump})
    EXPECT_FALSE(machine.Has(path)) << path;
  EXPECT_TRUE(kernel.calls.empty());
  EXPECT_EQ(LastShutdown()->action, "firmware");
  EXPECT_EQ(LastShutdown()->kernel_version, "");
  EXPECT_EQ(machine.Content(kLastLoadKexec), "true\n");
}

TEST_F(LoadTest, AFlagThatCannotBeRemovedIsAWarning) {
  machine.Write("/tmp/no-kexec-reboot/inside", "");
  LoadReport report = AtShutdown();
  EXPECT_EQ(report.decision.action, Action::kFirmware);
  ASSERT_EQ(report.warnings.size(), 1u);
  EXPECT_EQ(report.warnings[0], "/tmp/no-kexec-reboot: Directory not empty");
  EXPECT_EQ(LastShutdown()->warnings, report.warnings);
}

TEST_F(LoadTest, PolicyUnloadsAKernelOfOurs) {
  ByHand();
  machine.Write("/etc/default/kexec", "LOAD_KEXEC=false\n");
  EXPECT_EQ(AtShutdown().decision.action, Action::kFirmware);
  EXPECT_FALSE(kernel.loaded);
  EXPECT_FALSE(Record());
  EXPECT_FALSE(machine.Has(kJump));
}

TEST_F(LoadTest, AKernelLoadedByHandIsKeptAndJumpedInto) {
  kernel.LoadByOtherProgram();
  LoadReport report = AtShutdown();
  EXPECT_EQ(report.decision.source, Source::kAdministrator);
  EXPECT_TRUE(kernel.calls.empty());
  EXPECT_EQ(kernel.loaded->kernel, "other");
  EXPECT_TRUE(machine.Has(kJump));
  EXPECT_EQ(LastShutdown()->action, "kexec");
  EXPECT_EQ(LastShutdown()->kernel_version, "");
}

TEST_F(LoadTest, ARehearsalKeepsAKernelLoadedByHandInSpiteOfAFlag) {
  kernel.LoadByOtherProgram();
  machine.Write("/tmp/no-kexec-reboot", "");
  EXPECT_EQ(ByHand().decision.action, Action::kFirmware);
  EXPECT_TRUE(kernel.loaded);
}

TEST_F(LoadTest, AFlagUnloadsAKernelLoadedByHand) {
  kernel.LoadByOtherProgram();
  machine.Write("/tmp/no-kexec-reboot", "");
  ExpectFirmwareAndNothingLoaded();
}

TEST_F(LoadTest, AJumpThatCannotBeAllowedUnloadsWhatWasLoadedByHandToo) {
  kernel.LoadByOtherProgram();
  machine.Write("/var/lib/kexec-helper", "a file where the directory belongs");
  ExpectFirmwareAndNothingLoaded();
}

TEST_F(LoadTest, AFailedLoadIsAFirmwareRebootWithoutRecordOrJump) {
  kernel.load_error = ENOEXEC;
  kernel.log = "kexec: bad image";
  LoadReport report = AtShutdown();
  EXPECT_EQ(report.decision.action, Action::kFirmware);
  EXPECT_EQ(report.decision.cause, FirmwareCause::kProblem);
  EXPECT_EQ(
      report.decision.reason.find("/boot/vmlinuz-6.1.0-41-amd64 with /boot/initrd.img-6.1.0-41-amd64: kexec_file_load: "
                                  "Exec format error: not a kernel image"),
      0u)
      << report.decision.reason;
  EXPECT_NE(report.decision.reason.find("(kernel log: kexec: bad image)"), std::string::npos);
  EXPECT_FALSE(Record());
  EXPECT_FALSE(machine.Has(kJump));
  EXPECT_EQ(LastShutdown()->action, "firmware");
  EXPECT_EQ(LastShutdown()->reason, report.decision.reason);
  EXPECT_FALSE(report.load_seconds);
  EXPECT_EQ(kernel.calls, Calls{"load"});
}

TEST_F(LoadTest, AFailedLoadTakesAnOlderKernelOfOursAway) {
  ByHand();
  kernel.load_error = EPERM;
  machine.Write("/proc/sys/kernel/kexec_load_limit_reboot", "1\n");
  EXPECT_EQ(AtShutdown().decision.action, Action::kFirmware);
  EXPECT_FALSE(kernel.loaded);
  EXPECT_FALSE(Record());
  EXPECT_EQ(kernel.calls, (Calls{"load", "load", "unload"}));
}

TEST_F(LoadTest, AnUnloadThatFailsIsAWarningAndNoJump) {
  ByHand();
  machine.Write("/etc/default/kexec", "LOAD_KEXEC=false\n");
  machine.Write(kJump, "");
  kernel.unload_error = EPERM;
  LoadReport report = AtShutdown();
  EXPECT_EQ(report.decision.action, Action::kFirmware);
  ASSERT_EQ(report.warnings.size(), 1u);
  EXPECT_EQ(report.warnings[0].find("kexec_file_load (unload): "), 0u);
  EXPECT_FALSE(machine.Has(kJump));
}

TEST_F(LoadTest, WithoutItsRecordNothingIsLoaded) {
  machine.Write("/run/kexec-helper", "a file where the directory belongs");
  LoadReport report = AtShutdown();
  EXPECT_EQ(report.decision.action, Action::kFirmware);
  EXPECT_EQ(report.decision.cause, FirmwareCause::kProblem);
  EXPECT_FALSE(kernel.loaded);
}

TEST_F(LoadTest, AJumpThatCannotBeAllowedUnloadsAgain) {
  machine.Write(std::string(kJump) + "/inside", "");
  LoadReport report = AtShutdown();
  EXPECT_EQ(report.decision.action, Action::kFirmware);
  EXPECT_EQ(kernel.calls[0], "load");
  EXPECT_FALSE(kernel.loaded);
}

TEST_F(LoadTest, AShutdownRecordThatCannotBeWrittenStopsNothing) {
  for (const char* record : {kLastShutdown, kLastLoadKexec}) machine.MakeDirectory(std::string(record) + "/in the way");
  LoadReport report = AtShutdown();
  EXPECT_EQ(report.decision.action, Action::kKexec);
  EXPECT_TRUE(machine.Has(kJump));
  EXPECT_EQ(report.warnings.size(), 2u);
}

TEST_F(LoadTest, UnreadableSettingsLeaveTheLastValueAlone) {
  machine.Write(kLastLoadKexec, "true\n");
  machine.Write("/etc/default/kexec", "LOAD_KEXEC=maybe\n");
  EXPECT_EQ(AtShutdown().decision.cause, FirmwareCause::kProblem);
  EXPECT_EQ(machine.Content(kLastLoadKexec), "true\n");
  machine.Write("/etc/default/kexec", "");
  AtShutdown();
  EXPECT_EQ(machine.Content(kLastLoadKexec), "true\n");
}

TEST_F(LoadTest, WithArgumentsItLoadsExactlyThose) {
  machine.Write("/etc/default/kexec", "LOAD_KEXEC=maybe\n");
  machine.Write("/boot/microcode", FakeInitrd("abc"));
  BootChoice choice =
      LoadFromArguments(machine.root(), kernel, {"/vmlinuz", {"/boot/microcode", "/initrd.img"}, "a b", false}).choice;
  EXPECT_EQ(choice.kernel, kKernel);
  EXPECT_EQ(kernel.loaded->kernel, FakeBzImage());
  EXPECT_EQ(kernel.loaded->initrd, FakeInitrd("abc") + std::string(3, '\0') + FakeInitrd());
  EXPECT_EQ(kernel.loaded->command_line, "a b");
  EXPECT_EQ(Record()->source, "argument");
  EXPECT_EQ(Record()->kernel, kKernel);
  EXPECT_FALSE(machine.Has(kJump));
}

TEST_F(LoadTest, WithArgumentsTheCommandLineIsWhatWasAskedFor) {
  LoadFromArguments(machine.root(), kernel, {kKernel, {}, "", false});
  EXPECT_EQ(kernel.loaded->command_line, "");
  EXPECT_EQ(kernel.loaded->initrd, std::nullopt);
  LoadFromArguments(machine.root(), kernel, {kKernel, {}, "", true});
  EXPECT_EQ(kernel.loaded->command_line, kCommandLine);
  LoadFromArguments(machine.root(), kernel, {kKernel, {}, "single", true});
  EXPECT_EQ(kernel.loaded->command_line, std::string(kCommandLine) + " single");
}

TEST_F(LoadTest, ThenTheNextShutdownKeepsThatKernel) {
  LoadFromArguments(machine.root(), kernel, {kKernel, {}, "mine", false});
  EXPECT_EQ(AtShutdown().decision.source, Source::kAdministrator);
  EXPECT_EQ(kernel.loaded->command_line, "mine");
}

TEST_F(LoadTest, AFailedLoadWithArgumentsLeavesTheOldOneAndItsRecord) {
  ByHand();
  kernel.load_error = EKEYREJECTED;
  std::string message = ErrorOf([&] { LoadFromArguments(machine.root(), kernel, {kKernel, {}, "x", false}); });
  EXPECT_EQ(message.find("/boot/vmlinuz-6.1.0-41-amd64: kexec_file_load: Key was rejected by service: its "
                         "signature was not accepted"),
            0u)
      << message;
  EXPECT_EQ(Record()->source, "settings");
  EXPECT_EQ(kernel.loaded->command_line, kCommandLine);
  message = ErrorOf([&] { LoadFromArguments(machine.root(), kernel, {"/boot/none", {}, "", false}); });
  EXPECT_EQ(message, "/boot/none: No such file or directory");
}

// It would count as loaded by the settings, by the record that is left.
TEST_F(LoadTest, NothingIsLoadedByHandThatCannotBeRecorded) {
  machine.MakeDirectory(std::string(kLoadedRecord) + "/in the way");
  EXPECT_NE(ErrorOf([&] { LoadFromArguments(machine.root(), kernel, {kKernel, {}, "mine", false}); }), "");
  EXPECT_FALSE(kernel.loaded);
}

TEST_F(LoadTest, UnloadForgetsKernelRecordAndJump) {
  ByHand();
  machine.Write(kJump, "");
  Unload(machine.root(), kernel);
  EXPECT_FALSE(kernel.loaded);
  EXPECT_FALSE(Record());
  EXPECT_FALSE(machine.Has(kJump));
  Unload(machine.root(), kernel);  // nothing is loaded: nothing to do
}

TEST_F(LoadTest, AFailedUnloadKeepsTheRecord) {
  ByHand();
  kernel.unload_error = EPERM;
  machine.Write("/proc/sys/kernel/kexec_load_disabled", "1\n");
  EXPECT_EQ(ErrorOf([&] { Unload(machine.root(), kernel); }),
            "kexec_file_load (unload): Operation not permitted: /proc/sys/kernel/kexec_load_disabled is 1, which lasts "
            "until the next boot");
  EXPECT_TRUE(Record());
}

}  // namespace
}  // namespace kexec_helper
