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
  void SetLoaderInfo(const std::string& text) {
    std::string bytes({"\x06\0\0\0", 4});
    for (char c : text) bytes += {c, '\0'};
    machine.Write(EfiVariablePath(std::string("LoaderInfo") + kEfiLoader), bytes);
  }
  std::string Found() const {
    auto loader = DetectBootLoader(machine.root(), {}, "x86_64");
    return loader ? loader->Name() : "none";
  }

  TemporaryRoot machine;
};

TEST_F(DetectTest, ByTheConfigurationThatIsThere) {
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
  machine.MakeDirectory("/efi/loader/entries");
  SetLoaderInfo("rEFInd 0.14");
  EXPECT_EQ(Found(), "systemd-boot") << "an unknown one says nothing";
}

TEST_F(DetectTest, WhatCannotBeReadIsDoubt) {
  machine.Write("/boot/grub/grub.cfg", "");
  machine.Write(EfiVariablePath(std::string("LoaderInfo") + kEfiLoader), "xxxxx");
  auto loader = DetectBootLoader(machine.root(), {}, "x86_64");
  NextBoot next = loader->FindNextBoot(std::nullopt);
  EXPECT_EQ(next.result, BootResult::kUnknown);
  EXPECT_NE(next.problem.find("LoaderInfo"), std::string::npos) << next.problem;
  EXPECT_NE(next.problem.find("is not UTF-16 text"), std::string::npos) << next.problem;
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
