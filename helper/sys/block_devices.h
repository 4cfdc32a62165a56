// The block devices of the machine.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sys/root.h"

namespace kexec_helper {

// One disk, partition or mapped device, as sysfs and udev's database describe it. Texts that are not known are "".
struct BlockDevice {
  std::string name;     // of the kernel: "vda2", "dm-0"
  std::string number;   // "254:2"
  std::string disk;     // of a partition: the kernel's name of its disk
  int partition = 0;    // 0: not a partition
  std::string scheme;   // of the table a partition is in: "gpt", "dos"
  std::string dm_name;  // "vg-root"
  std::string dm_uuid;  // "LVM-…", "CRYPT-LUKS2-…"
  std::string md_uuid;  // "a1b2c3d4:…"
  std::string uuid;     // of the file system
  std::string label;
  std::string type = "";                 // of the file system as blkid calls it: "ext4", "zfs_member"
  std::string partition_uuid = "";       // as the partition table has it
  std::string partition_type = "";       // likewise: a GUID, "0xea"
  bool hidden = false;                   // one of several paths to an NVMe namespace: sysfs only, without a device node
  std::vector<std::string> slaves = {};  // of a mapped device: the kernel's names of what it is made of
};

// All of them; nullopt when this root has no sysfs at all (a mounted image). Throws SystemError when it cannot be read.
std::optional<std::vector<BlockDevice>> ReadBlockDevices(const Root& root);

// Sets what udev's record of a device has ("E:ID_FS_UUID=…" and so on, /run/udev/data/b254:2). Pure.
void ApplyUdevRecord(std::string_view record, BlockDevice& device);

// True when a comes before b as people count disks: sda, sdb, …, sdz, sdaa; nvme1n1 before nvme10n1. Pure.
bool DiskNameLess(const std::string& a, const std::string& b);

}  // namespace kexec_helper
