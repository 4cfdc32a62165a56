#include "bootloader/bls/systemd_boot.h"

#include <gtest/gtest.h>

#include "bootloader/bls/scan.h"
#include "bootloader/commit.h"
#include "bootloader/take_back.h"
#include "error_of.h"
#include "sys/efi_variable.h"
#include "temporary_root.h"

namespace kexec_helper {
namespace {

using Strings = std::vector<std::string>;

constexpr const char* kMountinfo =
    "21 1 254:2 / / rw - ext4 /dev/vda2 rw\n"
    "30 21 254:1 / /efi rw - vfat /dev/vda1 rw\n";

// A machine of two Debian kernels, as kernel-install lays them out.
class SystemdBootTest : public testing::Test {
 protected:
  SystemdBootTest() {
    machine.Delete("/boot");
    machine.Write("/proc/self/mountinfo", kMountinfo);
    AddKernel("6.12.48");
    AddKernel("6.12.57");
  }

  void AddKernel(const std::string& version, const std::string& more = "") {
    std::string directory = "/m1/" + version;
    machine.Write("/efi" + directory + "/linux", FakeBzImage(version));
    machine.Write("/efi" + directory + "/initrd.img", FakeInitrd());
    AddEntry("m1-" + version, "title Debian\nsort-key debian\nversion " + version + "\nlinux " + directory +
                                  "/linux\ninitrd " + directory + "/initrd.img\noptions root=/dev/vda2 ro\n" + more);
  }

  void AddEntry(const std::string& name, const std::string& text) {
    machine.Write("/efi/loader/entries/" + name + ".conf", text);
  }

  void Set(const std::string& variable, const std::string& text) {
    std::string bytes({"\x07\0\0\0", 4});
    for (char c : text + '\0') bytes += {c, '\0'};
    machine.Write(EfiVariablePath(variable + kEfiLoader), bytes);
  }

  SystemdBoot Loader(const std::string& processor = "x86_64") const {
    return {machine.root(), ParseMountinfo(machine.Content("/proc/self/mountinfo")), processor};
  }
  NextBoot Next(const std::optional<std::string>& path = std::nullopt) const { return Loader().FindNextBoot(path); }
  std::string NextId() const {
    NextBoot boot = Next();
    return boot.entry ? boot.entry->id : boot.problem;
  }
  std::string Problem() const {
    NextBoot boot = Next();
    EXPECT_NE(boot.result, BootResult::kLinux);
    EXPECT_FALSE(boot.choice);
    return boot.problem;
  }
  void ExpectUnknown(const std::string& problem) const {
    NextBoot boot = Next();
    EXPECT_EQ(boot.result, BootResult::kUnknown);
    EXPECT_NE(boot.problem.find(problem), std::string::npos) << boot.problem;
    EXPECT_FALSE(boot.choice);
  }

  TemporaryRoot machine;
};

TEST_F(SystemdBootTest, EntriesThatCompareEqualAreDoubt) {
  AddEntry("debian", "linux /m1/6.12.48/linux\nsort-key a\n");
  EXPECT_EQ(NextId(), "debian.conf");
  AddEntry("debian_", "linux /m1/6.12.57/linux\nsort-key a\n");
  ExpectUnknown("as equal to it: rename one of them");
}

TEST_F(SystemdBootTest, APreferredEntryIsKnownFrom260On) {
  Set("LoaderEntryPreferred", "m1-6.12.48*");
  ExpectUnknown("preferred");
  Set("LoaderInfo", "systemd-boot 257.13-1~deb13u1");
  EXPECT_EQ(NextId(), "m1-6.12.57.conf");
  Set("LoaderInfo", "systemd-boot 260.1-1");
  EXPECT_EQ(NextId(), "m1-6.12.48.conf");
  Set("LoaderEntryPreferred", "@saved");
  ExpectUnknown("preferred");
}

TEST_F(SystemdBootTest, AnImageWithoutKernelIsAnEntryAllTheSame) {
  machine.Write("/efi/EFI/Linux/a.efi", FakeEfiProgram({{".osrel", "ID=arch\nNAME=Arch\n"}}));
  ExpectUnknown("/efi/EFI/Linux/a.efi: has no .linux section");
}

TEST_F(SystemdBootTest, WhatReleasesReadDifferentlyInLoaderConfIsDoubt) {
  machine.Write("/efi/loader/loader.conf", "default 'm1-6.12.48*'\n");
  ExpectUnknown("single quotes");
  EXPECT_EQ(Loader().ReadMenu().entries.size(), 2u) << "the menu is there all the same";
  EXPECT_EQ(Next("1").result, BootResult::kLinux);
}

TEST_F(SystemdBootTest, AnImagesQuotedNameMayPutItAnywhere) {
  machine.Write("/efi/EFI/Linux/a.efi", FakeUnifiedImage("x", "ID='z'\nNAME=Z\n"));
  ExpectUnknown("/efi/EFI/Linux/a.efi: its .osrel section has single quotes");
}

TEST_F(SystemdBootTest, AQuotedSortKeyMayPutAnEntryAnywhere) {
  for (const char* line : {"sort-key 'z'\n", "version '1'\n", "machine-id '1'\n"}) {
    AddEntry("last", std::string("sort-key z\nlinux /m1/6.12.48/linux\n") + line);
    ExpectUnknown("single quotes");
  }
}

TEST_F(SystemdBootTest, TheNewestKernelWithTheLineOfTheBootLoader) {
  NextBoot boot = Next();
  EXPECT_EQ(boot.problem, "");
  ASSERT_EQ(boot.result, BootResult::kLinux);
  EXPECT_EQ(boot.why, "the first entry");
  EXPECT_EQ(*boot.entry, (EntryName{"Debian (6.12.57)", "m1-6.12.57.conf", "0"}));
  EXPECT_EQ(boot.choice->kernel, "/efi/m1/6.12.57/linux");
  EXPECT_EQ(boot.choice->initrds, Strings{"/efi/m1/6.12.57/initrd.img"});
  EXPECT_EQ(boot.choice->command_line, "initrd=\\m1\\6.12.57\\initrd.img root=/dev/vda2 ro");
  EXPECT_FALSE(boot.choice->section_command_line.has_value());
  EXPECT_EQ(boot.words->arguments, "root=/dev/vda2 ro");
  EXPECT_EQ(boot.words->kernel, "/m1/6.12.57/linux");
  EXPECT_EQ(boot.files, Strings{"/efi/loader/entries/m1-6.12.57.conf"});
  EXPECT_TRUE(boot.changes.empty());
}

TEST_F(SystemdBootTest, EveryInitrdIsNamedOnTheCommandLine) {
  machine.Write("/efi/ucode.img", FakeInitrd());
  machine.Write("/efi/empty.img", "");
  AddEntry(
      "z",
      "sort-key a\nlinux //m1/6.12.57//linux\ninitrd ucode.img\ninitrd empty.img\ninitrd /m1/6.12.57/initrd.img\n");
  NextBoot boot = Next();
  EXPECT_EQ(boot.choice->command_line, "initrd=ucode.img initrd=empty.img initrd=\\m1\\6.12.57\\initrd.img");
  EXPECT_EQ(boot.choice->initrds, (Strings{"/efi/ucode.img", "/efi/m1/6.12.57/initrd.img"})) << "without empty ones";
  AddEntry("z", "sort-key a\nlinux /m1/6.12.57/linux\noptions a\noptions b\n");
  EXPECT_EQ(Next().choice->command_line, "a b");
}

TEST_F(SystemdBootTest, TheMenuShowsAllOfThem) {
  AddEntry("broken", "title Broken\nlinux /m1/6.12.48/linux\ninitrd /none\n");
  AddEntry("memtest", "title Memory test\nefi /memtest.efi\n");
  machine.Write("/efi/memtest.efi", "MZ");
  Menu menu = Loader().ReadMenu();
  ASSERT_EQ(menu.entries.size(), 4u);
  EXPECT_EQ(menu.default_path, "0");
  EXPECT_EQ(menu.entries[1].name.title, "Debian (6.12.48)");
  EXPECT_EQ(menu.entries[1].words->command_line, "initrd=\\m1\\6.12.48\\initrd.img root=/dev/vda2 ro");
  EXPECT_EQ(menu.entries[2].name.id, "memtest.conf");
  EXPECT_FALSE(menu.entries[2].words);
  EXPECT_NE(menu.entries[2].problem.find("is an EFI program"), std::string::npos);
  EXPECT_NE(menu.entries[3].problem.find("initrd /none: no such file"), std::string::npos);
}

TEST_F(SystemdBootTest, EntriesForOtherMachinesOrWithoutKernelAreHidden) {
  AddEntry("arm", "sort-key a\narchitecture aa64\nlinux /m1/6.12.57/linux\n");
  AddEntry("gone", "sort-key a\nlinux /none\n");
  AddEntry("nothing", "sort-key a\ntitle Nothing\n");
  AddEntry("auto-x", "sort-key a\nlinux /m1/6.12.57/linux\n");
  machine.Write("/efi/loader/entries/.hidden.conf", "sort-key a\nlinux /m1/6.12.57/linux\n");
  machine.MakeDirectory("/efi/loader/entries/directory.conf");
  EXPECT_EQ(NextId(), "m1-6.12.57.conf");
  EXPECT_EQ(Loader().ReadMenu().entries.size(), 2u);
  EXPECT_EQ(Next().notes.size(), 2u);
  AddEntry("x64", "sort-key a\narchitecture X64\nlinux /m1/6.12.57/linux\n");
  EXPECT_EQ(NextId(), "x64.conf");
  EXPECT_EQ(Loader("aarch64").FindNextBoot(std::nullopt).entry->id, "arm.conf");
}

TEST_F(SystemdBootTest, TheFileOfDefaults) {
  machine.Write("/efi/loader/loader.conf", "timeout 3\ndefault m1-6.12.48*\n");
  NextBoot boot = Next();
  EXPECT_EQ(boot.entry->id, "m1-6.12.48.conf");
  EXPECT_EQ(boot.entry->path, "1");
  EXPECT_EQ(boot.why, "loader.conf: default");
  EXPECT_EQ(boot.files, (Strings{"/efi/loader/loader.conf", "/efi/loader/entries/m1-6.12.48.conf"}));
}

TEST_F(SystemdBootTest, AOneShotIsUsedUpByItsBoot) {
  Set("LoaderEntryOneShot", "M1-6.12.48.conf");
  NextBoot boot = Next();
  EXPECT_EQ(boot.entry->id, "m1-6.12.48.conf");
  ASSERT_EQ(boot.changes.size(), 1u);
  EXPECT_EQ(std::get<DeleteEfiVariable>(boot.changes[0]).name,
            "LoaderEntryOneShot-4a67b082-0a4c-41cf-b6c7-440b29bb8c4f");
  EXPECT_EQ(Loader().OneShotRequest(),
            "the EFI variable LoaderEntryOneShot: entry M1-6.12.48.conf was chosen for the next boot (bootctl "
            "set-oneshot '' takes it back)");
  Set("LoaderEntryOneShot", "gone.conf");
  EXPECT_EQ(NextId(), "m1-6.12.57.conf");
  EXPECT_EQ(Next().changes.size(), 1u) << "the boot loader deletes it whatever it says";
}

TEST_F(SystemdBootTest, ItIsAskedForAnEntryByTheVariableOfOneBoot) {
  OneTimeRequest request = Loader().AskOnce("1", {});
  EXPECT_EQ(request.place,
            (RequestPlace{"LoaderEntryOneShot-4a67b082-0a4c-41cf-b6c7-440b29bb8c4f", "m1-6.12.48.conf"}));
  machine.MakeDirectory(kEfiVariables);
  MakeChange(machine.root(), request.change);
  EXPECT_EQ(NextId(), "m1-6.12.48.conf");
  EXPECT_FALSE(TakeBack(machine.root(), {request.place.place, "another.conf"}));
  EXPECT_EQ(NextId(), "m1-6.12.48.conf");
  EXPECT_TRUE(TakeBack(machine.root(), request.place));
  EXPECT_EQ(NextId(), "m1-6.12.57.conf");
  EXPECT_FALSE(TakeBack(machine.root(), request.place)) << "used up";
}

TEST_F(SystemdBootTest, AVariableOfOddLengthIsDoubt) {
  machine.Write(EfiVariablePath(std::string("LoaderEntryDefault") + kEfiLoader), {"\x07\0\0\0a\0b", 7});
  ExpectUnknown("LoaderEntryDefault-4a67b082-0a4c-41cf-b6c7-440b29bb8c4f: is not UTF-16 text (3 bytes)");
}

TEST_F(SystemdBootTest, AnEntryByItsPath) {
  EXPECT_EQ(Next("1").entry->id, "m1-6.12.48.conf");
  EXPECT_EQ(Next("1").result, BootResult::kLinux);
  EXPECT_EQ(Next("2").problem, "menu entry \"2\": there is none with that path: kexec-helper list");
  for (const char* wanted : {"1", "m1-6.12.48.conf", "M1-6.12.48.CONF", "Debian (6.12.48)"})
    EXPECT_EQ(Loader().FindEntryPath(wanted), "1");
  EXPECT_NE(ErrorOf([&] { Loader().FindEntryPath("Debian"); }), "");
}

TEST_F(SystemdBootTest, CountedEntriesAreLeftToTheBootLoader) {
  AddEntry("m1-6.13+3", "sort-key a\nlinux /m1/6.12.57/linux\n");
  ExpectUnknown("m1-6.13+3.conf: boots of this entry are counted (3 left)");
  machine.Write("/efi/loader/loader.conf", "default m1-6.12*\n");
  EXPECT_EQ(Next().result, BootResult::kLinux) << "another one";
}

TEST_F(SystemdBootTest, WhatOnlyTheBootLoaderCanDoIsDoubt) {
  machine.Write("/efi/loader/loader.conf", "default @saved\n");
  ExpectUnknown("m1-6.12.57.conf: booting it would make it the saved entry");
  Set("LoaderEntryLastBooted", "m1-6.12.57.conf");
  EXPECT_EQ(Next().result, BootResult::kLinux);
  AddKernel("6.12.57", "devicetree /x.dtb\n");
  ExpectUnknown("m1-6.12.57.conf: key devicetree");
}

TEST_F(SystemdBootTest, StringsOfTheFirmwareAreDoubt) {
  machine.Write("/sys/firmware/dmi/entries/11-0/raw",
                std::string("x\0io.systemd.boot.kernel-cmdline-extra=quiet\0", 44));
  ExpectUnknown("the machine's firmware has io.systemd.boot.kernel-cmdline-extra");
}

TEST_F(SystemdBootTest, OtherProgramsAreAnotherSystem) {
  Set("LoaderEntryDefault", "auto-windows");
  EXPECT_EQ(Next().result, BootResult::kOtherSystem);
  EXPECT_EQ(Problem(), "EFI variable LoaderEntryDefault: boots auto-windows, which is not Linux");
  Set("LoaderEntryDefault", "shell.conf");
  machine.Write("/efi/shell.efi", "MZ");
  AddEntry("shell", "efi /shell.efi\n");
  EXPECT_EQ(Next().result, BootResult::kOtherSystem);
}

TEST_F(SystemdBootTest, AnEmptyMenuBootsNothing) {
  machine.Delete("/efi/loader/entries");
  EXPECT_EQ(Next().result, BootResult::kNothing);
  EXPECT_EQ(Loader().ReadMenu().default_problem, "systemd-boot: has no entry that boots: install a kernel");
}

TEST_F(SystemdBootTest, AnEntryThatCannotBeReadMayBeAnyEntry) {
  AddEntry("huge", "linux " + std::string(1 << 20, 'x'));
  ExpectUnknown("/efi/loader/entries/huge.conf: larger than 1048576 bytes");
  EXPECT_EQ(Loader().ReadMenu().entries.size(), 3u);
}

TEST_F(SystemdBootTest, NamesInAnyCase) {
  AddEntry("Upper", "sort-key a\nlinux /M1/6.12.57/LINUX\n");
  EXPECT_EQ(Next().choice->kernel, "/efi/m1/6.12.57/linux");
  machine.Write("/efi/m1/6.12.57/Linux", "other");
  ExpectUnknown("differ in case alone");
}

TEST_F(SystemdBootTest, NoWayLeadsOutOfThePartition) {
  machine.Write("/secret", FakeBzImage());
  machine.Link("/secret", "/efi/link");
  AddEntry("l", "sort-key a\nlinux /link\n");
  ExpectUnknown("/efi/link: is a symbolic link");
  AddEntry("l", "sort-key a\nlinux /../secret\n");
  ExpectUnknown("leads through \"..\"");
  machine.Delete("/efi/loader/entries/l.conf");
  machine.Link("/secret", "/efi/loader/entries/l.conf");
  ExpectUnknown("/efi/loader/entries/l.conf: is a symbolic link");
}

TEST_F(SystemdBootTest, AMillionBytesOfOptionsAreReadAndRefusedLater) {
  AddEntry("long", "sort-key a\nlinux /m1/6.12.57/linux\noptions " + std::string(1000000, 'x'));
  EXPECT_EQ(Next().choice->command_line.size(), 1000000u);
}

TEST_F(SystemdBootTest, MoreFilesThanTheBootLoaderCanHaveEntries) {
  auto scan = [&](size_t max_entries) {
    return ErrorOf([&] {
      bls::ScanPartitions(machine.root(), {bls::Partition(machine.root(), "/efi")}, {"x64", 0, max_entries});
    });
  };
  EXPECT_EQ(scan(2), "");
  EXPECT_EQ(scan(1), "/efi/loader/entries: more than 1 files, which systemd-boot cannot have as entries: remove some");
}

TEST_F(SystemdBootTest, WithoutTheEspNothingIsKnown) {
  machine.Write("/proc/self/mountinfo", "21 1 254:2 / / rw - ext4 /dev/vda2 rw\n");
  ExpectUnknown("EFI system partition: none is mounted at /efi, /boot or /boot/efi");
  EXPECT_NE(ErrorOf([&] { Loader().ReadMenu(); }), "");
  machine.Write("/proc/self/mountinfo", "21 1 254:2 / / rw - ext4 /dev/vda2 rw\n30 21 254:1 / /efi rw - ext4 x rw\n");
  ExpectUnknown("none is mounted");
}

constexpr const char* kUnified = "/efi/EFI/Linux/debian-6.13.efi";

TEST_F(SystemdBootTest, AUnifiedImageIsOneFile) {
  machine.Write(kUnified, FakeUnifiedImage("root=/dev/vda2 ro quiet\n", "ID=arch\nNAME=Arch\nVERSION_ID=1"));
  NextBoot boot = Next();
  EXPECT_EQ(boot.problem, "");
  ASSERT_EQ(boot.result, BootResult::kLinux);
  EXPECT_EQ(*boot.entry, (EntryName{"Arch", "debian-6.13.efi", "0"}));
  EXPECT_EQ(boot.choice->kernel, kUnified);
  EXPECT_EQ(boot.choice->initrds, Strings{});
  EXPECT_EQ(boot.choice->command_line, "root=/dev/vda2 ro quiet");
  EXPECT_TRUE(boot.choice->section_command_line.has_value());
  EXPECT_EQ(boot.words->kernel, "/EFI/Linux/debian-6.13.efi");
}

TEST_F(SystemdBootTest, OtherFilesAmongTheImagesAreNotEntries) {
  machine.Write("/efi/EFI/Linux/empty.efi", "");
  machine.Write("/efi/EFI/Linux/program.efi", FakeEfiProgram({{".text", "x"}}));
  machine.Write("/efi/EFI/Linux/nameless.efi", FakeUnifiedImage("x", "VERSION_ID=1"));
  machine.Write("/efi/EFI/Linux/text.txt", "x");
  EXPECT_EQ(NextId(), "m1-6.12.57.conf");
  EXPECT_EQ(Next().notes.size(), 3u);
}

TEST_F(SystemdBootTest, ADamagedImageMayBeAnyEntry) {
  std::string image = FakeUnifiedImage();
  machine.Write(kUnified, image.substr(0, image.size() - 600));
  ExpectUnknown("debian-6.13.efi: truncated");
}

TEST_F(SystemdBootTest, WhatIsNextToAnImageAddsToIt) {
  machine.Write(kUnified, FakeUnifiedImage("x", "ID=arch"));
  for (const char* file : {"/efi/EFI/Linux/debian-6.13.efi.extra.d/quiet.addon.efi",
                           "/efi/EFI/Linux/debian-6.13.efi.extra.d/password.cred", "/efi/loader/addons/a.addon.efi",
                           "/efi/loader/credentials/x.cred"}) {
    machine.Write(file, "");
    ExpectUnknown(std::string(file) + ": adds to what");
    machine.Delete(file);
  }
  EXPECT_EQ(Next().result, BootResult::kLinux);
  machine.Write("/efi/loader/addons/a.addon.efi", "");
  machine.Write("/efi/loader/loader.conf", "default m1*");
  EXPECT_EQ(Next().result, BootResult::kLinux) << "other entries have none";
}

TEST_F(SystemdBootTest, OnlyTheFirstProfileCanBeBooted) {
  machine.Write(kUnified, FakeEfiProgram({{".osrel", "ID=arch\nNAME=Arch"},
                                          {".linux", FakeBzImage()},
                                          {".profile", "ID=main"},
                                          {".cmdline", "main"},
                                          {".profile", "ID=Reset\nTITLE=Factory reset"},
                                          {".cmdline", "reset"}}));
  EXPECT_EQ(Next().choice->command_line, "main");
  Menu menu = Loader().ReadMenu();
  EXPECT_EQ(menu.entries[1].name, (EntryName{"Arch (Factory reset)", "debian-6.13.efi@reset", "1"}));
  Set("LoaderEntryDefault", "debian-6.13.efi@reset");
  ExpectUnknown("only the boot loader can choose another profile");
}

TEST_F(SystemdBootTest, AnEntryFileMayNameAUnifiedImage) {
  machine.Write("/efi/u.efi", FakeUnifiedImage("root=/dev/vda2"));
  for (const char* key : {"linux", "efi", "uki"}) {
    AddEntry("u", "sort-key a\n" + std::string(key) + " /u.efi\n");
    NextBoot boot = Next();
    EXPECT_EQ(boot.problem, "") << key;
    EXPECT_EQ(boot.choice->kernel, "/efi/u.efi");
    EXPECT_EQ(boot.choice->command_line, "root=/dev/vda2");
    EXPECT_TRUE(boot.choice->section_command_line.has_value());
  }
  AddEntry("u", "sort-key a\nlinux /u.efi\noptions quiet\n");
  ExpectUnknown("gives a unified kernel image options");
  AddEntry("u", "sort-key a\nuki /m1/6.12.57/linux\n");
  ExpectUnknown("is not a unified kernel image");
}

TEST_F(SystemdBootTest, ReleasesDifferInTheKeysTheyKnow) {
  machine.Write("/efi/u.efi", FakeUnifiedImage("x"));
  AddEntry("u", "sort-key a\nuki /u.efi\n");
  Set("LoaderInfo", "systemd-boot 257.13-1~deb13u1");
  EXPECT_EQ(NextId(), "m1-6.12.57.conf");
  Set("LoaderInfo", "systemd-boot 258.1-1");
  EXPECT_EQ(NextId(), "u.conf");
  AddEntry("u", "sort-key a\nlinux /m1/6.12.57/linux\nefi /u.efi\n");
  ExpectUnknown("has several of the keys");
}

// Disk vda: partition 1 is the ESP, 3 XBOOTLDR.
class PartitionsTest : public SystemdBootTest {
 protected:
  PartitionsTest() {
    AddPartition(1, "c12a7328-f81f-11d2-ba4b-00a0c93ec93b");
    AddPartition(2, "4f68bce3-e8cd-4db1-96e7-fbcaf984b709");
    Set("LoaderDevicePartUUID", "UUID-1");
  }

  void AddPartition(int number, const std::string& type) {
    std::string name = "vda" + std::to_string(number), device = "254:" + std::to_string(number);
    machine.Write("/sys/devices/vda/" + name + "/dev", device + "\n");
    machine.Write("/sys/devices/vda/" + name + "/partition", std::to_string(number) + "\n");
    if (!machine.Has("/sys/class/block/" + name)) machine.Link("../../devices/vda/" + name, "/sys/class/block/" + name);
    machine.Write("/run/udev/data/b" + device,
                  "E:ID_PART_ENTRY_TYPE=" + type + "\nE:ID_PART_ENTRY_UUID=uuid-" + std::to_string(number) + "\n");
  }

  void Mounts(const std::string& more) {
    machine.Write("/proc/self/mountinfo", "21 1 254:2 / / rw - ext4 /dev/vda2 rw\n" + more);
  }

  void Extended(const std::string& type = "vfat") {
    AddPartition(3, "bc13c2ff-59e6-4262-a352-b275fd6f7172");
    Mounts("30 21 254:1 / /efi rw - vfat /dev/vda1 rw\n31 21 254:3 / /boot rw - " + type + " /dev/vda3 rw\n");
    machine.Write("/boot/k/linux", FakeBzImage());
    machine.Write("/boot/loader/entries/k.conf", "sort-key a\nlinux /k/linux\noptions x\n");
  }
};

TEST_F(PartitionsTest, TheEspIsFoundWhereBootctlLooks) {
  EXPECT_EQ(NextId(), "m1-6.12.57.conf");
  for (const char* place : {"/boot", "/boot/efi"}) {
    machine.Delete(place);
    machine.MakeDirectory("/boot");
    boost::filesystem::rename(machine.Host("/efi"), machine.Host(place));
    Mounts(std::string("30 21 254:1 / ") + place + " rw - vfat /dev/vda1 rw\n");
    EXPECT_EQ(Next().choice->kernel, std::string(place) + "/m1/6.12.57/linux");
    boost::filesystem::rename(machine.Host(place), machine.Host("/efi"));
  }
}

TEST_F(PartitionsTest, AFatFileSystemOfAnotherTypeIsNotTheEsp) {
  AddPartition(1, "ebd0a0a2-b9e5-4433-87c0-68b6b72699c7");
  ExpectUnknown("none is mounted");
}

TEST_F(PartitionsTest, AnotherEspThanTheOneThatBootedIsDoubt) {
  Set("LoaderDevicePartUUID", "uuid-9");
  ExpectUnknown("/efi: is not the EFI system partition that the machine booted from (its UUID is uuid-1");
}

TEST_F(PartitionsTest, EntriesOfBothPartitionsAreOneMenu) {
  Extended();
  NextBoot boot = Next();
  EXPECT_EQ(boot.choice->kernel, "/boot/k/linux");
  EXPECT_EQ(boot.entry->path, "0");
  EXPECT_EQ(Loader().ReadMenu().entries.size(), 3u);
  machine.Write("/boot/loader/loader.conf", "default m1*");
  EXPECT_EQ(NextId(), "k.conf") << "loader.conf is the ESP's";
}

TEST_F(PartitionsTest, AnXbootldrPartitionOfAnotherDiskDoesNotCount) {
  machine.Write("/sys/devices/vdb/dev", "254:16\n");
  machine.Write("/sys/devices/vdb/vdb1/dev", "254:17\n");
  machine.Write("/sys/devices/vdb/vdb1/partition", "1\n");
  machine.Link("../../devices/vdb", "/sys/class/block/vdb");
  machine.Link("../../devices/vdb/vdb1", "/sys/class/block/vdb1");
  machine.Write("/run/udev/data/b254:17", "E:ID_PART_ENTRY_TYPE=bc13c2ff-59e6-4262-a352-b275fd6f7172\n");
  Mounts("30 21 254:1 / /efi rw - vfat /dev/vda1 rw\n31 21 254:17 / /boot rw - vfat /dev/vdb1 rw\n");
  machine.Write("/boot/k/linux", FakeBzImage());
  machine.Write("/boot/loader/entries/k.conf", "sort-key a\nlinux /k/linux\noptions x\n");
  EXPECT_EQ(NextId(), "m1-6.12.57.conf");
}

TEST_F(PartitionsTest, APathIsOfTheEntrysOwnPartition) {
  Extended();
  machine.Write("/boot/loader/entries/k.conf", "sort-key a\nlinux /m1/6.12.57/linux\n");
  EXPECT_EQ(NextId(), "m1-6.12.57.conf") << "the kernel is on the other one";
}

TEST_F(PartitionsTest, AnExtendedPartitionThatCannotBeSeenIsDoubt) {
  Extended();
  machine.Write("/proc/self/mountinfo", kMountinfo);
  ExpectUnknown("/dev/vda3: an XBOOTLDR partition that is not mounted at /boot");
  Extended("ext4");
  ExpectUnknown("/boot: is an XBOOTLDR partition of type ext4");
}

TEST_F(SystemdBootTest, WithoutTypesFatOnBootBesideTheEspIsExtended) {
  boost::filesystem::create_directories(machine.Host("/boot"));
  boost::filesystem::rename(machine.Host("/efi"), machine.Host("/boot/efi"));
  machine.Write(
      "/proc/self/mountinfo",
      "21 1 254:2 / / rw - ext4 x rw\n30 21 254:1 / /boot rw - vfat x rw\n31 30 254:3 / /boot/efi rw - vfat x "
      "rw\n");
  machine.Write("/boot/k", FakeBzImage());
  machine.Write("/boot/loader/entries/k.conf", "sort-key a\nlinux /k\n");
  EXPECT_EQ(NextId(), "k.conf");
  EXPECT_EQ(Next("1").choice->kernel, "/boot/efi/m1/6.12.57/linux");
}

}  // namespace
}  // namespace kexec_helper
