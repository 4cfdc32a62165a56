// What a GRUB script can ask of the machine's disks.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "bootloader/grub/script/pieces.h"

namespace kexec_helper::grub {

// A file as `test` and the loaders see it. Times are seconds since the epoch.
struct FileInfo {
  bool directory = false;
  uint64_t size = 0;
  int64_t mtime = 0;
};

// The names in a directory without "." and "..". Their order is the file system's own when `ordered` is true: then it
// is the one in which GRUB sees them too.
struct Listing {
  std::vector<std::string> names;
  bool ordered = false;
};

// What GRUB's `probe` answers about a device. Texts are "" where there is none.
struct Identity {
  std::string uuid;            // of the file system
  std::string label;           // of the file system
  std::string filesystem;      // GRUB's name of its driver: "ext2", "fat"
  std::string partition_map;   // "gpt", "msdos"; "" for a device without partitions
  std::string partition_uuid;  // as the table has it
};

// Which devices `search` looks at.
struct SearchScope {
  enum class Disks { kAll, kFirmware, kEncrypted };
  std::vector<std::string> hints = {};  // GRUB's names, the first to be tried first; one that ends in a comma is a disk
  Disks disks = Disks::kAll;            // --efidisk-only, --cryptodisk-only
};

// The evaluator's only access to disks; tests substitute an in-memory tree. Devices have GRUB's names without
// parentheses: "hd0,gpt2", "lvm/vg-root". Paths are those of the file system on the device, "/boot/vmlinuz". Everything
// throws Error when a device is there but cannot be looked into (its file system is not mounted), because GRUB could
// and the answer would be a guess.
class Files {
 public:
  virtual ~Files() = default;

  // The device holding a file system. Of several with one UUID or label (clones, snapshots) the one that `scope.hints`
  // settle; throws Error when they do not, as GRUB's choice would then depend on the order of the firmware's disks.
  // nullopt: there is none.
  virtual std::optional<std::string> DeviceByUuid(const std::string& uuid, const SearchScope& scope) const = 0;
  virtual std::optional<std::string> DeviceByLabel(const std::string& label, const SearchScope& scope) const = 0;

  // What `probe` finds on a device; nullopt when the device does not exist. Throws Error when it is not known.
  virtual std::optional<Identity> Identify(const std::string& device) const;

  // Every device with a file system that can be looked into, as `(*)` and `search --file` go through them.
  virtual std::vector<std::string> Devices() const = 0;

  // nullopt when the device or the file does not exist, or the path has no leading slash. Symbolic links are followed,
  // as GRUB does.
  virtual std::optional<FileInfo> Stat(const std::string& device, const std::string& path) const = 0;

  // The same for what is listed in a directory: a symbolic link is not followed and no directory.
  virtual std::optional<FileInfo> Lstat(const std::string& device, const std::string& path) const = 0;

  // None when there is no such directory.
  virtual Listing List(const std::string& device, const std::string& path) const = 0;

  // Whether GRUB's save_env could write to a file on the device: not through LVM, RAID, btrfs or ZFS.
  virtual bool Writable(const std::string& device) const = 0;

  // The whole file; throws Error when it is missing, not a regular file or larger than `limit` bytes.
  virtual std::string Read(const std::string& device, const std::string& path, size_t limit) const = 0;

  // The same, piece by piece; in one piece unless overridden.
  virtual std::unique_ptr<FilePieces> Open(const std::string& device, const std::string& path, size_t limit) const;
};

}  // namespace kexec_helper::grub
