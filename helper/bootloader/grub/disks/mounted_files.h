// GRUB's devices and paths as this system has them mounted.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "bootloader/grub/disks/device_names.h"
#include "bootloader/grub/disks/file_path.h"
#include "bootloader/grub/disks/files.h"
#include "sys/block_devices.h"
#include "sys/mounts.h"
#include "sys/root.h"

namespace kexec_helper::grub {

// Devices are identified by number (sysfs, mountinfo) and by the UUIDs and labels in udev's database, never by their
// names. A root without sysfs is an
// image looked at from outside: it is one device that has every UUID and label, and what is not at a path there may be
// below /boot, which in the machine is a file system of its own.
class MountedFiles : public Files {
 public:
  // Throws SystemError when sysfs cannot be read.
  MountedFiles(const Root& root, std::vector<Mount> mounts);

  // Where a file is on this system. Throws Error: "where: not mounted: remedy" and the like.
  std::string Locate(const std::string& device, const std::string& path) const;

  // GRUB's name of a file on this system. Throws Error when it lies on nothing that GRUB could read.
  FilePath Find(const std::string& path) const;

  std::optional<std::string> DeviceByUuid(const std::string& uuid, const SearchScope& scope) const override;
  std::optional<std::string> DeviceByLabel(const std::string& label, const SearchScope& scope) const override;
  std::optional<Identity> Identify(const std::string& device) const override;
  std::vector<std::string> Devices() const override;
  std::optional<FileInfo> Stat(const std::string& device, const std::string& path) const override;
  std::optional<FileInfo> Lstat(const std::string& device, const std::string& path) const override;
  Listing List(const std::string& device, const std::string& path) const override;
  std::string Read(const std::string& device, const std::string& path, size_t limit) const override;
  std::unique_ptr<FilePieces> Open(const std::string& device, const std::string& path, size_t limit) const override;
  bool Writable(const std::string& device) const override;

  // From now on the file reads as if it held this.
  void Pretend(const FilePath& file, const std::string& content);

  // The files whose content was asked for, as paths of this system.
  const std::set<std::string>& read_files() const { return read_files_; }

 private:
  enum class Links { kFollow, kKeep };

  MountedFiles(const Root& root, std::vector<Mount> mounts, std::optional<std::vector<BlockDevice>> devices);
  const BlockDevice* DeviceOf(const Mount& mount) const;
  bool Shows(const Mount& mount, const BlockDevice& device) const;
  const Mount* AnyMountOf(const BlockDevice& device) const;
  bool IsOfThisSystem(const BlockDevice& device) const;
  bool IsInScope(const BlockDevice& device, SearchScope::Disks disks) const;
  template <typename Matches>
  std::vector<const BlockDevice*> FileSystems(SearchScope::Disks disks, const Matches& matches) const;
  std::optional<std::string> Settle(const std::vector<const BlockDevice*>& found, const SearchScope& scope,
                                    const std::string& what) const;
  std::optional<std::string> HostPath(const std::string& device, const std::string& path) const;
  std::optional<std::string> Follow(const std::string& device, const std::string& path, Links links) const;
  std::optional<FileInfo> Examine(const std::string& device, const std::string& path, Links links) const;

  const Root& root_;
  mutable std::set<std::string> read_files_;
  std::map<FilePath, std::string> pretended_;
  std::vector<Mount> mounts_;
  bool offline_;
  DeviceNames names_;
};

}  // namespace kexec_helper::grub
