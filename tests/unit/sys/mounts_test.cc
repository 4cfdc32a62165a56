#include "sys/mounts.h"

#include <gtest/gtest.h>

#include "temporary_root.h"

namespace kexec_helper {
namespace {

constexpr const char* kFilesystems = "nodev\tsysfs\nnodev\ttmpfs\nnodev\tproc\nnodev\tzfs\n\text4\n\tvfat\n\tbtrfs\n";

std::vector<std::string> Points(const std::vector<Mount>& mounts) {
  std::vector<std::string> points;
  for (const Mount& mount : mounts) points.push_back(mount.mount_point);
  return points;
}

TEST(MountsTest, ParsesALine) {
  auto mounts =
      ParseMountinfo("36 35 98:0 /mnt1 /mnt2 rw,noatime master:1 shared:2 - ext3 /dev/root rw,errors=continue\n");
  ASSERT_EQ(mounts.size(), 1u);
  EXPECT_EQ(mounts[0].root, "/mnt1");
  EXPECT_EQ(mounts[0].mount_point, "/mnt2");
  EXPECT_EQ(mounts[0].type, "ext3");
  EXPECT_EQ(mounts[0].source, "/dev/root");
  EXPECT_FALSE(mounts[0].read_only);
}

TEST(MountsTest, TheNumberOfOptionalFieldsVaries) {
  auto mounts =
      ParseMountinfo("1 0 8:1 / /a rw - ext4 /dev/a rw\n2 0 8:2 / /b rw shared:1 master:2 x:3 - vfat /dev/b ro\n");
  ASSERT_EQ(mounts.size(), 2u);
  EXPECT_EQ(mounts[0].source, "/dev/a");
  EXPECT_EQ(mounts[1].type, "vfat");
}

TEST(MountsTest, SkipsLinesOfAnotherForm) {
  auto mounts =
      ParseMountinfo("\nnonsense\n1 0 8:1 / /a rw shared:1\n1 0 8:1 / /b rw - ext4\n2 0 8:2 / /c rw - ext4 x rw");
  EXPECT_EQ(Points(mounts), std::vector<std::string>{"/c"});
}

TEST(MountsTest, ReadOnlyIsThatOfTheFileSystemAndNotOfTheMount) {
  auto mounts = ParseMountinfo(
      "1 0 8:1 / /a ro - ext4 /dev/a rw\n"
      "2 0 8:2 / /b rw - ext4 /dev/b ro,relatime\n"
      "3 0 8:3 / /c rw - ext4 /dev/c rw,errors=remount-ro\n");
  ASSERT_EQ(mounts.size(), 3u);
  EXPECT_FALSE(mounts[0].read_only);
  EXPECT_TRUE(mounts[1].read_only);
  EXPECT_FALSE(mounts[2].read_only);
}

TEST(MountsTest, UndoesOctalEscapes) {
  auto mounts = ParseMountinfo("1 0 8:1 /a\\134b /mnt/my\\040disk\\011\\012\\134 rw - ext4 /dev/x\\040y rw\n");
  ASSERT_EQ(mounts.size(), 1u);
  EXPECT_EQ(mounts[0].root, "/a\\b");
  EXPECT_EQ(mounts[0].mount_point, "/mnt/my disk\t\n\\");
  EXPECT_EQ(mounts[0].source, "/dev/x y");
}

TEST(MountsTest, WhatIsNoEscapeStays) {
  auto mounts = ParseMountinfo("1 0 8:1 / /a\\9\\04 rw - ext4 x rw\n2 0 8:1 / /b\\040 rw - ext4 x rw\n");
  EXPECT_EQ(Points(mounts), (std::vector<std::string>{"/a\\9\\04", "/b "}));
}

TEST(MountsTest, ASeparateBootIsLeftOut) {
  auto mounts = ParseMountinfo("1 0 8:2 / / rw - ext4 x rw\n2 1 8:1 / /boot rw - ext4 y rw\n");
  EXPECT_EQ(PathOnFilesystem(mounts, "/boot/vmlinuz-6.1"), "/vmlinuz-6.1");
  EXPECT_EQ(PathOnFilesystem(mounts, "/boots/vmlinuz"), "/boots/vmlinuz");
  EXPECT_EQ(PathOnFilesystem(mounts, "/vmlinuz"), "/vmlinuz");
}

TEST(MountsTest, OneFileSystemKeepsThePath) {
  auto mounts = ParseMountinfo("1 0 8:2 / / rw - ext4 x rw\n");
  EXPECT_EQ(PathOnFilesystem(mounts, "/boot/vmlinuz-6.1"), "/boot/vmlinuz-6.1");
  EXPECT_EQ(PathOnFilesystem({}, "/boot/vmlinuz-6.1"), "/boot/vmlinuz-6.1");
}

TEST(MountsTest, ABtrfsSubvolumeIsPartOfTheName) {
  auto mounts = ParseMountinfo("1 0 0:20 /@rootfs / rw - btrfs /dev/vda2 rw,subvol=/@rootfs\n");
  EXPECT_EQ(PathOnFilesystem(mounts, "/boot/vmlinuz-6.1"), "/@rootfs/boot/vmlinuz-6.1");
}

TEST(MountsTest, ABindMountGivesTheNameOnItsFileSystem) {
  auto mounts = ParseMountinfo(
      "1 0 8:2 / / rw - ext4 x rw\n"
      "2 1 8:3 /images/boot /boot rw - ext4 y rw\n"
      "3 2 8:4 /one/vmlinuz /boot/vmlinuz rw - ext4 z rw\n");
  EXPECT_EQ(PathOnFilesystem(mounts, "/boot/vmlinuz-6.1"), "/images/boot/vmlinuz-6.1");
  EXPECT_EQ(PathOnFilesystem(mounts, "/boot/vmlinuz"), "/one/vmlinuz");
}

TEST(MountsTest, ALaterMountHidesAnEarlierOne) {
  auto mounts = ParseMountinfo(
      "1 0 8:2 / / rw - ext4 x rw\n"
      "2 1 8:3 /first /boot rw - ext4 y rw\n"
      "3 1 8:4 /second /boot rw - ext4 z rw\n");
  EXPECT_EQ(PathOnFilesystem(mounts, "/boot/k"), "/second/k");
}

TEST(MountsTest, WritableFilesystemsAreThoseThatKeepDataLastOneFirst) {
  auto mounts = ParseMountinfo(
      "1 0 8:2 / / rw - ext4 x rw\n"
      "2 1 0:1 / /proc rw - proc proc rw\n"
      "3 1 8:1 / /boot rw - ext4 y ro\n"
      "4 1 8:4 / /home ro - btrfs z rw\n"
      "5 1 0:9 / /tmp rw - tmpfs tmpfs rw\n"
      "6 1 0:8 / /tank rw - zfs tank rw\n");
  EXPECT_EQ(Points(WritableFilesystems(mounts, kFilesystems)), (std::vector<std::string>{"/tank", "/home", "/"}));
}

TEST(MountsTest, TheTableIsReadAgainAfterALookIntoAnAutomountPoint) {
  TemporaryRoot machine;
  const std::string root = "21 1 254:2 / / rw - ext4 /dev/vda2 rw\n";
  machine.Write("/proc/self/mountinfo", root + "30 21 0:40 / /boot rw - autofs systemd-1 rw\n");
  machine.MakeDirectory("/boot");
  auto mounts = ReadMounts(machine.root());
  ASSERT_EQ(mounts.size(), 2u);
  EXPECT_EQ(MountOf(mounts, "/boot/grub")->type, "autofs");
  machine.Write("/proc/self/mountinfo", root +
                                            "30 21 0:40 / /boot rw - autofs systemd-1 rw\n"
                                            "31 30 254:3 / /boot rw - ext4 /dev/vda3 rw\n");
  EXPECT_EQ(MountOf(ReadMounts(machine.root()), "/boot/grub")->type, "ext4");
}

TEST(MountsTest, AnAutomountPointThatCannotBeMountedStays) {
  TemporaryRoot machine;
  machine.Write("/proc/self/mountinfo", "30 21 0:40 / /efi rw - autofs systemd-1 rw\n");
  EXPECT_EQ(ReadMounts(machine.root()).size(), 1u);
}

// A user's sshfs keeps nothing on this machine's disks; NTFS by FUSE does.
TEST(MountsTest, OfFuseOnlyWhatLiesOnADeviceKeepsData) {
  auto mounts = ParseMountinfo(
      "1 0 0:50 / /home/me/far rw - fuse.sshfs far:/ rw\n"
      "2 0 8:1 / /windows rw - fuseblk /dev/sda1 rw\n"
      "3 0 0:51 / /odd rw - ext4.sshfs x rw\n");
  EXPECT_EQ(Points(WritableFilesystems(mounts, "nodev\tfuse\n\tfuseblk\n\text4\n")),
            (std::vector<std::string>{"/odd", "/windows"}));
}

}  // namespace
}  // namespace kexec_helper
