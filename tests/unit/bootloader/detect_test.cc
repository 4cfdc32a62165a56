#include "bootloader/detect.h"

#include <gtest/gtest.h>

#include "bootloader/commit.h"
#include "sys/efi_variable.h"
#include "sys/error.h"
#include "temporary_root.h"

namespace kexec_helper {
namespace {

class DetectTest : public testing::Test {
 protected:
  void SetLoaderVariable(const std::string& name, const std::string& text) {
    std::string bytes({"\x06\0\0\0", 4});
    for (char c : text) bytes += {c, '\0'};
    machine.Write(EfiVariablePath(name + kEfiLoader), bytes);
  }
  void SetLoaderInfo(const std::string& text) { SetLoaderVariable("LoaderInfo", text); }
  void ExpectDoubt(const std::string& words) const {
    auto loader = DetectBootLoader(machine.root(), {}, "x86_64");
    NextBoot next = loader ? loader->FindNextBoot(std::nullopt) : NextBoot();
    EXPECT_EQ(next.result, BootResult::kUnknown);
    EXPECT_NE(next.problem.find(words), std::string::npos) << next.problem;
  }
  std::string Found() const {
    auto loader = DetectBootLoader(machine.root(), {}, "x86_64");
    return loader ? loader->Name() : "none";
  }

  TemporaryRoot machine;
};

TEST_F(DetectTest, OfATreeWithoutSysfsByTheConfigurationThatIsThere) {
  machine.Delete("/sys");
  EXPECT_EQ(Found(), "none");
  for (const char* directory :
       {"/efi/loader/entries", "/boot/loader/entries", "/boot/efi/EFI/Linux", "/etc/kernel/proxmox-boot-uuids"}) {
    machine.MakeDirectory(directory);
    EXPECT_EQ(Found(), "systemd-boot") << directory;
    machine.Delete(directory);
  }
  machine.MakeDirectory("/efi/loader/entries");
  machine.Write("/boot/grub/grub.cfg", "");
  EXPECT_EQ(Found(), "GRUB") << "both";
}

TEST_F(DetectTest, TheOneThatBootedTheMachineComesFirst) {
  machine.Write("/boot/grub/grub.cfg", "");
  SetLoaderInfo("systemd-boot 257.13-1~deb13u1");
  EXPECT_EQ(Found(), "systemd-boot");
  machine.Delete("/boot/grub");
  SetLoaderInfo("GRUB 2.12");
  EXPECT_EQ(Found(), "GRUB");
}

TEST_F(DetectTest, AnotherOneThatSaysSoIsNotGuessed) {
  machine.Write("/boot/grub/grub.cfg", "");
  machine.MakeDirectory("/efi/loader/entries");
  SetLoaderInfo("rEFInd 0.14");
  ExpectDoubt("rEFInd 0.14, whose configuration is not read");
}

TEST_F(DetectTest, WhatGrubRebootAskedForIsNotSkippedForAnUnknownLoader) {
  SetLoaderInfo("rEFInd 0.14");
  auto request = [&] { return DetectBootLoader(machine.root(), {}, "x86_64")->OneShotRequest(); };
  EXPECT_EQ(request(), "");
  const std::string block = "# GRUB Environment Block\nnext_entry=1\n";
  machine.Write("/boot/grub/grubenv", block + std::string(1024 - block.size(), '#'));
  EXPECT_NE(request().find("grub-reboot has chosen entry 1"), std::string::npos);
}

TEST_F(DetectTest, AUnifiedImageThatTheFirmwareStartedItself) {
  machine.Write("/boot/grub/grub.cfg", "");
  machine.MakeDirectory("/efi/EFI/Linux");
  SetLoaderVariable("StubInfo", "systemd-stub 257");
  ExpectDoubt("systemd-stub 257");
  SetLoaderInfo("systemd-boot 257");
  EXPECT_EQ(Found(), "systemd-boot");
}

TEST_F(DetectTest, SystemdBootSaysThatItWasThere) {
  machine.MakeDirectory("/efi/loader/entries");
  machine.MakeDirectory("/sys/firmware/efi/efivars");
  ExpectDoubt("mount efivarfs");
  SetLoaderVariable("LoaderTimeExecUSec", "1");
  ExpectDoubt("did not boot this machine");
  machine.Delete("/sys/firmware");
  machine.MakeDirectory("/sys/kernel");
  EXPECT_EQ(Found(), "none") << "without UEFI there is no systemd-boot";
}

TEST_F(DetectTest, GrubOnTheEspsOfProxmoxHasItsOwnMenu) {
  machine.Write("/boot/grub/grub.cfg", "");
  machine.Write("/etc/kernel/proxmox-boot-uuids", "AAAA-1111\n");
  ExpectDoubt("proxmox-boot-tool");
  machine.Delete("/boot/grub");
  ExpectDoubt("proxmox-boot-tool");
  SetLoaderInfo("GRUB 2.12");
  ExpectDoubt("proxmox-boot-tool");
}

TEST_F(DetectTest, WhatCannotBeReadIsDoubt) {
  machine.Write("/boot/grub/grub.cfg", "");
  machine.Write(EfiVariablePath(std::string("LoaderInfo") + kEfiLoader), "xxxxx");
  ExpectDoubt("is not UTF-16 text");
  auto loader = DetectBootLoader(machine.root(), {}, "x86_64");
  EXPECT_THROW(loader->ReadMenu(), Error);
  EXPECT_THROW(loader->FindEntryPath("0"), Error);
}

TEST(CommitTest, AVariableIsDeletedAndWhatFailsIsAWarning) {
  TemporaryRoot machine;
  NextBoot boot;
  boot.changes = {OverwriteFile{"/none", "x"}, DeleteEfiVariable{"Once-1"}, DeleteEfiVariable{"Once-2"}};
  machine.Write(EfiVariablePath("Once-1"), "xxxx");
  std::vector<std::string> warnings;
  CommitChanges(machine.root(), boot, warnings);
  EXPECT_FALSE(machine.Has(EfiVariablePath("Once-1")));
  ASSERT_EQ(warnings.size(), 1u);
  EXPECT_NE(warnings[0].find("/none"), std::string::npos);
}

}  // namespace
}  // namespace kexec_helper
