#include "decision/decision.h"

#include <gtest/gtest.h>

#include <map>

namespace kexec_helper {
namespace {

// Everything a decision rests on; the tests change one thing at a time. As it stands the answer is kexec.
struct World {
  SettingsOutcome settings;
  MachineState machine;
  GrubOutcome grub;
  std::map<std::string, std::string> files = {{"/vmlinuz", "/boot/vmlinuz-6.1"},
                                              {"/initrd.img", "/boot/initrd.img-6.1"}};

  World() {
    settings.settings = Settings();
    settings.settings->load_kexec = true;
    settings.settings->load_kexec_where = "/etc/default/kexec:2";
    machine.kernel.supported = true;
    machine.current_command_line = "BOOT_IMAGE=/old root=/dev/vda2 ro\n";
  }

  Settings& set() { return *settings.settings; }

  Decision Decided() const {
    return Decide(settings, machine, grub, [this](const std::string& path) -> std::optional<std::string> {
      auto found = files.find(path);
      return found == files.end() ? std::nullopt : std::optional(found->second);
    });
  }
};

void ExpectFirmware(const World& world, FirmwareCause cause, const std::string& part) {
  Decision decision = world.Decided();
  EXPECT_EQ(decision.action, Action::kFirmware);
  EXPECT_EQ(decision.cause, cause) << decision.reason;
  EXPECT_NE(decision.reason.find(part), std::string::npos) << decision.reason;
  EXPECT_FALSE(decision.choice);
}

TEST(DecisionTest, KexecByTheSettings) {
  Decision decision = World().Decided();
  EXPECT_EQ(decision.action, Action::kKexec);
  EXPECT_EQ(decision.source, Source::kSettings);
  EXPECT_EQ(decision.reason, "/etc/default/kexec:2: LOAD_KEXEC=true");
  EXPECT_EQ(
      decision.choice,
      (BootChoice{"/boot/vmlinuz-6.1", {"/boot/initrd.img-6.1"}, "BOOT_IMAGE=/boot/vmlinuz-6.1 root=/dev/vda2 ro"}));
}

TEST(DecisionTest, AFlagIsAFirmwareRebootThatNamesItsOwner) {
  World world;
  world.machine.flags = {{"/tmp/no-kexec-reboot", "alice"}, {"/no-kexec-reboot", "root"}};
  ExpectFirmware(world, FirmwareCause::kPolicy,
                 "/tmp/no-kexec-reboot (created by alice), /no-kexec-reboot (created by root): one firmware reboot");
}

TEST(DecisionTest, LoadKexecFalseOrUnset) {
  World world;
  world.set().load_kexec = false;
  ExpectFirmware(world, FirmwareCause::kPolicy, "/etc/default/kexec:2: LOAD_KEXEC=false");
  world.set().load_kexec = std::nullopt;
  ExpectFirmware(world, FirmwareCause::kPolicy, "LOAD_KEXEC is not set");
}

TEST(DecisionTest, AOneShotGoesBeforeLoadKexec) {
  for (std::optional<bool> value : {std::optional<bool>(), std::optional(false), std::optional(true)}) {
    World world;
    world.machine.one_shot = true;
    world.set().load_kexec = value;
    Decision decision = world.Decided();
    EXPECT_EQ(decision.action, Action::kKexec);
    EXPECT_EQ(decision.reason, "asked for with kexec-helper reboot");
    EXPECT_TRUE(decision.choice);
  }
}

TEST(DecisionTest, AKernelLoadedByHandIsKept) {
  World world;
  world.machine.loaded_by = LoadedBy::kAdministrator;
  world.set().load_kexec = false;
  Decision decision = world.Decided();
  EXPECT_EQ(decision.action, Action::kKexec);
  EXPECT_EQ(decision.source, Source::kPreloaded);
  EXPECT_FALSE(decision.choice);
}

TEST(DecisionTest, AKernelOfOursIsReplaced) {
  World world;
  world.machine.loaded_by = LoadedBy::kThisSuite;
  EXPECT_TRUE(world.Decided().choice);
  EXPECT_EQ(world.Decided().source, Source::kSettings);
  world.set().load_kexec = false;
  ExpectFirmware(world, FirmwareCause::kPolicy, "LOAD_KEXEC=false");
}

TEST(DecisionTest, SettingsThatCannotBeReadAreAProblem) {
  World world;
  world.settings = {std::nullopt, "/etc/default/kexec:3: broken"};
  ExpectFirmware(world, FirmwareCause::kProblem, "/etc/default/kexec:3: broken");
  world.machine.one_shot = true;
  ExpectFirmware(world, FirmwareCause::kProblem, "/etc/default/kexec:3: broken");
}

// GRUB's menu is asked and would boot its second entry.
World WorldWithMenu() {
  World world;
  world.set().use_grub_config = true;
  world.set().append = "not used";
  world.grub.evaluation.emplace();
  world.grub.evaluation->entry = grub::EntryName{"Debian", "deb", "1"};
  world.grub.evaluation->why = "the saved entry";
  world.grub.choice = BootChoice{"/boot/k", {"/boot/i1", "/boot/i2"}, "BOOT_IMAGE=/k root=/dev/x"};
  return world;
}

TEST(DecisionTest, GrubsMenuGoesBeforeKernelInitrdAndAppend) {
  World world = WorldWithMenu();
  Decision decision = world.Decided();
  EXPECT_EQ(decision.action, Action::kKexec);
  EXPECT_EQ(decision.source, Source::kGrub);
  EXPECT_EQ(decision.choice, world.grub.choice);
  EXPECT_EQ(decision.reason, "/etc/default/kexec:2: LOAD_KEXEC=true, GRUB's menu entry 'Debian' (1): the saved entry");
}

TEST(DecisionTest, GrubsMenuIsNotAskedUnlessTheSettingsSaySo) {
  World world = WorldWithMenu();
  world.set().use_grub_config = false;
  EXPECT_EQ(world.Decided().source, Source::kSettings);
  EXPECT_EQ(world.Decided().choice->kernel, "/boot/vmlinuz-6.1");
}

TEST(DecisionTest, AMenuEntryThatBootsSomethingElseIsWantedToGoThroughFirmware) {
  World world = WorldWithMenu();
  world.grub.choice = std::nullopt;
  world.grub.evaluation->refusal = world.grub.error = "menu entry 'Windows' does not boot Linux: chainloader +1";
  ExpectFirmware(world, FirmwareCause::kPolicy, "menu entry 'Windows' does not boot Linux: chainloader +1");
}

TEST(DecisionTest, AMenuThatCannotBeEvaluatedIsAProblem) {
  World world = WorldWithMenu();
  world.grub = {std::nullopt, std::nullopt, "/boot/grub/grub.cfg: no such file", {}};
  ExpectFirmware(world, FirmwareCause::kProblem, "/boot/grub/grub.cfg: no such file");
}

TEST(DecisionTest, AMenusKernelThatIsNotAtHandIsAProblem) {
  World world = WorldWithMenu();
  world.grub.choice = std::nullopt;
  world.grub.error = "(hd1,gpt1)/vmlinuz: not mounted";
  ExpectFirmware(world, FirmwareCause::kProblem, "not mounted");
}

TEST(DecisionTest, WhatTheKernelWouldRefuse) {
  World world;
  world.machine.kernel.loads_left = 0;
  ExpectFirmware(world, FirmwareCause::kProblem, "kexec_load_limit_reboot");
  world.machine.kernel.load_disabled = true;
  ExpectFirmware(world, FirmwareCause::kProblem, "kexec_load_disabled is 1");
  world.machine.kernel.supported = false;
  ExpectFirmware(world, FirmwareCause::kProblem, "CONFIG_KEXEC_FILE");
  World last;
  last.machine.kernel.loads_left = 1;
  EXPECT_EQ(last.Decided().action, Action::kKexec);
}

TEST(DecisionTest, TheFirstReasonCounts) {
  World world;  // everything is wrong; then one reason after another is taken away
  world.machine.flags = {{"/tmp/no-kexec-reboot", "root"}};
  world.machine.loaded_by = LoadedBy::kAdministrator;
  world.machine.kernel.supported = false;
  std::optional<Settings> settings = world.settings.settings;
  settings->load_kexec = false;
  settings->use_grub_config = true;
  world.settings = {std::nullopt, "settings error"};
  world.files.clear();
  ExpectFirmware(world, FirmwareCause::kPolicy, "/tmp/no-kexec-reboot");
  world.machine.flags.clear();
  EXPECT_EQ(world.Decided().source, Source::kPreloaded);
  world.machine.loaded_by = LoadedBy::kNobody;
  ExpectFirmware(world, FirmwareCause::kProblem, "settings error");
  world.settings = {settings, ""};
  ExpectFirmware(world, FirmwareCause::kPolicy, "LOAD_KEXEC=false");
  world.set().load_kexec = true;
  ExpectFirmware(world, FirmwareCause::kProblem, "cannot kexec");
  world.machine.kernel.supported = true;
  world.grub.error = "no menu";
  ExpectFirmware(world, FirmwareCause::kProblem, "no menu");
  world.set().use_grub_config = false;
  ExpectFirmware(world, FirmwareCause::kProblem, "KERNEL_IMAGE /vmlinuz: no such file, nor /boot/vmlinuz");
}

TEST(DecisionTest, TheDefaultsAreLookedForInBootToo) {
  World world;
  world.files = {{"/boot/vmlinuz", "/boot/vmlinuz-6.1"}, {"/boot/initrd.img", "/boot/initrd.img-6.1"}};
  EXPECT_EQ(world.Decided().choice->kernel, "/boot/vmlinuz-6.1");
  EXPECT_EQ(world.Decided().choice->initrds, std::vector<std::string>{"/boot/initrd.img-6.1"});
}

TEST(DecisionTest, WithOnesOwnInitrdOnlyTheKernelIs) {
  World world;
  world.set().initrd = "/mine";
  world.files = {{"/boot/vmlinuz", "/boot/vmlinuz-6.1"}, {"/mine", "/mine"}};
  EXPECT_EQ(world.Decided().choice->initrds, std::vector<std::string>{"/mine"});
}

TEST(DecisionTest, AKernelOfOnesOwnIsNotLookedForElsewhere) {
  World world;
  world.set().kernel_image = "/mine";
  ExpectFirmware(world, FirmwareCause::kProblem, "KERNEL_IMAGE /mine: no such file");
}

TEST(DecisionTest, AMissingInitrdIsAProblemAndNoneIsNot) {
  World world;
  world.files.erase("/initrd.img");
  ExpectFirmware(world, FirmwareCause::kProblem, "INITRD /initrd.img: no such file");
  world.set().initrd = "";
  EXPECT_TRUE(world.Decided().choice->initrds.empty());
}

TEST(DecisionTest, KernelAndInitrdBelongTogether) {
  World world;
  world.files["/initrd.img"] = "/boot/initrd.img-6.2";
  ExpectFirmware(world, FirmwareCause::kProblem, "/boot/initrd.img-6.2: is not the initrd of /boot/vmlinuz-6.1");
  world.files["/initrd.img"] = "/boot/other.img";  // named by somebody's own rules
  EXPECT_EQ(world.Decided().action, Action::kKexec);
  world.files = {{"/vmlinuz", "/boot/bzImage"}, {"/initrd.img", "/boot/initrd.img-6.2"}};
  EXPECT_EQ(world.Decided().action, Action::kKexec);
}

TEST(DecisionTest, AppendIsTheWholeCommandLine) {
  World world;
  world.set().append = "root=/dev/sda1  quiet ";
  EXPECT_EQ(world.Decided().choice->command_line, "root=/dev/sda1  quiet ");
}

TEST(DecisionTest, BootImageIsThePathOnItsFileSystem) {
  World world;
  world.machine.mounts = {{"/", "/", "ext4", "a", false}, {"/", "/boot", "ext4", "b", false}};
  EXPECT_EQ(world.Decided().choice->command_line, "BOOT_IMAGE=/vmlinuz-6.1 root=/dev/vda2 ro");
}

TEST(DecisionTest, APanicTimeoutGoesWithEveryKernel) {
  World world;
  world.set().panic_timeout = 30;
  EXPECT_EQ(world.Decided().choice->command_line, "BOOT_IMAGE=/boot/vmlinuz-6.1 root=/dev/vda2 ro panic=30");
  world.set().append = "root=/dev/sda1";
  EXPECT_EQ(world.Decided().choice->command_line, "root=/dev/sda1 panic=30");
}

}  // namespace
}  // namespace kexec_helper
