#include "sys/block_devices.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "temporary_root.h"

namespace kexec_helper {
namespace {

TEST(BlockDevicesTest, WithoutSysfsThereIsNoList) {
  TemporaryRoot machine;
  EXPECT_FALSE(ReadBlockDevices(machine.root()));
  machine.MakeDirectory("/sys/class/block");
  EXPECT_TRUE(ReadBlockDevices(machine.root()));
}

TEST(BlockDevicesTest, APartitionKnowsItsDiskItsTableAndItsFileSystem) {
  TemporaryRoot machine;
  machine.Write("/sys/devices/pci/vda/dev", "254:0\n");
  machine.Write("/sys/devices/pci/vda/vda2/dev", "254:2\n");
  machine.Write("/sys/devices/pci/vda/vda2/partition", "2\n");
  machine.Link("../../devices/pci/vda", "/sys/class/block/vda");
  machine.Link("../../devices/pci/vda/vda2", "/sys/class/block/vda2");
  machine.Write("/run/udev/data/b254:2",
                "S:disk/by-uuid/x\nE:ID_FS_UUID=ABCD-12\nE:ID_FS_UUID_ENC=ABCD-12\nE:ID_FS_LABEL_ENC=my\\x20disk\n"
                "E:ID_PART_ENTRY_SCHEME=gpt\nE:ID_FS_TYPE=ext4\nE:ID_PART_ENTRY_UUID=1234-5\n"
                "E:ID_PART_ENTRY_TYPE=c12a7328-f81f-11d2-ba4b-00a0c93ec93b\n");
  machine.Write("/sys/devices/pci/vda/hidden", "0\n");
  auto devices = *ReadBlockDevices(machine.root());
  ASSERT_EQ(devices.size(), 2u);
  EXPECT_EQ(devices[0].name, "vda");
  EXPECT_EQ(devices[0].partition, 0);
  const BlockDevice& part = devices[1];
  EXPECT_EQ(part.number, "254:2");
  EXPECT_EQ(part.disk, "vda");
  EXPECT_EQ(part.partition, 2);
  EXPECT_EQ(part.scheme, "gpt");
  EXPECT_EQ(part.partition_type, "c12a7328-f81f-11d2-ba4b-00a0c93ec93b");
  EXPECT_EQ(part.uuid, "ABCD-12");
  EXPECT_EQ(part.label, "my disk");
  EXPECT_EQ(part.type, "ext4");
  EXPECT_EQ(part.partition_uuid, "1234-5");
  EXPECT_FALSE(devices[0].hidden);
}

TEST(BlockDevicesTest, MappedDevicesHaveTheirNames) {
  TemporaryRoot machine;
  machine.Write("/sys/class/block/dm-0/dev", "253:0\n");
  machine.Write("/sys/class/block/dm-0/dm/name", "vg-root\n");
  machine.Write("/sys/class/block/dm-0/dm/uuid", "LVM-abc\n");
  machine.MakeDirectory("/sys/class/block/dm-0/slaves/sda2");
  machine.Write("/sys/class/block/md0/dev", "9:0\n");
  machine.Write("/run/udev/data/b9:0", "E:MD_UUID=1:2:3:4\n");
  auto devices = *ReadBlockDevices(machine.root());
  ASSERT_EQ(devices.size(), 2u);
  EXPECT_EQ(devices[0].dm_name, "vg-root");
  EXPECT_EQ(devices[0].dm_uuid, "LVM-abc");
  EXPECT_EQ(devices[0].slaves, std::vector<std::string>{"sda2"});
  EXPECT_EQ(devices[1].md_uuid, "1:2:3:4");
}

TEST(BlockDevicesTest, APathOfAnNvmeNamespaceIsHidden) {
  TemporaryRoot machine;
  machine.Write("/sys/class/block/nvme0c0n1/hidden", "1\n");
  auto devices = *ReadBlockDevices(machine.root());
  ASSERT_EQ(devices.size(), 1u);
  EXPECT_TRUE(devices[0].hidden);
  EXPECT_EQ(devices[0].number, "");
}

TEST(BlockDevicesTest, DamagedUdevRecordsTellNothing) {
  BlockDevice device;
  ApplyUdevRecord("E:\nE:ID_FS_UUID_ENC\nID_FS_UUID_ENC=x\nE:ID_FS_LABEL_ENC=a\\x4\n\n=\n", device);
  EXPECT_EQ(device.uuid, "");
  EXPECT_EQ(device.label, "a\\x4");
}

TEST(BlockDevicesTest, DisksAreCountedAsPeopleDo) {
  for (std::vector<std::string> wanted : {std::vector<std::string>{"sda", "sda", "sdb", "sdz", "sdaa", "sdab"},
                                          {"nvme0n1", "nvme2n1", "nvme2n2", "nvme10n1"}}) {
    std::vector<std::string> names(wanted.rbegin(), wanted.rend());
    std::sort(names.begin(), names.end(), DiskNameLess);
    EXPECT_EQ(names, wanted);
  }
}

}  // namespace
}  // namespace kexec_helper
