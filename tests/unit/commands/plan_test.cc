#include "commands/plan.h"

#include <gtest/gtest.h>

#include "records/records.h"
#include "temporary_root.h"

namespace kexec_helper {
namespace {

bool AllOk(const Plan& plan) {
  for (const Check& check : plan.checks)
    if (!check.ok) return false;
  return true;
}

void RecordLoadedBy(const TemporaryRoot& machine, const std::string& source) {
  WriteLoadedRecord(machine.root(), {source, "/boot/k", "6.1", {}, {}, "x", Now()});
}

TEST(PlanTest, OfAMachineThatIsReady) {
  TemporaryRoot machine;
  Plan plan = MakePlan(machine.root(), Purpose::kForecast);
  EXPECT_EQ(plan.decision.action, Action::kKexec);
  EXPECT_EQ(plan.decision.reason, "/etc/default/kexec:2: LOAD_KEXEC=true");
  ASSERT_TRUE(plan.image);
  EXPECT_EQ(plan.image->kernel_version, "6.1.0-41-amd64");
  EXPECT_EQ(plan.image->command_line, "BOOT_IMAGE=/vmlinuz-6.1.0-41-amd64 root=/dev/vda2 ro quiet crashkernel=256M");
  EXPECT_EQ(plan.decision.choice->kernel, "/boot/vmlinuz-6.1.0-41-amd64");
  EXPECT_EQ(plan.decision.choice->initrds, std::vector<std::string>{"/boot/initrd.img-6.1.0-41-amd64"});
  EXPECT_EQ(plan.checks.size(), 5u);
  EXPECT_TRUE(AllOk(plan));
  EXPECT_TRUE(plan.warnings.empty());
}

TEST(PlanTest, ChangesNothing) {
  TemporaryRoot machine;
  machine.Write("/tmp/no-kexec-reboot", "");
  machine.Write(kOneShot, "");
  machine.Write(kJump, "");
  auto before = machine.Snapshot();
  MakePlan(machine.root(), Purpose::kForecast);
  EXPECT_EQ(machine.Snapshot(), before);
  machine.Delete("/tmp/no-kexec-reboot");
  before = machine.Snapshot();
  MakePlan(machine.root(), Purpose::kForecast);
  MakeOneShotPlan(machine.root());
  EXPECT_EQ(machine.Snapshot(), before);
}

TEST(PlanTest, AFileThatIsNotAcceptableIsAFirmwareReboot) {
  TemporaryRoot machine;
  machine.Write("/boot/vmlinuz-6.1.0-41-amd64", "<html>");
  Plan plan = MakePlan(machine.root(), Purpose::kForecast);
  EXPECT_EQ(plan.decision.action, Action::kFirmware);
  EXPECT_EQ(plan.decision.cause, FirmwareCause::kProblem);
  EXPECT_EQ(plan.decision.reason.find("/boot/vmlinuz-6.1.0-41-amd64: no known kernel format"), 0u);
  EXPECT_FALSE(plan.image);
  EXPECT_FALSE(plan.decision.choice);
  EXPECT_FALSE(plan.checks.back().ok);
}

TEST(PlanTest, BadSettingsAreAFirmwareReboot) {
  TemporaryRoot machine;
  machine.Write("/etc/default/kexec", "LOAD_KEXEC=maybe\n");
  Plan plan = MakePlan(machine.root(), Purpose::kForecast);
  EXPECT_EQ(plan.decision.cause, FirmwareCause::kProblem);
  EXPECT_EQ(plan.decision.reason, "/etc/default/kexec:1: LOAD_KEXEC=\"maybe\": must be true or false");
  EXPECT_FALSE(plan.facts.settings.settings);
}

TEST(PlanTest, TheOneShotIsAFileOrAnArgument) {
  TemporaryRoot machine;
  machine.Write("/etc/default/kexec", "LOAD_KEXEC=false\n");
  EXPECT_EQ(MakePlan(machine.root(), Purpose::kForecast).decision.action, Action::kFirmware);
  EXPECT_EQ(MakeOneShotPlan(machine.root()).decision.action, Action::kKexec);
  machine.Write(kOneShot, "");
  EXPECT_EQ(MakePlan(machine.root(), Purpose::kForecast).decision.action, Action::kKexec);
}

TEST(PlanTest, AOneShotWhoseRebootWasCalledOffIsForgotten) {
  TemporaryRoot machine;
  machine.Write("/etc/default/kexec", "LOAD_KEXEC=false\n");
  machine.Write(kOneShot, "");
  boost::filesystem::last_write_time(machine.Host(kOneShot), std::time(nullptr) - 59 * 60);
  EXPECT_TRUE(ReadMachineState(machine.root()).one_shot);
  boost::filesystem::last_write_time(machine.Host(kOneShot), std::time(nullptr) - 61 * 60);
  EXPECT_FALSE(ReadMachineState(machine.root()).one_shot);
  EXPECT_EQ(MakePlan(machine.root(), Purpose::kForecast).decision.action, Action::kFirmware);
  boost::filesystem::last_write_time(machine.Host(kOneShot), std::time(nullptr) + 61 * 60);
  EXPECT_FALSE(ReadMachineState(machine.root()).one_shot);
}

TEST(PlanTest, AOneShotSurvivesAClockThatIsBehind) {
  TemporaryRoot machine;
  machine.Write(kOneShot, "");
  boost::filesystem::last_write_time(machine.Host(kOneShot), std::time(nullptr) + 2);
  EXPECT_TRUE(ReadMachineState(machine.root()).one_shot);
}

TEST(PlanTest, WhoLoadedTheKernelIsInTheRecord) {
  TemporaryRoot machine;
  auto loaded_by = [&] { return ReadMachineState(machine.root()).loaded_by; };
  RecordLoadedBy(machine, "settings");
  EXPECT_EQ(loaded_by(), LoadedBy::kNone) << "a record counts only while a kernel is loaded";
  machine.Write("/sys/kernel/kexec_loaded", "1\n");
  EXPECT_EQ(loaded_by(), LoadedBy::kSettings);
  RecordLoadedBy(machine, "argument");
  EXPECT_EQ(loaded_by(), LoadedBy::kAdministrator);
  machine.Write(kLoadedRecord, "damaged");
  EXPECT_EQ(loaded_by(), LoadedBy::kAdministrator);
  machine.Delete(kLoadedRecord);
  EXPECT_EQ(loaded_by(), LoadedBy::kAdministrator);
}

TEST(PlanTest, WhatGrubRebootChoseIsNotSkipped) {
  TemporaryRoot machine;
  machine.Write("/etc/default/kexec", "LOAD_KEXEC=true\nUSE_GRUB_CONFIG=false\n");
  auto grubenv = [&](std::string records) {
    std::string block = "# GRUB Environment Block\n" + records;
    machine.Write("/boot/grub/grubenv", block + std::string(1024 - block.size(), '#'));
    return MakePlan(machine.root(), Purpose::kForecast).decision;
  };
  EXPECT_EQ(grubenv("saved_entry=1\nnext_entry=\n").action, Action::kKexec);
  EXPECT_EQ(grubenv("next_entry=1>2\n").action, Action::kFirmware);
  EXPECT_EQ(grubenv("next_entry=1>2\n").reason,
            "/boot/grub/grubenv: grub-reboot has chosen entry 1>2 for the next boot, which these settings do not "
            "follow: grub-editenv - unset next_entry takes it back");
  machine.Write("/boot/grub/grubenv", "not a block");
  EXPECT_EQ(MakePlan(machine.root(), Purpose::kForecast).decision.action, Action::kKexec);
  machine.Delete("/boot/grub/grubenv");
  machine.MakeFifo("/boot/grub/grubenv");
  EXPECT_EQ(MakePlan(machine.root(), Purpose::kForecast).decision.reason,
            "/boot/grub/grubenv: not a regular file: whether grub-reboot has chosen an entry is not known");
}

TEST(PlanTest, AShutdownThroughFirmwareAsksNoBootLoader) {
  TemporaryRoot machine;
  machine.Write("/boot/grub/grub.cfg", "menuentry a { linux /none; }\n");
  auto asked = [&](Purpose purpose) { return GatherFacts(machine.root(), purpose).loader.next.has_value(); };
  EXPECT_TRUE(asked(Purpose::kShutdown));
  machine.Write("/etc/default/kexec", "LOAD_KEXEC=false\n");
  EXPECT_FALSE(asked(Purpose::kShutdown));
  EXPECT_TRUE(asked(Purpose::kForecast)) << "doctor shows it";
  machine.Write(kOneShot, "");
  EXPECT_TRUE(asked(Purpose::kShutdown));
}

TEST(PlanTest, ChecksTellWhatIsWrong) {
  TemporaryRoot machine;
  machine.Write("/tmp/no-kexec-reboot", "");
  machine.Write("/etc/default/kexec", "LOAD_KEXEC=maybe\n");
  machine.Write("/proc/sys/kernel/kexec_load_disabled", "1\n");
  machine.Write("/run/systemd/reboot-param", "");
  Plan plan = MakePlan(machine.root(), Purpose::kForecast);
  ASSERT_EQ(plan.checks.size(), 4u);
  for (const Check& check : plan.checks) EXPECT_FALSE(check.ok) << check.name;
  EXPECT_EQ(plan.checks[0].detail, "/tmp/no-kexec-reboot");
  EXPECT_NE(plan.checks[2].detail.find("must be true or false"), std::string::npos);
  EXPECT_EQ(plan.checks[3].detail, "/proc/sys/kernel/kexec_load_disabled is 1, which lasts until the next boot");
}

}  // namespace
}  // namespace kexec_helper
