#include "bootloader/grub/menu/installed_release.h"

#include <gtest/gtest.h>

#include "error_of.h"
#include "temporary_root.h"

namespace kexec_helper::grub {
namespace {

TEST(InstalledReleaseTest, ByTheVersionOfThePackage) {
  EXPECT_EQ(ReleaseOfVersion("2.06-13+deb12u2"), Release::k2_06);
  EXPECT_EQ(ReleaseOfVersion("2.12-9+deb13u1"), Release::k2_12);
  EXPECT_EQ(ReleaseOfVersion("2.12~rc1-12ubuntu4"), Release::k2_12);
  EXPECT_EQ(ReleaseOfVersion("2.14-2"), Release::k2_14);
  EXPECT_EQ(ReleaseOfVersion("1:2.16"), Release::k2_14);
  EXPECT_EQ(ReleaseOfVersion("3.0"), Release::k2_14);
  EXPECT_EQ(ReleaseOfVersion(""), Release::k2_06);
}

TEST(InstalledReleaseTest, ByTheCommandsOfItsModules) {
  EXPECT_EQ(ReleaseOfCommands("*plainmount: plainmount\n*blscfg: blsuki\n*search: search\n"), Release::k2_14);
  EXPECT_EQ(ReleaseOfCommands("pop_env: loadenv\n*plainmount: plainmount\n"), Release::k2_12);
  EXPECT_EQ(ReleaseOfCommands("plainmount: plainmount\n"), Release::k2_12);
  EXPECT_EQ(ReleaseOfCommands("linux: linux\nnoplainmount: x\n"), Release::k2_06);
}

TEST(InstalledReleaseTest, ABlscfgThatIsNotGrubsOwnIsRefused) {
  EXPECT_NE(ErrorOf([] { ReleaseOfCommands("*blscfg: blscfg\n*plainmount: plainmount\n"); }).find("module blscfg"),
            std::string::npos);
}

TEST(InstalledReleaseTest, TheModulesOfThePlatformGoBeforeThePackage) {
  TemporaryRoot machine;
  EXPECT_EQ(InstalledRelease(machine.root()), Release::k2_06);
  machine.Write("/var/lib/dpkg/status",
                "Package: grub-common-x\nVersion: 2.06\n\nPackage: grub-common\nStatus: x\nVersion: 2.12-9\n\n");
  EXPECT_EQ(InstalledRelease(machine.root()), Release::k2_12);
  machine.Write("/boot/grub/i386-pc/command.lst", "*blscfg: blsuki\n");
  EXPECT_EQ(InstalledRelease(machine.root()), Release::k2_14);
  machine.MakeDirectory("/sys/firmware/efi");
  EXPECT_EQ(InstalledRelease(machine.root()), Release::k2_12) << "left over from a time with BIOS";
}

}  // namespace
}  // namespace kexec_helper::grub
