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
                    const std::string& uuid, const std::string& type = "") {
    std::string name = disk + std::to_string(number);
    std::string directory = "/sys/devices/" + disk + "/" + name;
    machine.Write(directory + "/dev", device + "\n");
    machine.Write(directory + "/partition", std::to_string(number) + "\n");
    machine.Link("../../devices/" + disk + "/" + name, "/sys/class/block/" + name);
    machine.Write("/run/udev/data/b" + device, "E:ID_PART_ENTRY_SCHEME=" + scheme + "\nE:ID_FS_UUID_ENC=" + uuid +
                                                   "\nE:ID_FS_LABEL_ENC=l" + name + "\nE:ID_FS_TYPE=" + type + "\n");
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

TEST_F(MountedFilesTest, OfTwoFileSystemsWithOneUuidAHintNamesTheOne) {
  AddDisk("vdb", "254:16");
  AddPartition("vdb", 1, "254:17", "gpt", "22222222-aaaa");
  MountedFiles files = Files(root_only + "40 21 254:17 / /media/usb rw - ext4 /dev/vdb1 rw\n");
  EXPECT_EQ(files.DeviceByUuid("22222222-aaaa", {{"hd0,gpt2"}}), "hd0,gpt2");
  EXPECT_EQ(files.DeviceByUuid("22222222-aaaa", {{"hd7,gpt1", "hd0,"}}), "hd0,gpt2");
  const char* doubt =
      "UUID 22222222-aaaa: several file systems have it (vda2, vdb1), and only GRUB knows which one it takes: detach "
      "the copy or change its UUID and label";
  EXPECT_EQ(ErrorOf([&] { files.DeviceByUuid("22222222-aaaa", {}); }), doubt);
  EXPECT_EQ(ErrorOf([&] { files.DeviceByUuid("22222222-aaaa", {{"hd1,gpt1"}}); }), doubt)
      << "the firmware's order of disks is not known: a clone must not win over the running system";
}

TEST_F(MountedFilesTest, OfTwoFileSystemsWithOneLabelAHintNamesTheOne) {
  AddDisk("vdb", "254:16");
  AddPartition("vdb", 1, "254:17", "gpt", "77-77");
  machine.Write("/run/udev/data/b254:17", "E:ID_FS_LABEL_ENC=lvda2\nE:ID_FS_UUID_ENC=77-77\n");
  MountedFiles files = Files(root_only);
  EXPECT_EQ(files.DeviceByLabel("lvda2", {{"hd0,gpt2"}}), "hd0,gpt2");
  EXPECT_NE(ErrorOf([&] { files.DeviceByLabel("lvda2", {}); }).find("label lvda2: several"), std::string::npos);
}

constexpr const char* kRootVolume = "LVM-abcdef1234567890ABCDEF1234567890zyxwvu9876543210ZYXWVU9876543210";
constexpr const char* kSnapshotVolume = "LVM-abcdef1234567890ABCDEF1234567890snapvu9876543210ZYXWVU9876543210";

TEST_F(MountedFilesTest, OfLogicalVolumesWithOneUuidAHintNamesTheOne) {
  AddMapped("dm-2", "253:2", "vg-root", kRootVolume, "44-44");
  AddMapped("dm-10", "253:10", "vg-copy", kSnapshotVolume, "44-44");
  MountedFiles files = Files("21 1 253:2 / / rw - ext4 /dev/mapper/vg-root rw\n");
  const char* id = "lvmid/abcdef-1234-5678-90AB-CDEF-1234-567890/zyxwvu-9876-5432-10ZY-XWVU-9876-543210";
  EXPECT_EQ(files.DeviceByUuid("44-44", {{id}}), "lvm/vg-root");
  EXPECT_EQ(files.DeviceByUuid("44-44", {{"lvm/vg-copy"}}), "lvm/vg-copy")
      << "a name that does not depend on the order";
  EXPECT_NE(ErrorOf([&] { files.DeviceByUuid("44-44", {}); }), "");
}

TEST_F(MountedFilesTest, GrubSeesNoSnapshotsThinVolumesAndHiddenParts) {
  AddMapped("dm-2", "253:2", "vg-root", kRootVolume, "44-44");
  AddMapped("dm-1", "253:1", "vg-root-real", std::string(kRootVolume) + "-real", "44-44");
  AddMapped("dm-3", "253:3", "vg-snap", kSnapshotVolume, "44-44");
  AddMapped("dm-4", "253:4", "vg-snap-cow", std::string(kSnapshotVolume) + "-cow", "");
  std::string thin = kRootVolume;
  thin.replace(40, 6, "thin00");
  AddMapped("dm-5", "253:5", "vg-pool-tpool", std::string(kRootVolume).replace(40, 4, "pool") + "-tpool", "");
  AddMapped("dm-6", "253:6", "vg-thin", thin, "55-55");
  machine.MakeDirectory("/sys/class/block/dm-6/slaves/dm-5");
  MountedFiles files = Files("21 1 253:2 / / rw - ext4 /dev/mapper/vg-root rw\n");
  EXPECT_EQ(files.DeviceByUuid("44-44", {}), "lvm/vg-root");
  EXPECT_FALSE(files.DeviceByUuid("55-55", {}));
  EXPECT_FALSE(files.Stat("lvm/vg-snap", "/boot/kernel"));
}

TEST_F(MountedFilesTest, MembersAndContainersAreNoFileSystems) {
  AddPartition("vda", 4, "254:4", "gpt", "88-88", "crypto_LUKS");
  AddPartition("vda", 5, "254:5", "gpt", "99-99", "LVM2_member");
  MountedFiles files = Files(root_only);
  EXPECT_FALSE(files.DeviceByUuid("88-88", {}));
  EXPECT_FALSE(files.DeviceByUuid("99-99", {}));
}

TEST_F(MountedFilesTest, SearchCanBeKeptToDisksOfTheFirmwareOrToEncryptedOnes) {
  AddMapped("dm-1", "253:1", "secret", "CRYPT-LUKS2-0123456789abcdef0123456789abcdef-secret", "55-55");
  MountedFiles files = Files(root_only);
  using Disks = SearchScope::Disks;
  EXPECT_EQ(files.DeviceByUuid("22222222-aaaa", {{}, Disks::kFirmware}), "hd0,gpt2");
  EXPECT_FALSE(files.DeviceByUuid("22222222-aaaa", {{}, Disks::kEncrypted}));
  EXPECT_TRUE(files.DeviceByUuid("55-55", {{}, Disks::kEncrypted}));
  EXPECT_FALSE(files.DeviceByUuid("55-55", {{}, Disks::kFirmware}));
}

TEST_F(MountedFilesTest, WhatTheFirmwareDoesNotKnowIsNoDisk) {
  AddDisk("zd0", "230:0");
  AddDisk("rbd0", "252:0");
  AddDisk("nbd0", "43:0");
  AddDisk("drbd1", "147:1");
  AddDisk("bcache0", "251:0");
  AddDisk("mmcblk0boot0", "179:8");
  machine.Write("/sys/devices/nvme0c0n1/hidden", "1\n");
  machine.Link("../../devices/nvme0c0n1", "/sys/class/block/nvme0c0n1");
  MountedFiles files = Files(root_only);
  EXPECT_EQ(files.Find("/boot/grub").device, "hd0,gpt2");
  EXPECT_FALSE(files.Stat("hd1", "/"));
}

// Two paths to one disk with three partitions; the mapped ones are mounted.
TEST_F(MountedFilesTest, AMultipathMapIsEachOfItsPaths) {
  AddDisk("sda", "8:0");
  AddDisk("sdb", "8:16");
  AddPartition("sda", 2, "8:2", "gpt", "mp-2");
  AddMapped("dm-0", "253:0", "mpatha", "mpath-3600a0b80000f", "");
  AddMapped("dm-1", "253:1", "mpatha-part2", "part2-mpath-3600a0b80000f", "mp-2");
  for (const char* path : {"sda", "sdb"}) machine.MakeDirectory(std::string("/sys/class/block/dm-0/slaves/") + path);
  machine.Write("/run/udev/data/b253:1", "E:ID_FS_UUID_ENC=mp-2\nE:ID_PART_ENTRY_SCHEME=gpt\n");
  MountedFiles files = Files("21 1 253:1 / / rw - ext4 /dev/mapper/mpatha-part2 rw\n");
  EXPECT_EQ(files.Find("/boot/grub"), (FilePath{"hd0,gpt2", "/boot/grub"}));
  EXPECT_EQ(files.DeviceByUuid("mp-2", {}), "hd0,gpt2");
  for (const char* path : {"hd0,gpt2", "hd1,gpt2"})
    EXPECT_EQ(files.Locate(path, "/boot/kernel"), "/boot/kernel") << path;
  EXPECT_FALSE(files.Stat("hd0,gpt3", "/"));
}

TEST_F(MountedFilesTest, TheDisksOfABiosRaidAreOneDisk) {
  AddDisk("sda", "8:0");
  AddDisk("sdb", "8:16");
  AddMapped("dm-0", "253:0", "isw_v", "DMRAID-isw_v", "");
  AddMapped("dm-1", "253:1", "isw_v1", "part1-DMRAID-isw_v", "raid-1");
  for (const char* path : {"sda", "sdb"}) machine.MakeDirectory(std::string("/sys/class/block/dm-0/slaves/") + path);
  machine.Write("/run/udev/data/b253:1", "E:ID_FS_UUID_ENC=raid-1\nE:ID_PART_ENTRY_SCHEME=dos\n");
  MountedFiles files = Files("21 1 253:1 / / rw - ext4 /dev/mapper/isw_v1 rw\n");
  EXPECT_EQ(files.Find("/boot/grub").device, "hd0,msdos1");
  EXPECT_EQ(files.DeviceByUuid("22222222-aaaa", {}), "hd1,gpt2") << "vda comes next";
}

TEST_F(MountedFilesTest, APoolHasItsDatasetsInThePath) {
  AddPartition("vda", 4, "254:4", "gpt", "14178398513711263041", "zfs_member");
  AddPartition("vda", 5, "254:5", "gpt", "14178398513711263041", "zfs_member");
  for (const char* number : {"254:4", "254:5"})
    machine.Write(std::string("/run/udev/data/b") + number,
                  "E:ID_PART_ENTRY_SCHEME=gpt\nE:ID_FS_TYPE=zfs_member\nE:ID_FS_LABEL_ENC=rpool\n"
                  "E:ID_FS_UUID_ENC=14178398513711263041\n");
  MountedFiles files = Files("21 1 0:26 / / rw - zfs rpool/ROOT/pve-1 rw\n30 21 0:27 / /srv rw - zfs rpool rw\n");
  EXPECT_EQ(files.Find("/boot/grub"), (FilePath{"hd0,gpt4", "/ROOT/pve-1@/boot/grub"}));
  EXPECT_EQ(files.DeviceByUuid("c4c3ca53edafad41", {}), "hd0,gpt4");
  EXPECT_EQ(files.DeviceByLabel("rpool", {}), "hd0,gpt4");
  EXPECT_EQ(files.Locate("hd0,gpt5", "/ROOT/pve-1@/boot/kernel"), "/boot/kernel") << "the other half of the mirror";
  machine.Write("/srv/file", "");
  EXPECT_EQ(files.Locate("hd0,gpt4", "/@/file"), "/srv/file");
  EXPECT_NE(ErrorOf([&] { files.Stat("hd0,gpt4", "/ROOT/pve-1@old/boot/kernel"); }), "");
  EXPECT_FALSE(files.Writable("hd0,gpt4"));
}

TEST_F(MountedFilesTest, TwoPoolsOfOneNameAreNoDevice) {
  AddPartition("vda", 4, "254:4", "gpt", "1", "zfs_member");
  AddPartition("vda", 5, "254:5", "gpt", "2", "zfs_member");
  for (const char* number : {"4", "5"})
    machine.Write(
        std::string("/run/udev/data/b254:") + number,
        std::string("E:ID_FS_TYPE=zfs_member\n") + "E:ID_FS_LABEL_ENC=rpool\nE:ID_FS_UUID_ENC=" + number + "\n");
  MountedFiles files = Files("21 1 0:26 / / rw - zfs rpool/ROOT/pve-1 rw\n");
  EXPECT_NE(ErrorOf([&] { files.Find("/boot/grub"); }).find("cannot be mapped"), std::string::npos);
}

TEST_F(MountedFilesTest, ProbeAsksUdevAndTheMountTable) {
  machine.Write("/run/udev/data/b254:2",
                "E:ID_FS_UUID_ENC=22\nE:ID_FS_LABEL_ENC=root\nE:ID_FS_TYPE=ext4\nE:ID_PART_ENTRY_SCHEME=gpt\n"
                "E:ID_PART_ENTRY_UUID=dead-beef\n");
  MountedFiles files = Files(separate_boot);
  auto identity = files.Identify("hd0,gpt2");
  ASSERT_TRUE(identity);
  EXPECT_EQ(identity->uuid, "22");
  EXPECT_EQ(identity->label, "root");
  EXPECT_EQ(identity->filesystem, "ext2");
  EXPECT_EQ(identity->partition_map, "gpt");
  EXPECT_EQ(identity->partition_uuid, "dead-beef");
  EXPECT_EQ(files.Identify("hd0,gpt3")->filesystem, "ext2") << "as it is mounted";
  EXPECT_FALSE(files.Identify("hd9,gpt3"));
}

TEST_F(MountedFilesTest, WithoutARootInTheMountTableNothingIsFound) {
  MountedFiles files = Files("30 21 254:3 / /boot rw - ext4 /dev/vda3 rw\n");
  EXPECT_FALSE(files.Stat("hd0,gpt3", "kernel")) << "no name of a file";
  EXPECT_FALSE(files.Stat("hd0,gpt3", ""));
  EXPECT_TRUE(files.Stat("hd0,gpt3", "/kernel"));
  EXPECT_NE(ErrorOf([&] { files.Stat("hd0,gpt2", "/boot/kernel"); }), "");
}

TEST_F(MountedFilesTest, AnEmptyAutomountPointIsNamed) {
  MountedFiles files = Files(root_only + "30 21 0:40 / /boot rw - autofs systemd-1 rw\n");
  EXPECT_EQ(ErrorOf([&] { files.Find("/boot/grub"); }), "/boot/grub: its automount point is empty: mount /boot");
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
