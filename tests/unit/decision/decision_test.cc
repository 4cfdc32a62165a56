#include "decision/decision.h"

#include <gtest/gtest.h>

#include <map>

namespace kexec_helper {
namespace {

// Everything a decision rests on; the tests change one thing at a time. As it stands the answer is kexec.
struct World {
  Facts facts;
  SettingsOutcome& settings = facts.settings;
  MachineState& machine = facts.machine;
  LoaderFacts& loader = facts.loader;
  std::map<std::string, std::string> files = {{"/vmlinuz", "/boot/vmlinuz-6.1"},
                                              {"/initrd.img", "/boot/initrd.img-6.1"}};

  World() {
    settings.settings = Settings();
    settings.settings->load_kexec = true;
    settings.settings->load_kexec_where = "/etc/default/kexec:2";
    settings.settings->panic_timeout = std::nullopt;
    machine.kernel.supported = true;
    machine.kernels.links = {{"/vmlinuz", "/initrd.img"}};
    machine.current_command_line = "BOOT_IMAGE=/old root=/dev/vda2 ro\n";
  }

  Settings& set() { return *settings.settings; }

  Decision Decided() const {
    return Decide(facts, [this](const std::string& path) -> std::optional<std::string> {
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
  EXPECT_EQ(decision.source, Source::kAdministrator);
  EXPECT_FALSE(decision.choice);
}

TEST(DecisionTest, AKernelOfOursIsReplaced) {
  World world;
  world.machine.loaded_by = LoadedBy::kSettings;
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
void AddMenu(World& world) {
  world.set().use_grub_config = GrubConfig::kTrue;
  world.set().append = "not used";
  world.loader.name = "GRUB";
  NextBoot& next = world.loader.next.emplace();
  next.result = BootResult::kLinux;
  next.entry = EntryName{"Debian", "deb", "1"};
  next.why = "the saved entry";
  next.choice = BootChoice{"/boot/k", {"/boot/i1", "/boot/i2"}, "BOOT_IMAGE=/k root=/dev/x"};
}

TEST(DecisionTest, GrubsMenuGoesBeforeKernelInitrdAndAppend) {
  World world;
  AddMenu(world);
  Decision decision = world.Decided();
  EXPECT_EQ(decision.action, Action::kKexec);
  EXPECT_EQ(decision.source, Source::kBootLoader);
  EXPECT_EQ(decision.choice, world.loader.next->choice);
  EXPECT_EQ(decision.reason, "/etc/default/kexec:2: LOAD_KEXEC=true, GRUB's menu entry 'Debian' (1): the saved entry");
}

TEST(DecisionTest, GrubsMenuIsNotAskedUnlessTheSettingsSaySo) {
  World world;
  AddMenu(world);
  world.set().use_grub_config = GrubConfig::kFalse;
  world.set().append = "";
  EXPECT_EQ(world.Decided().source, Source::kSettings);
  EXPECT_EQ(world.Decided().choice->kernel, "/boot/vmlinuz-6.1");
}

TEST(DecisionTest, AMenuEntryThatBootsSomethingElseIsWantedToGoThroughFirmware) {
  World world;
  AddMenu(world);
  world.loader.next->choice = std::nullopt;
  world.loader.next->result = BootResult::kOtherSystem;
  world.loader.next->problem = "menu entry 'Windows' does not boot Linux: chainloader +1";
  ExpectFirmware(world, FirmwareCause::kPolicy, "menu entry 'Windows' does not boot Linux: chainloader +1");
}

TEST(DecisionTest, AMenuThatCannotBeEvaluatedIsAProblem) {
  World world;
  AddMenu(world);
  world.loader.next = NextBoot();
  world.loader.next->problem = "/boot/grub/grub.cfg: no such file";
  ExpectFirmware(world, FirmwareCause::kProblem, "/boot/grub/grub.cfg: no such file");
}

TEST(DecisionTest, AMenusKernelThatIsNotAtHandIsAProblem) {
  World world;
  AddMenu(world);
  world.loader.next->choice = std::nullopt;
  world.loader.next->result = BootResult::kUnknown;
  world.loader.next->problem = "(hd1,gpt1)/vmlinuz: not mounted";
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
  settings->use_grub_config = GrubConfig::kTrue;
  world.settings = {std::nullopt, "settings error"};
  world.files.clear();
  ExpectFirmware(world, FirmwareCause::kPolicy, "/tmp/no-kexec-reboot");
  world.machine.flags.clear();
  EXPECT_EQ(world.Decided().source, Source::kAdministrator);
  world.machine.loaded_by = LoadedBy::kNone;
  ExpectFirmware(world, FirmwareCause::kProblem, "settings error");
  world.settings = {settings, ""};
  ExpectFirmware(world, FirmwareCause::kPolicy, "LOAD_KEXEC=false");
  world.set().load_kexec = true;
  ExpectFirmware(world, FirmwareCause::kProblem, "cannot kexec");
  world.machine.kernel.supported = true;
  AddMenu(world);
  world.set().append = "";
  world.loader.next = NextBoot();
  world.loader.next->problem = "no menu";
  ExpectFirmware(world, FirmwareCause::kProblem, "no menu");
  world.set().use_grub_config = GrubConfig::kFalse;
  world.set().append = "";
  world.machine.kernels = {};
  ExpectFirmware(world, FirmwareCause::kProblem, "KERNEL_IMAGE /vmlinuz: no such file, nor /boot/vmlinuz");
}

TEST(DecisionTest, TheDefaultsAreLookedForInBootToo) {
  World world;
  world.machine.kernels.links = {{"/boot/vmlinuz", "/boot/initrd.img"}};
  world.files = {{"/boot/vmlinuz", "/boot/vmlinuz-6.1"}, {"/boot/initrd.img", "/boot/initrd.img-6.1"}};
  EXPECT_EQ(world.Decided().choice->kernel, "/boot/vmlinuz-6.1");
  EXPECT_EQ(world.Decided().choice->initrds, std::vector<std::string>{"/boot/initrd.img-6.1"});
}

TEST(DecisionTest, WithOnesOwnInitrdOnlyTheKernelIs) {
  World world;
  world.set().initrds = {"/mine"};
  world.machine.kernels.links = {{"/boot/vmlinuz", "/boot/initrd.img"}};
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
  world.set().initrds = {};
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

TEST(DecisionTest, AutoFollowsTheBootLoaderUnlessTheSettingsNameAKernel) {
  World world;
  AddMenu(world);
  world.set().use_grub_config = GrubConfig::kAuto;
  world.set().append = "";
  EXPECT_EQ(world.Decided().source, Source::kBootLoader);
  for (auto choose :
       {+[](Settings& set) { set.append = "root=/dev/x"; },
        +[](Settings& set) { set.kernel_image = "/boot/vmlinuz-6.1"; }, +[](Settings& set) { set.initrds = {}; }}) {
    World chosen;
    AddMenu(chosen);
    chosen.files["/boot/vmlinuz-6.1"] = "/boot/vmlinuz-6.1";
    chosen.set() = world.set();
    choose(chosen.set());
    EXPECT_EQ(chosen.Decided().source, Source::kSettings);
  }
}

TEST(DecisionTest, AutoWithoutABootLoaderIsBySettings) {
  World world;
  world.set().use_grub_config = GrubConfig::kAuto;
  EXPECT_EQ(world.Decided().source, Source::kSettings);
}

TEST(DecisionTest, AutoDoesNotGuessPastAMenuInDoubt) {
  World world;
  AddMenu(world);
  world.set().append = "";
  world.set().use_grub_config = GrubConfig::kAuto;
  world.loader.next = NextBoot();
  world.loader.next->problem = "cannot be known";
  ExpectFirmware(world, FirmwareCause::kProblem, "cannot be known");
}

TEST(DecisionTest, AOneShotOfTheBootLoaderIsSkippedByNothing) {
  World world;
  AddMenu(world);
  world.loader.one_shot_request = "entry 2 was chosen once";
  EXPECT_EQ(world.Decided().action, Action::kKexec) << "it is followed";
  world.machine.loaded_by = LoadedBy::kAdministrator;
  ExpectFirmware(world, FirmwareCause::kPolicy, "entry 2 was chosen once");
  world.machine.loaded_by = LoadedBy::kNone;
  world.set().use_grub_config = GrubConfig::kFalse;
  ExpectFirmware(world, FirmwareCause::kPolicy, "entry 2 was chosen once");
}

TEST(DecisionTest, AReusedCommandLineIsOneForEveryDay) {
  World world;
  world.machine.current_command_line = "root=/dev/vda2 ro single\n";
  ExpectFirmware(world, FirmwareCause::kPolicy, "'single', which is meant for a single boot");
  EXPECT_EQ(world.Decided().rule, Rule::kOneBoot);
  EXPECT_TRUE(world.Decided().reason.ends_with("not reused: set APPEND")) << "there is no boot loader to follow";
  world.set().append = "root=/dev/vda2 ro single";
  EXPECT_EQ(world.Decided().action, Action::kKexec) << "the administrator says so";
}

TEST(DecisionTest, AReusedCommandLineMountsTheRunningRoot) {
  World world;
  world.machine.current_command_line = "root=UUID=a ro rootflags=subvol=@\n";
  world.machine.mounts = {{"/@snapshots/5", "/", "btrfs", "/dev/vda2", false}};
  ExpectFirmware(world, FirmwareCause::kPolicy, "the subvolume /@snapshots/5");
  world.machine.mounts = {{"/@", "/", "btrfs", "/dev/vda2", false}};
  EXPECT_EQ(world.Decided().action, Action::kKexec);
  world.machine.mounts = {{"/", "/", "overlay", "overlay", false}};
  ExpectFirmware(world, FirmwareCause::kPolicy, "overlay");
}

TEST(DecisionTest, APlatformOnWhichAKexecHangs) {
  World world;
  world.machine.hazards = {"this is a guest of X"};
  ExpectFirmware(world, FirmwareCause::kPolicy, "this is a guest of X: set KEXEC_ANYWAY=true");
  EXPECT_EQ(world.Decided().rule, Rule::kPlatform);
  world.set().kexec_anyway = true;
  EXPECT_EQ(world.Decided().action, Action::kKexec);
  world.machine.capture_kernel = "/proc/vmcore exists";
  ExpectFirmware(world, FirmwareCause::kPolicy, "/proc/vmcore exists");
}

TEST(DecisionTest, WhatIsMissingBetweenInitAndTheScripts) {
  World world;
  world.machine.missing_integration = {"kexec-load.service is masked"};
  ExpectFirmware(world, FirmwareCause::kProblem, "kexec-load.service is masked");
}

TEST(DecisionTest, AUnifiedImageBringsInitrdAndCommandLine) {
  World world;
  world.set().kernel_image = "/efi/EFI/Linux/a.efi";
  world.set().panic_timeout = 30;
  world.files["/efi/EFI/Linux/a.efi"] = "/efi/EFI/Linux/a.efi";
  world.machine.unified_command_line = "root=/dev/x quiet";
  Decision decision = world.Decided();
  ASSERT_TRUE(decision.choice) << decision.reason;
  EXPECT_TRUE(decision.choice->initrds.empty());
  EXPECT_EQ(decision.choice->command_line, "root=/dev/x quiet panic=30");
  EXPECT_EQ(decision.choice->section_command_line, "root=/dev/x quiet");
  world.set().append = "root=/dev/y";
  EXPECT_EQ(world.Decided().choice->command_line, "root=/dev/y panic=30");
  world.machine.unified_companions = "/efi/EFI/Linux/a.efi.extra.d/b.addon.efi: adds to it";
  ExpectFirmware(world, FirmwareCause::kProblem, "b.addon.efi: adds to it");
}

TEST(DecisionTest, AUnifiedImageWithoutCommandLineGetsTheCurrentOne) {
  World world;
  world.set().kernel_image = "/efi/EFI/Linux/a.efi";
  world.files["/efi/EFI/Linux/a.efi"] = "/efi/EFI/Linux/a.efi";
  world.machine.unified_command_line = "";
  world.machine.current_command_line = "root=/dev/vda2 ro\n";
  EXPECT_EQ(world.Decided().choice->command_line, "BOOT_IMAGE=/efi/EFI/Linux/a.efi root=/dev/vda2 ro");
  EXPECT_TRUE(world.Decided().choice->initrds.empty());
}

TEST(DecisionTest, LinksThatLeadNowhereAreNamed) {
  World world;
  world.machine.kernels = {
      {}, {"/boot/vmlinuz leads to vmlinuz-5, which is missing"}, KernelFiles{"/boot/vmlinuz-6", ""}};
  ExpectFirmware(world, FirmwareCause::kProblem, "/boot/vmlinuz leads to vmlinuz-5, which is missing");
}

TEST(DecisionTest, WithoutLinksAndBootLoaderTheNewestKernel) {
  World world;
  world.machine.kernels = {{}, {}, KernelFiles{"/boot/vmlinuz-6.9", "/boot/initrd.img-6.9"}};
  world.files = {{"/boot/vmlinuz-6.9", "/boot/vmlinuz-6.9"}, {"/boot/initrd.img-6.9", "/boot/initrd.img-6.9"}};
  EXPECT_EQ(world.Decided().choice->kernel, "/boot/vmlinuz-6.9");
  EXPECT_EQ(world.Decided().choice->initrds, std::vector<std::string>{"/boot/initrd.img-6.9"});
  AddMenu(world);
  world.set().append = "";
  world.set().use_grub_config = GrubConfig::kFalse;
  ExpectFirmware(world, FirmwareCause::kProblem, "set USE_GRUB_CONFIG=auto to take what GRUB boots, /boot/k");
}

TEST(DecisionTest, ASignedKernelsNameHasItsVersion) {
  World world;
  world.files["/vmlinuz"] = "/boot/vmlinuz-6.1.efi.signed";
  EXPECT_EQ(world.Decided().action, Action::kKexec);
}

// What the chosen files are: all is well but for what a test changes.
FileFacts GoodFiles() { return {"", "", "/boot/vmlinuz-6.1", "6.1", "6.1 #1", {1, 2}, {}, false, ""}; }

TEST(DecisionTest, TheFilesRulesInTheirOrder) {
  World world;
  FileFacts files = GoodFiles();
  auto decided = [&] { return DecideByFiles(world.Decided(), world.facts, files); };
  EXPECT_EQ(decided().action, Action::kKexec);
  Attempt failure;
  failure.kernel = files.kernel;
  failure.stamp = files.stamp;
  world.machine.failures.known = {failure};
  EXPECT_EQ(decided().rule, Rule::kBreaker);
  world.machine.kernel.lockdown = "integrity";
  EXPECT_EQ(decided().rule, Rule::kSignature);
  files.untrusted = "others can write it";
  EXPECT_EQ(decided().rule, Rule::kTrust);
  files.error = "truncated";
  EXPECT_EQ(decided().rule, Rule::kFiles);
  EXPECT_EQ(decided().cause, FirmwareCause::kProblem);
}

TEST(DecisionTest, ASignedKernelIsNotRefusedUnderLockdown) {
  World world;
  world.machine.kernel.lockdown = "integrity";
  FileFacts files = GoodFiles();
  files.is_signed = true;
  EXPECT_EQ(DecideByFiles(world.Decided(), world.facts, files).action, Action::kKexec);
}

}  // namespace
}  // namespace kexec_helper
