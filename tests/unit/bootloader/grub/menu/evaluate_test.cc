#include "bootloader/grub/menu/evaluate.h"

#include <gtest/gtest.h>

#include "bootloader/grub/fake_files.h"
#include "error_of.h"

// What GRUB makes of its language is held against GRUB itself (tests/grub). Here is what only we have: reasons, limits,
// what is not known before GRUB runs, and the tree of the menu.
namespace kexec_helper::grub {
namespace {

const Platform kPlatform = {"i386", "pc", {FakeFiles::kDevice, "/boot/grub"}};

class EvaluateTest : public ::testing::Test {
 protected:
  EvaluateTest() {
    files.files = {{"/boot/k1", "kernel"}, {"/boot/k2", "kernel"}, {"/boot/i", "initrd"}};
    Config(
        "set timeout=1\nmenuentry one --id a { linux /boot/k1 x; initrd /boot/i; }\n"
        "submenu more { menuentry two --id b { linux /boot/k2 y; }; }\n");
  }

  void Config(const std::string& text) { files.files["/boot/grub/grub.cfg"] = text; }
  void Block(const std::string& records) {
    std::string block = "# GRUB Environment Block\n" + records;
    block.resize(1024, '#');
    files.files["/boot/grub/grubenv"] = block;
  }
  BootEvaluation Boot() const { return EvaluateBoot(files, kPlatform); }
  std::string Why(const std::string& header) {
    Config(header + "menuentry a { linux /boot/k1; }\nmenuentry b { linux /boot/k2; }\n");
    return Boot().why;
  }

  FakeFiles files;
};

TEST_F(EvaluateTest, KernelInitrdAndWordsWithTheFilesTheyLedTo) {
  BootEvaluation boot = Boot();
  ASSERT_TRUE(boot.kernel);
  EXPECT_EQ(boot.entry, (EntryName{"one", "a", "0"}));
  EXPECT_EQ(boot.kernel->kernel.file, (FilePath{FakeFiles::kDevice, "/boot/k1"}));
  ASSERT_EQ(boot.kernel->initrds.size(), 1u);
  EXPECT_EQ(boot.kernel->initrds[0].word, "/boot/i");
  EXPECT_EQ(CommandLine(*boot.kernel), "BOOT_IMAGE=/boot/k1 x");
  EXPECT_EQ(boot.kernel->where, "/boot/grub/grub.cfg:2");
  EXPECT_TRUE(boot.warnings.empty());
}

TEST_F(EvaluateTest, TheReasonTellsWhereTheDefaultComesFrom) {
  EXPECT_EQ(Why(""), "the first entry of the menu");
  EXPECT_EQ(Why("set default=1\n"), "the default entry (default=1)");
  Block("saved_entry=1\nnext_entry=b\n");
  EXPECT_EQ(Why("load_env\nset default=$saved_entry\n"), "the saved entry (saved_entry=1 in grubenv)");
  EXPECT_EQ(Why("load_env\nset default=$next_entry\n"), "chosen for one boot (next_entry=b in grubenv)");
  files.files.erase("/boot/grub/grubenv");
  EXPECT_EQ(Why("set default=1\nset fallback=0\n"), "the default entry (default=1)");
  files.files.erase("/boot/k2");
  EXPECT_EQ(Why("set default=1\nset fallback=0\n"), "the default entry cannot be booted, this is its fallback");
}

TEST_F(EvaluateTest, AnEntryCanBeAskedForByPath) {
  BootEvaluation boot = EvaluateBoot(files, kPlatform, "1>0");
  ASSERT_TRUE(boot.entry);
  EXPECT_EQ(boot.entry->id, "b");
  EXPECT_EQ(boot.why, "asked for by name");
}

TEST_F(EvaluateTest, WhatIsNoLinuxIsRefusedByName) {
  Config("menuentry w { chainloader +1; }\n");
  EXPECT_EQ(Boot().refusal, "menu entry 'w' does not boot Linux: chainloader +1");
  Config("menuentry f { fwsetup; }\n");
  EXPECT_EQ(Boot().refusal, "menu entry 'f' leads to the firmware's setup");
  Config("menuentry m { multiboot2 /boot/k1; module2 /boot/i; }\n");
  EXPECT_EQ(Boot().refusal, "menu entry 'm' does not boot Linux: multiboot2 /boot/k1");
  Config("");
  EXPECT_EQ(Boot().refusal, "GRUB leads to its command line, the menu is empty");
  Config("menuentry g { linux /boot/gone; }\n");
  EXPECT_EQ(
      Boot().refusal,
      "GRUB leads to its menu, no entry could be booted: menu entry 'g': /boot/grub/grub.cfg:1: linux /boot/gone: "
      "no such file: run update-grub");
}

TEST_F(EvaluateTest, TheFirstThingThatFailedInTheDefaultEntryIsTheReason) {
  files.writable = false;
  Block("x=1\n");
  Config(
      "set fallback=1\nlinux /boot/elsewhere\nmenuentry g {\nsave_env x\nnosuch\nlinux /boot/gone\ninitrd /boot/i\n}\n"
      "menuentry h { initrd /boot/i; }\n");
  EXPECT_EQ(
      Boot().refusal,
      "GRUB leads to its menu, no entry could be booted: menu entry 'g': /boot/grub/grub.cfg:6: linux /boot/gone: "
      "no such file: run update-grub");
  Config("menuentry g { true; }\n");
  EXPECT_EQ(Boot().refusal, "GRUB leads to its menu, no entry could be booted: menu entry 'g': loads nothing");
}

TEST_F(EvaluateTest, AKernelCanBeBootedOutsideTheMenu) {
  Config("linux /boot/k1 x\ninitrd /boot/i\nboot\nmenuentry a { linux /boot/k2; }\n");
  BootEvaluation boot = Boot();
  ASSERT_TRUE(boot.kernel);
  EXPECT_EQ(boot.kernel->kernel.word, "/boot/k1");
  EXPECT_FALSE(boot.entry);
  EXPECT_EQ(boot.why, "booted before the menu (/boot/grub/grub.cfg:1)");
  EXPECT_EQ(boot.refusal, "");
  EXPECT_NE(EvaluateBoot(files, kPlatform, "0").refusal, "");
  EXPECT_EQ(EvaluateMenu(files, kPlatform).default_problem,
            "/boot/grub/grub.cfg:1: GRUB boots /boot/k1 before it shows a menu");
}

TEST_F(EvaluateTest, TheClockDecidesOnlyWhereItIsAskedFor) {
  Config("insmod datehook\nmenuentry a { linux /boot/k1; }\n");
  EXPECT_TRUE(Boot().kernel);
  Config("insmod datehook\nset HOUR=1\nif [ $HOUR -ge 2 ]; then set default=1; fi\nmenuentry a { linux /boot/k1; }\n");
  EXPECT_EQ(
      ErrorOf([&] { Boot(); }),
      "/boot/grub/grub.cfg:3: $HOUR is the clock's when GRUB runs (datehook, /boot/grub/grub.cfg:1): remove it from "
      "the way to the default entry");
}

TEST_F(EvaluateTest, AnUnknownCommandIsPassedOverUnlessSomethingDependsOnIt) {
  Config("nosuch\ntrue\nif true; then nosuch; x=$?; fi\nmenuentry a { linux /boot/k1; nosuch; }\n");
  EXPECT_NE(ErrorOf([&] { Boot(); }).find("nosuch: whether GRUB has this command"), std::string::npos);
  Config("nosuch\nif true; then nosuch; fi\nmenuentry a { linux /boot/k1; nosuch; }\n");
  EXPECT_TRUE(Boot().kernel);
}

TEST_F(EvaluateTest, AuthenticateIsInDoubtOnlyWithSuperusers) {
  Config("if authenticate; then x=1; fi\nmenuentry a { linux /boot/k1 $x; }\n");
  EXPECT_EQ(Boot().kernel->arguments, std::vector<std::string>{"1"});
  Config("superusers=me\nmenuentry --unrestricted a { if authenticate; then linux /boot/k1; fi; }\n");
  EXPECT_NE(ErrorOf([&] { Boot(); }).find("authenticate"), std::string::npos);
}

TEST_F(EvaluateTest, ReleasesDifferInOptionsCommandsAndFeatures) {
  auto boot = [this](Release release) {
    Platform platform = kPlatform;
    platform.release = release;
    return EvaluateBoot(files, platform);
  };
  Config("search --efidisk-only --set=d -u root\nmenuentry a { linux /boot/k1 $d; }\n");
  EXPECT_NE(ErrorOf([&] { boot(Release::k2_06); }).find("--efidisk-only: this option is not known"), std::string::npos);
  EXPECT_TRUE(boot(Release::k2_12).kernel->arguments.empty()) << "a PC's BIOS has no EFI disks";
  Config("search --cryptodisk-only --set=d -u root\nmenuentry a { linux /boot/k1; }\n");
  EXPECT_NE(ErrorOf([&] { boot(Release::k2_12); }), "");
  EXPECT_EQ(ErrorOf([&] { boot(Release::k2_14); }), "");
  Config("menuentry a { linux /boot/k1 $feature_search_cryptodisk_only $feature_timeout_style; }\n");
  EXPECT_EQ(boot(Release::k2_12).kernel->arguments.size(), 1u);
  EXPECT_EQ(boot(Release::k2_14).kernel->arguments.size(), 2u);
  Config("blscfg\nmenuentry a { linux /boot/k1; }\n");
  EXPECT_TRUE(boot(Release::k2_12).kernel) << "can't find command, passed over";
  EXPECT_TRUE(boot(Release::k2_14).kernel) << "there is no /loader/entries";
  Config("menuentry a { linux /boot/k1; linux /boot/none; }\n");
  EXPECT_TRUE(boot(Release::k2_14).kernel) << "not under EFI";
  Platform efi = {"x86_64", "efi", kPlatform.directory, Release::k2_12};
  EXPECT_NE(ErrorOf([&] { EvaluateBoot(files, efi); }).find("has already freed"), std::string::npos);
  Config("fwsetup --is-supported\nmenuentry a { linux /boot/k1 $?; }\n");
  EXPECT_TRUE(EvaluateBoot(files, efi).kernel);
  efi.release = Release::k2_06;
  EXPECT_EQ(EvaluateBoot(files, efi).refusal, "GRUB leads to the firmware's setup");
  Config("search --efidisk-only --set=d -u root\nmenuentry a { linux /boot/k1 $d; }\n");
  efi.release = Release::k2_12;
  EXPECT_EQ(EvaluateBoot(files, efi).kernel->arguments, std::vector<std::string>{FakeFiles::kDevice});
  Config("menuentry a { linuxefi /boot/k1; }\n");
  EXPECT_FALSE(boot(Release::k2_14).kernel) << "no command of a PC";
  EXPECT_NE(ErrorOf([&] { EvaluateBoot(files, efi); }).find("linuxefi"), std::string::npos);
  efi.release = Release::k2_06;
  EXPECT_TRUE(EvaluateBoot(files, efi).kernel);
}

TEST_F(EvaluateTest, BlscfgReadsTheEntriesOfItsDirectory) {
  Platform platform = kPlatform;
  platform.release = Release::k2_14;
  auto boot = [&] { return EvaluateBoot(files, platform); };
  files.files["/loader/entries/a.conf"] = "title A\nlinux /boot/k1\noptions root=x\ninitrd /boot/i\n";
  Config("blscfg\n");
  ASSERT_TRUE(boot().kernel);
  EXPECT_EQ(boot().entry, (EntryName{"A", "a", "0"}));
  EXPECT_EQ(boot().kernel->where, "/loader/entries/a.conf:2");
  EXPECT_EQ(boot().kernel->initrds.size(), 1u);
  Config("blscfg --path /none\n");
  EXPECT_FALSE(boot().kernel);
  Config("blscfg --path /none --enable-fallback\n");
  EXPECT_TRUE(boot().kernel);
  Config("set root=hd9\nblscfg\nmenuentry a { linux (hd0,gpt2)/boot/k1 $?; }\n");
  EXPECT_TRUE(boot().kernel);
}

TEST_F(EvaluateTest, WhatBlscfgLeavesToChanceIsRefused) {
  Platform platform = kPlatform;
  platform.release = Release::k2_14;
  auto error = [&] { return ErrorOf([&] { EvaluateBoot(files, platform); }); };
  files.files["/loader/entries/a-1.conf"] = "linux /boot/k1\n";
  Config("blscfg --path /loader/entries/a-1.conf\n");
  EXPECT_NE(error().find("name its directory"), std::string::npos);
  Config("blscfg --path '(hd0,gpt2)loader'\n");
  EXPECT_NE(error().find("add a slash"), std::string::npos);
  Config("blscfg --path '(hd1,gpt1)/'\n");
  EXPECT_NE(error().find("not mounted"), std::string::npos);
  Config("blscfg\n");
  EXPECT_EQ(error(), "");
  files.files["/loader/entries/a-01.conf"] = "linux /boot/k1\n";
  EXPECT_NE(error().find("rename one of them"), std::string::npos);
}

TEST_F(EvaluateTest, ADeviceTreeIsKeptWhichIsSaid) {
  files.files["/boot/dtb"] = "tree";
  Config("set timeout=0\nmenuentry a { devicetree /boot/dtb; linux /boot/k1; }\n");
  BootEvaluation boot = Boot();
  EXPECT_TRUE(boot.kernel);
  ASSERT_EQ(boot.warnings.size(), 1u);
  EXPECT_EQ(boot.warnings[0], "devicetree /boot/dtb: a kexec keeps the device tree of the running kernel");
}

TEST_F(EvaluateTest, TheMenuOfAStubIsThatOfTheFileItLeadsTo) {
  files.files["/boot/grub/inner.cfg"] =
      "menuentry one --id a { linux /boot/k1; }\nmenuentry two --id b { linux /boot/k2; }\nset default=1\n";
  Config("set x=1\nconfigfile $prefix/inner.cfg\n");
  MenuTree menu = EvaluateMenu(files, kPlatform);
  ASSERT_EQ(menu.entries.size(), 2u);
  EXPECT_EQ(menu.entries[1].name, (EntryName{"two", "b", "1"}));
  EXPECT_TRUE(menu.entries[0].kernel);
  EXPECT_EQ(menu.default_path, "1");
  EXPECT_EQ(EvaluateBoot(files, kPlatform, "0").kernel->kernel.word, "/boot/k1");
}

TEST_F(EvaluateTest, GrubenvIsChangedInTheAnswerOnly) {
  Block("next_entry=1\n");
  Config("load_env\nset next_entry=\nsave_env next_entry\nmenuentry a { linux /boot/k1; }\n");
  std::string before = files.files["/boot/grub/grubenv"];
  BootEvaluation boot = Boot();
  ASSERT_EQ(boot.changed_blocks.size(), 1u);
  const auto& [path, block] = *boot.changed_blocks.begin();
  EXPECT_EQ(path, (FilePath{FakeFiles::kDevice, "/boot/grub/grubenv"}));
  EXPECT_EQ(block.text().size(), before.size());
  EXPECT_NE(block.text(), before);
  EXPECT_EQ(files.files["/boot/grub/grubenv"], before);
}

TEST_F(EvaluateTest, WhereGrubCannotWriteNothingIsChanged) {
  Block("next_entry=1\n");
  files.writable = false;
  Config("set next_entry=\nsave_env next_entry\nmenuentry a { linux /boot/k1; }\n");
  BootEvaluation boot = Boot();
  EXPECT_TRUE(boot.changed_blocks.empty());
  ASSERT_EQ(boot.problems.size(), 1u);
  EXPECT_EQ(boot.problems[0], "/boot/grub/grub.cfg:2: save_env: GRUB cannot write to (hd0,gpt2)");
}

TEST_F(EvaluateTest, ProblemsTellFileAndLineInsideBodiesAndOtherFilesToo) {
  files.files["/boot/grub/custom.cfg"] = "\n\nnosuch\n";
  Config("# one\nsource $prefix/custom.cfg\nmenuentry a {\n# dropped\n\n  initrd /boot/i\n  linux /boot/k1\n}\n");
  EXPECT_EQ(Boot().problems, (std::vector<std::string>{"/boot/grub/custom.cfg:3: can't find command `nosuch'",
                                                       "/boot/grub/grub.cfg:6: you need to load the kernel first"}));
}

TEST_F(EvaluateTest, WhatCannotBeKnownBeforehandIsAnError) {
  for (const char* command :
       {"read x", "probe -u $root", "loopback l /boot/i", "date", "smbios -t 1", "if cmostest 0x51:7; then x=1; fi",
        "if nosuch; then x=1; fi", "while nosuch; do x=1; done", "if ! nosuch; then x=1; fi", "nosuch\nx=$?",
        "search --set=x --newer-option -u root", "load_env -f (hd0,gpt2)512+1", "verify_detached /boot/i /boot/i"}) {
    Config(std::string(command) + "\nmenuentry a { linux /boot/k1; }\n");
    EXPECT_EQ(ErrorOf([&] { Boot(); }).substr(0, 20), "/boot/grub/grub.cfg:") << command;
  }
  Config("search -u --set=root other\nmenuentry a { linux /vmlinuz; }\n");
  EXPECT_EQ(ErrorOf([&] { Boot(); }), "(hd1,gpt1)/vmlinuz: not mounted");
  files.ordered = false;
  Config("menuentry a { linux /boot/k1 /boot/k*; }\n");
  EXPECT_NE(ErrorOf([&] { Boot(); }).find("a wildcard matches several files"), std::string::npos);
  Config("menuentry a { linux /boot/k1 /boot/i*; }\n");
  EXPECT_TRUE(Boot().kernel);
}

TEST_F(EvaluateTest, APasswordIsNotPassedBy) {
  Config("set superusers=me\nmenuentry a { linux /boot/k1; }\n");
  EXPECT_NE(ErrorOf([&] { Boot(); }).find("/boot/grub/grub.cfg:2: menu entry 'a': GRUB asks for a password"),
            std::string::npos);
  Config("set superusers=me\nmenuentry --unrestricted a { linux /boot/k1; }\n");
  EXPECT_TRUE(Boot().kernel);
}

TEST_F(EvaluateTest, ScriptsWithoutAnEndAndWithoutMeasureAreErrors) {
  const char* steps = "does not come to an end";
  std::string large = "# GRUB Environment Block\n";
  for (int i = 0; i < 4000; ++i) large += "v" + std::to_string(i) + "=1\n";
  files.files["/boot/large"] = large;
  const char* memory = "needs too much memory";
  for (auto [script, reason] :
       {std::pair{"while true; do true; done", steps},
        {"x=aaaaaaaaaaaaaaaa; while true; do x=$x$x; done", memory},
        {"while true; do load_env --file /boot/large; done", "within 3 s"},
        {"x=aaaaaaaaaaaaaaaa; while true; do menuentry $x$x$x$x$x$x$x$x { a; }; x=$x$x; done", memory}}) {
    Config(std::string(script) + "\n");
    std::string error = ErrorOf([&] { Boot(); });  // on a slow machine time may come first
    EXPECT_TRUE(error.find(reason) != std::string::npos || error.find("within 3 s") != std::string::npos) << script;
  }
  std::string functions;
  for (int i = 0; i < 2000; ++i)
    functions +=
        "function f" + std::to_string(i) + " {\n" + std::string(20000, 'x') + " " + std::string(20000, 'y') + "\n}\n";
  Config(functions);
  EXPECT_NE(ErrorOf([&] { Boot(); }), "") << "memory or, on a slow machine, time";
  std::string deep;
  for (int i = 0; i < 1000; ++i) deep += "if true; then ";
  Config(deep);
  EXPECT_NE(ErrorOf([&] { Boot(); }).find("nested deeper than"), std::string::npos);
}

TEST_F(EvaluateTest, WithoutATimeoutSomebodyHasToPressAKey) {
  Config("menuentry a { linux /boot/k1; }\n");
  EXPECT_EQ(Boot().warnings.size(), 1u);
  Config("set timeout=-1\nmenuentry a { linux /boot/k1; }\n");
  EXPECT_EQ(Boot().warnings.size(), 1u);
  Config("set timeout=0\nmenuentry a { linux /boot/k1; }\n");
  EXPECT_TRUE(Boot().warnings.empty());
}

TEST_F(EvaluateTest, TheWholeMenuEveryEntryTriedOnItsOwn) {
  Config(
      "set default='more>b'\nx=1\nmenuentry one { linux /boot/k1 $x; x=2; }\nsubmenu more {\n"
      "  menuentry two --id b { linux /boot/k2 $x; }\n  menuentry three { linux /none; }\n}\nmenuentry w { chainloader "
      "+1; }\n");
  MenuTree menu = EvaluateMenu(files, kPlatform);
  EXPECT_EQ(menu.default_path, "1>0");
  ASSERT_EQ(menu.entries.size(), 3u);
  EXPECT_EQ(menu.entries[0].kernel->arguments, std::vector<std::string>{"1"});
  ASSERT_EQ(menu.entries[1].entries.size(), 2u);
  EXPECT_TRUE(menu.entries[1].submenu);
  EXPECT_TRUE(menu.entries[1].entries[0].kernel->arguments.empty()) << "x is not exported";
  EXPECT_EQ(menu.entries[1].entries[1].problem, "/boot/grub/grub.cfg:6: linux /none: no such file");
  EXPECT_EQ(menu.entries[2].problem, "menu entry 'w' does not boot Linux: chainloader +1");
}

TEST_F(EvaluateTest, EntriesAreFoundByPathIdTitleAndNames) {
  auto entries = EvaluateMenu(files, kPlatform).entries;
  for (const char* wanted : {"1>0", "b", "two", "more>two", "more>b"})
    EXPECT_EQ(FindEntryPath(entries, wanted), "1>0") << wanted;
  EXPECT_EQ(FindEntryPath(entries, "0"), "0");
  EXPECT_NE(ErrorOf([&] { FindEntryPath(entries, "more"); }).find("is a submenu"), std::string::npos);
  for (const char* wanted : {"2", "1>1", "three", "a>two", ""})
    EXPECT_NE(ErrorOf([&] { FindEntryPath(entries, wanted); }).find("there is none"), std::string::npos) << wanted;
}

TEST_F(EvaluateTest, AMenuThatIsNotThere) {
  files.files.clear();
  EXPECT_EQ(ErrorOf([&] { Boot(); }), "/boot/grub/grub.cfg: no such file: update-grub writes it");
  EXPECT_EQ(ErrorOf([&] { EvaluateMenu(files, kPlatform); }),
            "/boot/grub/grub.cfg: no such file: update-grub writes it");
}

}  // namespace
}  // namespace kexec_helper::grub
