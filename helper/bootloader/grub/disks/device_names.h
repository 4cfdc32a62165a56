// GRUB's names of the machine's block devices.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "sys/block_devices.h"

namespace kexec_helper::grub {

// The block devices that GRUB can see, under the names it gives them: "hd0,gpt2", "lvm/vg-root", "md/0",
// "cryptouuid/…". The order of disks is GRUB's only as far as it is the kernel's: hd0 is the first by name. What the
// firmware does not know (zvols, network block devices, hidden NVMe paths) and what GRUB cannot read (LVM's snapshots
// and thin volumes; GRUB: disk/lvm.c) has no name. A multipath map or a BIOS RAID is the disk that its first path is.
class DeviceNames {
 public:
  explicit DeviceNames(std::vector<BlockDevice> devices);
  DeviceNames(const DeviceNames&) = delete;
  DeviceNames& operator=(const DeviceNames&) = delete;

  const std::vector<BlockDevice>& devices() const { return devices_; }

  // The device with that name; nullptr when there is none.
  const BlockDevice* Find(const std::string& name) const;

  // "" for a device that GRUB does not see.
  std::string NameOf(const BlockDevice& device) const;

  // Of a path's partition, the same partition of the multipath map; every other device itself.
  const BlockDevice& Canonical(const BlockDevice& device) const;

  // Whether it is LUKS or made of such devices alone.
  bool IsEncrypted(const BlockDevice& device) const;

 private:
  const BlockDevice* ByName(const std::string& name) const;
  const BlockDevice* ByMapping(const std::string& dm_uuid) const;
  bool IsSeen(const BlockDevice& volume) const;
  std::string NameOfMap(const BlockDevice& device) const;
  void ReadMaps();

  std::vector<BlockDevice> devices_;
  std::vector<std::string> disks_;                     // the kernel's names, hd0 first
  std::map<std::string, const BlockDevice*> holders_;  // by the name of a path: its multipath map
};

}  // namespace kexec_helper::grub
