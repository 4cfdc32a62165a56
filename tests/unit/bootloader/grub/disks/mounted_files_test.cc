#include "bootloader/grub/disks/mounted_files.h"

#include <gtest/gtest.h>

#include "error_of.h"
#include "temporary_root.h"

namespace kexec_helper::grub {
namespace {

// A machine with one GPT disk vda: root on vda2, nothing else mounted unless a test says so.
class MountedFilesTest : public ::testing::Test {
 protected:
  MountedFilesTest() {
    AddDisk("vda", "254:0");
    AddPartition("vda", 1, "254:1", "gpt", "AAAA-0001");
    AddPartition("vda", 2, "254:2", "gpt", "22222222-aaaa");
    AddPartition("vda", 3, "254:3", "gpt", "33333333-cccc");
    machine.Write("/boot/grub/grub.cfg", "");
    machine.Write("/boot/kernel", "root");
  }

  void AddDisk(const std::string& name, const std::string& number) {
    machine.Write("/sys/devices/" + name + "/dev", number + "\n");
    machine.Link("../../devices/" + name, "/sys/class/block/" + name);
  }

  void AddPartition(const std::string& disk, int number, const std::string& device, const std::string& scheme,
                    const std::string& uuid) {
    std::string name = disk + std::to_string(number);
    std::string directory = "/sys/devices/" + disk + "/" + name;
    machine.Write(directory + "/dev", device + "\n");
    machine.Write(directory + "/partition", std::to_string(number) + "\n");
    machine.Link("../../devices/" + disk + "/" + name, "/sys/class/block/" + name);
    machine.Write("/run/udev/data/b" + device, "E:ID_PART_ENTRY_SCHEME=" + scheme + "\nE:ID_FS_UUID_ENC=" + uuid +
                                                   "\nE:ID_FS_LABEL_ENC=l" + name + "\n");
  }

  void AddMapped(const std::string& name, const std::string& number, const std::string& dm_name,
                 const std::string& dm_uuid, const std::string& uuid) {
    machine.Write("/sys/class/block/" + name + "/dev", number + "\n");
    machine.Write("/sys/class/block/" + name + "/dm/name", dm_name + "\n");
    machine.Write("/sys/class/block/" + name + "/dm/uuid", dm_uuid + "\n");
    machine.Write("/run/udev/data/b" + number, "E:ID_FS_UUID_ENC=" + uuid + "\n");
  }

  MountedFiles Files(const std::string& mountinfo) const { return {machine.root(), ParseMountinfo(mountinfo)}; }

  TemporaryRoot machine;
  const std::string root_only = "21 1 254:2 / / rw - ext4 /dev/vda2 rw\n";
  const std::string separate_boot = root_only + "30 21 254:3 / /boot rw - ext4 /dev/vda3 rw\n";
};

TEST_F(MountedFilesTest, FilesOnTheRootFileSystem) {
  MountedFiles files = Files(root_only);
  EXPECT_EQ(files.Find("/boot/grub"), (FilePath{"hd0,gpt2", "/boot/grub"}));
  EXPECT_EQ(files.Locate("hd0,gpt2", "/boot/kernel"), "/boot/kernel");
  EXPECT_EQ(files.Locate("hd0,2", "/boot/kernel"), "/boot/kernel");
  EXPECT_EQ(files.Stat("hd0,gpt2", "/boot/kernel")->size, 4u);
  EXPECT_TRUE(files.Stat("hd0,gpt2", "/")->directory);
  EXPECT_EQ(files.Read("hd0,gpt2", "/boot/kernel", 100), "root");
  EXPECT_FALSE(files.Stat("hd0,gpt2", "/none"));
}

TEST_F(MountedFilesTest, ASeparateBootHasItsOwnDeviceAndShorterPaths) {
  MountedFiles files = Files(separate_boot);
  EXPECT_EQ(files.Find("/boot/grub"), (FilePath{"hd0,gpt3", "/grub"}));
  EXPECT_EQ(files.Locate("hd0,gpt3", "/kernel"), "/boot/kernel");
  EXPECT_EQ(files.DeviceByUuid("33333333-CCCC", {}), "hd0,gpt3");
}

TEST_F(MountedFilesTest, AFileHiddenByAnotherMountIsNotTakenForIt) {
  MountedFiles files = Files(separate_boot);
  std::string error = ErrorOf([&] { files.Stat("hd0,gpt2", "/boot/kernel"); });
  EXPECT_EQ(error, "(hd0,gpt2)/boot/kernel: hidden by what is mounted on /boot");
}

TEST_F(MountedFilesTest, ABindMountShowsWhatAnotherHides) {
  MountedFiles files = Files(separate_boot + "40 21 254:2 / /mnt/root rw - ext4 /dev/vda2 rw\n");
  machine.Write("/mnt/root/boot/kernel", "hidden");
  EXPECT_EQ(files.Locate("hd0,gpt2", "/boot/kernel"), "/mnt/root/boot/kernel");
}

TEST_F(MountedFilesTest, AFileSystemThatIsNotMountedIsNamed) {
  MountedFiles files = Files(root_only);
  EXPECT_EQ(files.DeviceByUuid("33333333-cccc", {}), "hd0,gpt3");
  std::string error = ErrorOf([&] { files.Stat("hd0,gpt3", "/kernel"); });
  EXPECT_EQ(error, "(hd0,gpt3)/kernel: its file system (UUID 33333333-cccc) is not mounted: mount it");
}

TEST_F(MountedFilesTest, UnknownDevicesAndPartitionsWithoutAFileSystemHoldNothing) {
  AddPartition("vda", 4, "254:4", "gpt", "");
  MountedFiles files = Files(root_only);
  for (const char* device :
       {"hd0", "hd0,gpt4", "hd0,gpt9", "hd0,msdos2", "hd1,gpt2", "hdx", "cd", "lvm/vg-root", "", "hd0,"})
    EXPECT_FALSE(files.Stat(device, "/boot/kernel")) << device;
  EXPECT_FALSE(files.DeviceByUuid("none", {}));
  EXPECT_FALSE(files.DeviceByUuid("", {}));
}

TEST_F(MountedFilesTest, LabelsAreComparedToTheLetter) {
  MountedFiles files = Files(root_only);
  EXPECT_EQ(files.DeviceByLabel("lvda2", {}), "hd0,gpt2");
  EXPECT_FALSE(files.DeviceByLabel("LVDA2", {}));
}

TEST_F(MountedFilesTest, ABtrfsSubvolumeIsPartOfThePath) {
  MountedFiles files =
      Files("21 1 0:33 /@ / rw - btrfs /dev/vda2 rw\n22 21 0:33 /@home /home rw - btrfs /dev/vda2 rw\n");
  machine.Write("/dev/vda2", "");
  EXPECT_EQ(files.Find("/boot/grub"), (FilePath{"hd0,gpt2", "/@/boot/grub"}));
  EXPECT_EQ(files.Locate("hd0,gpt2", "/@/boot/kernel"), "/boot/kernel");
  EXPECT_EQ(ErrorOf([&] { files.Stat("hd0,gpt2", "/boot/kernel"); }),
            "(hd0,gpt2)/boot/kernel: only another part of this file system is mounted");
  EXPECT_FALSE(files.Writable("hd0,gpt2"));
}

TEST_F(MountedFilesTest, LogicalVolumesByNameAndById) {
  AddMapped("dm-0", "253:0", "vg-root", "LVM-abcdef1234567890ABCDEF1234567890zyxwvu9876543210ZYXWVU9876543210",
            "44-44");
  MountedFiles files = Files("21 1 253:0 / / rw - ext4 /dev/mapper/vg-root rw\n");
  EXPECT_EQ(files.Find("/boot/grub"), (FilePath{"lvm/vg-root", "/boot/grub"}));
  EXPECT_EQ(files.DeviceByUuid("44-44", {}), "lvm/vg-root");
  const char* id = "lvmid/abcdef-1234-5678-90AB-CDEF-1234-567890/zyxwvu-9876-5432-10ZY-XWVU-9876-543210";
  EXPECT_EQ(files.Locate(id, "/boot/kernel"), "/boot/kernel");
  EXPECT_FALSE(files.Writable("lvm/vg-root"));
}

TEST_F(MountedFilesTest, EncryptedAndMirroredDevices) {
  AddMapped("dm-1", "253:1", "secret", "CRYPT-LUKS2-0123456789abcdef0123456789abcdef-secret", "55-55");
  machine.Write("/sys/class/block/md0/dev", "9:0\n");
  machine.Write("/run/udev/data/b9:0", "E:MD_UUID=aa:bb\nE:ID_FS_UUID_ENC=66-66\n");
  MountedFiles files =
      Files("21 1 253:1 / / rw - ext4 /dev/mapper/secret rw\n30 21 9:0 / /boot rw - ext4 /dev/md0 rw\n");
  EXPECT_EQ(files.DeviceByUuid("55-55", {}), "cryptouuid/0123456789abcdef0123456789abcdef");
  EXPECT_TRUE(files.Stat("cryptouuid/0123456789abcdef0123456789abcdef", "/"));
  EXPECT_EQ(files.Find("/boot/grub"), (FilePath{"md/0", "/grub"}));
  EXPECT_EQ(files.Locate("mduuid/aabb", "/kernel"), "/boot/kernel");
  EXPECT_FALSE(files.Writable("md/0"));
  EXPECT_TRUE(files.Writable("cryptouuid/0123456789abcdef0123456789abcdef"));
}

TEST_F(MountedFilesTest, TheSecondDiskIsHd1WhateverItsTable) {
  AddDisk("vdb", "254:16");
  AddPartition("vdb", 1, "254:17", "dos", "77-77");
  AddDisk("loop0", "7:0");
  AddDisk("sr0", "11:0");
  MountedFiles files = Files(root_only + "30 21 254:17 / /boot rw - ext4 /dev/vdb1 rw\n");
  EXPECT_EQ(files.Find("/boot/grub").device, "hd1,msdos1");
  EXPECT_EQ(files.Devices(), (std::vector<std::string>{"hd0,gpt2", "hd1,msdos1"}));
}

TEST_F(MountedFilesTest, LinksAreFollowedWithinTheFileSystemOnly) {
  machine.Link("kernel", "/boot/link");
  machine.Link("/boot/kernel", "/outside");
  machine.Link("nothing", "/boot/dangling");
  MountedFiles files = Files(separate_boot);
  EXPECT_EQ(files.Locate("hd0,gpt3", "/link"), "/boot/kernel");
  EXPECT_FALSE(files.Stat("hd0,gpt2", "/outside")) << "GRUB cannot leave the file system";
  EXPECT_FALSE(files.Stat("hd0,gpt3", "/dangling"));
  EXPECT_TRUE(files.Lstat("hd0,gpt3", "/dangling"));
}

TEST_F(MountedFilesTest, DirectoriesAreListedAndOnlyFatKeepsGrubsOrder) {
  MountedFiles files = Files(separate_boot);
  EXPECT_EQ(files.List("hd0,gpt3", "/grub").names, std::vector<std::string>{"grub.cfg"});
  EXPECT_FALSE(files.List("hd0,gpt3", "/grub").ordered);
  EXPECT_TRUE(files.List("hd0,gpt3", "/none").names.empty());
  EXPECT_TRUE(files.List("hd0,gpt3", "/kernel").names.empty());
  EXPECT_TRUE(Files(root_only + "30 21 254:1 / /boot rw - vfat /dev/vda1 rw\n").List("hd0,gpt1", "/grub").ordered);
}

TEST_F(MountedFilesTest, WhatGrubHasNoDeviceForIsRefused) {
  MountedFiles files = Files("21 1 0:24 / / rw - overlay overlay rw\n");
  EXPECT_EQ(
      ErrorOf([&] { files.Find("/boot/grub"); }),
      "/boot/grub: lies on overlay (overlay), which GRUB's devices cannot be mapped to: set USE_GRUB_CONFIG=false");
  EXPECT_NE(ErrorOf([&] { files.Find("/none"); }).find("/none: no such directory"), std::string::npos);
}

TEST(MountedFilesOfflineTest, AnImageIsOneDeviceWithEveryUuid) {
  TemporaryRoot image;
  MountedFiles files(image.root(), {});
  auto device = files.DeviceByUuid("whatever", {});
  ASSERT_TRUE(device);
  EXPECT_EQ(files.DeviceByLabel("any", {}), device);
  EXPECT_EQ(files.Devices(), std::vector<std::string>{*device});
  EXPECT_EQ(files.Locate(*device, "/boot/vmlinuz-6.1.0-41-amd64"), "/boot/vmlinuz-6.1.0-41-amd64");
  EXPECT_EQ(files.Locate("hd3,msdos7", "/vmlinuz-6.1.0-41-amd64"), "/boot/vmlinuz-6.1.0-41-amd64")
      << "a separate /boot in the machine";
  EXPECT_EQ(ErrorOf([&] { files.Locate(*device, "/none"); }), "(" + *device + ")/none: no such file");
}

}  // namespace
}  // namespace kexec_helper::grub
