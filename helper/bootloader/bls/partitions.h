// Where systemd-boot's files are on this system.
#pragma once

#include <string>
#include <vector>

#include "sys/mounts.h"
#include "sys/root.h"

namespace kexec_helper::bls {

// A FAT file system as the boot loader sees it: names in any case, no symbolic links.
class Partition {
 public:
  // `mount_point`: "/efi". `root` has to outlive it.
  Partition(const Root& root, std::string mount_point) : root_(root), mount_point_(std::move(mount_point)) {}

  const std::string& mount_point() const { return mount_point_; }

  // Where a path of the partition ("/EFI/Linux", with / or \) is on this system; "" if it does not exist. Throws Error
  // for a path that leads through a symbolic link or "..", or to two files whose names differ in case alone.
  std::string Locate(const std::string& path) const;

  // The names in a directory of the partition; none if it does not exist.
  std::vector<std::string> List(const std::string& directory) const;

 private:
  std::string FindName(const std::string& directory, const std::string& name) const;

  const Root& root_;
  std::string mount_point_;
};

// Why a symbolic link on such a partition is not followed: "where: what: remedy".
std::string SymbolicLinkProblem(const std::string& path);

// The partitions that the boot loader reads entries from, in its order: the EFI system partition, then XBOOTLDR if
// there is one. Looks at /efi, /boot and /boot/efi as bootctl(1) does, by the partition's type where udev knows it.
// Throws Error when the ESP is not mounted, or is not the one that the machine booted from.
std::vector<Partition> FindPartitions(const Root& root, const std::vector<Mount>& mounts);

}  // namespace kexec_helper::bls
