#include "bootloader/grub/disks/mounted_files.h"

#include <fcntl.h>
#include <strings.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <map>
#include <utility>

#include "sys/error.h"

namespace kexec_helper::grub {

namespace {

constexpr const char* kOfflineDevice = "hd0,gpt1";

bool StartsWithSlash(const std::string& path) { return !path.empty() && path[0] == '/'; }

// Members of RAIDs and volume groups and LUKS containers have UUIDs too, but no file system that GRUB could find. The
// members of a ZFS pool are the file system. A device that udev's database does not describe may hold one.
bool MayHoldFileSystem(const BlockDevice& device) {
  return device.type == "zfs_member" || (!device.type.ends_with("_member") && device.type != "crypto_LUKS");
}

// "rpool" of "rpool/ROOT/pve-1".
std::string PoolOf(const std::string& dataset) { return dataset.substr(0, dataset.find('/')); }

// GRUB names a file of a ZFS pool by its dataset: "/ROOT/pve-1@/boot/vmlinuz" (GRUB: fs/zfs/zfs.c).
void NameDatasets(std::vector<Mount>& mounts) {
  for (Mount& mount : mounts) {
    if (mount.type != "zfs") continue;
    size_t slash = mount.source.find('/');
    std::string dataset = slash == std::string::npos ? "/" : mount.source.substr(slash);
    mount.root = dataset + "@" + (mount.root == "/" ? "" : mount.root);
  }
}

// GRUB's name of the driver for what blkid and the kernel call so.
std::string DriverName(const std::string& type) {
  static const std::map<std::string, std::string> names = {
      {"ext2", "ext2"},       {"ext3", "ext2"}, {"ext4", "ext2"}, {"vfat", "fat"},         {"btrfs", "btrfs"},
      {"xfs", "xfs"},         {"ntfs", "ntfs"}, {"zfs", "zfs"},   {"zfs_member", "zfs"},   {"exfat", "exfat"},
      {"iso9660", "iso9660"}, {"f2fs", "f2fs"}, {"jfs", "jfs"},   {"reiserfs", "reiserfs"}};
  auto found = names.find(type);
  return found == names.end() ? "" : found->second;
}

class DescriptorPieces : public FilePieces {
 public:
  DescriptorPieces(Fd fd, std::string path, size_t limit) : fd_(std::move(fd)), path_(std::move(path)), limit_(limit) {}

  std::string Next() override {
    std::string piece(kPieceBytes, '\0');
    ssize_t count;
    do count = ::read(fd_.get(), piece.data(), piece.size());
    while (count < 0 && errno == EINTR);
    if (count < 0) throw SystemError(path_, errno);
    piece.resize(static_cast<size_t>(count));
    // Also when it grows while it is being read.
    if ((bytes_ += piece.size()) > limit_) throw Error(path_ + ": larger than " + std::to_string(limit_) + " bytes");
    return piece;
  }

 private:
  static constexpr size_t kPieceBytes = 64 << 10;

  Fd fd_;
  std::string path_;
  size_t limit_;
  size_t bytes_ = 0;
};

bool KeepsItsOrder(const std::string& filesystem) { return filesystem == "vfat" || filesystem == "msdos"; }

}  // namespace

MountedFiles::MountedFiles(const Root& root, std::vector<Mount> mounts)
    : MountedFiles(root, std::move(mounts), ReadBlockDevices(root)) {}

MountedFiles::MountedFiles(const Root& root, std::vector<Mount> mounts, std::optional<std::vector<BlockDevice>> devices)
    : root_(root),
      mounts_(std::move(mounts)),
      offline_(!devices),
      names_(std::move(devices).value_or(std::vector<BlockDevice>())) {
  NameDatasets(mounts_);
}

// btrfs and ZFS have numbers of their own; what they were mounted from leads to the device. Two pools of one name are
// none.
const BlockDevice* MountedFiles::DeviceOf(const Mount& mount) const {
  const BlockDevice* found = nullptr;
  for (const BlockDevice& device : names_.devices()) {
    if (device.number == mount.device) return &device;
    if (mount.type != "zfs" || device.type != "zfs_member" || device.label != PoolOf(mount.source)) continue;
    if (found && found->uuid != device.uuid) return nullptr;
    if (!found) found = &device;
  }
  if (found || !mount.source.starts_with("/dev/") || !root_.Exists(mount.source)) return found;
  std::string source = root_.Resolve(mount.source);
  for (const BlockDevice& device : names_.devices())
    if (source == "/dev/" + device.name) return &device;
  return nullptr;
}

// A file system over several devices has one UUID on all of them.
bool MountedFiles::Shows(const Mount& mount, const BlockDevice& device) const {
  const BlockDevice* mounted = DeviceOf(mount);
  if (!mounted) return false;
  bool over_several = mount.type == "btrfs" || mount.type == "zfs";
  return &names_.Canonical(*mounted) == &names_.Canonical(device) ||
         (over_several && !device.uuid.empty() && mounted->uuid == device.uuid);
}

const Mount* MountedFiles::AnyMountOf(const BlockDevice& device) const {
  for (const Mount& mount : mounts_)
    if (Shows(mount, device)) return &mount;
  return nullptr;
}

std::vector<std::string> MountedFiles::Devices() const {
  if (offline_) return {kOfflineDevice};
  std::vector<std::string> names;
  for (const BlockDevice& device : names_.devices())
    if (std::string name = names_.NameOf(device); !name.empty() && AnyMountOf(device)) names.push_back(name);
  std::sort(names.begin(), names.end(), DiskNameLess);
  names.erase(std::unique(names.begin(), names.end()), names.end());
  return names;
}

// Whether this system runs from it: / or /boot is on the device.
bool MountedFiles::IsOfThisSystem(const BlockDevice& device) const {
  for (const char* directory : {"/", "/boot", "/boot/grub"})
    if (const Mount* mount = MountOf(mounts_, directory); mount && Shows(*mount, device)) return true;
  return false;
}

bool MountedFiles::IsInScope(const BlockDevice& device, SearchScope::Disks disks) const {
  using Disks = SearchScope::Disks;
  if (disks == Disks::kFirmware) return names_.NameOf(device).starts_with("hd");
  return disks == Disks::kAll || names_.IsEncrypted(device);
}

template <typename Matches>
std::vector<const BlockDevice*> MountedFiles::FileSystems(SearchScope::Disks disks, const Matches& matches) const {
  std::vector<const BlockDevice*> found;
  for (const BlockDevice& any : names_.devices()) {
    if (!MayHoldFileSystem(any) || !matches(any) || names_.NameOf(any).empty() || !IsInScope(any, disks)) continue;
    const BlockDevice* device = &names_.Canonical(any);
    const Mount* mount = AnyMountOf(*device);
    bool known = std::any_of(found.begin(), found.end(), [&](const BlockDevice* other) {
      return other == device || (mount && Shows(*mount, *other)) ||
             (device->uuid == other->uuid && (device->type == "btrfs" || device->type == "zfs_member"));
    });
    if (!known) found.push_back(device);
  }
  return found;
}

// The one that a hint names. A disk's number is a guess as soon as there are two copies: it counts only for the disk
// that this system runs from.
std::optional<std::string> MountedFiles::Settle(const std::vector<const BlockDevice*>& found, const SearchScope& scope,
                                                const std::string& what) const {
  if (found.empty()) return std::nullopt;
  if (found.size() == 1) return names_.NameOf(*found[0]);
  for (const std::string& hint : scope.hints) {
    bool whole = hint.ends_with(',');
    const BlockDevice* hinted = names_.Find(whole ? hint.substr(0, hint.size() - 1) : hint);
    if (hinted) hinted = &names_.Canonical(*hinted);
    for (const BlockDevice* device : found) {
      std::string name = names_.NameOf(*device);
      if (device != hinted && !(whole && name.starts_with(hint))) continue;
      if (!hint.starts_with("hd") || IsOfThisSystem(*device)) return name;
    }
  }
  std::string devices;
  for (const BlockDevice* device : found) devices += (devices.empty() ? "" : ", ") + device->name;
  throw Error(what + ": several file systems have it (" + devices +
              "), and only GRUB knows which one it takes: detach the copy or change its UUID and label");
}

std::optional<std::string> MountedFiles::DeviceByUuid(const std::string& uuid, const SearchScope& scope) const {
  if (offline_) return kOfflineDevice;
  if (uuid.empty()) return std::nullopt;
  auto matches = [&](const BlockDevice& device) { return ::strcasecmp(device.uuid.c_str(), uuid.c_str()) == 0; };
  return Settle(FileSystems(scope.disks, matches), scope, "UUID " + uuid);
}

std::optional<std::string> MountedFiles::DeviceByLabel(const std::string& label, const SearchScope& scope) const {
  if (offline_) return kOfflineDevice;
  if (label.empty()) return std::nullopt;
  auto matches = [&](const BlockDevice& device) { return device.label == label; };
  return Settle(FileSystems(scope.disks, matches), scope, "label " + label);
}

std::optional<Identity> MountedFiles::Identify(const std::string& name) const {
  if (offline_) return Files::Identify(name);
  const BlockDevice* device = names_.Find(name);
  if (!device) return std::nullopt;
  const Mount* mount = AnyMountOf(*device);
  std::string type = device->type.empty() && mount ? mount->type : device->type;
  std::string map = device->scheme == "dos" ? "msdos" : device->scheme;
  return Identity{device->uuid, device->label, DriverName(type), map, device->partition_uuid};
}

// Where the path would be on this system, whether or not it is there. nullopt for a device that does not exist or holds
// no file system, and for a path that GRUB does not take for a file.
std::optional<std::string> MountedFiles::HostPath(const std::string& device_name, const std::string& path) const {
  if (!StartsWithSlash(path)) return std::nullopt;
  if (offline_) return root_.Lstat(path) || !root_.Lstat("/boot" + path) ? path : "/boot" + path;
  const BlockDevice* device = names_.Find(device_name);
  if (!device) return std::nullopt;
  const std::string where = "(" + device_name + ")" + path;
  std::string hidden_by;
  for (const Mount& mount : mounts_) {
    if (!Shows(mount, *device) || !Covers(mount.root, path)) continue;
    std::string rest = mount.root == "/" ? path : path.substr(mount.root.size());
    std::string here = (mount.mount_point == "/" ? "" : mount.mount_point) + rest;
    if (here.empty()) here = "/";
    const Mount* top = MountOf(mounts_, here);
    if (top == &mount) return here;
    if (top) hidden_by = top->mount_point;
  }
  if (!hidden_by.empty()) throw Error(where + ": hidden by what is mounted on " + hidden_by);
  if (AnyMountOf(*device)) throw Error(where + ": only another part of this file system is mounted");
  if (device->uuid.empty()) return std::nullopt;
  throw Error(where + ": its file system (UUID " + device->uuid + ") is not mounted: mount it");
}

// The path with its links resolved, nullopt when it leads nowhere: GRUB cannot follow a link to another file system.
std::optional<std::string> MountedFiles::Follow(const std::string& device, const std::string& path, Links links) const {
  auto host = HostPath(device, path);
  if (!host || (links == Links::kKeep ? !root_.Lstat(*host) : !root_.Exists(*host))) return std::nullopt;
  size_t slash = host->rfind('/');
  std::string parent = slash == 0 ? "/" : host->substr(0, slash);
  std::string resolved = links == Links::kFollow ? root_.Resolve(*host)
                                                 : (parent == "/" ? "" : root_.Resolve(parent)) + host->substr(slash);
  if (offline_ || MountOf(mounts_, resolved) == MountOf(mounts_, *host)) return resolved;
  return std::nullopt;
}

std::string MountedFiles::Locate(const std::string& device, const std::string& path) const {
  auto found = Follow(device, path, Links::kFollow);
  if (!found) throw Error("(" + device + ")" + path + ": no such file");
  return *found;
}

FilePath MountedFiles::Find(const std::string& path) const {
  if (!root_.Exists(path)) throw Error(path + ": no such directory: is GRUB installed, and /boot mounted?");
  std::string resolved = root_.Resolve(path);
  if (offline_) return {kOfflineDevice, resolved};
  const Mount* mount = MountOf(mounts_, resolved);
  const BlockDevice* device = mount ? DeviceOf(*mount) : nullptr;
  std::string name = device ? names_.NameOf(*device) : "";
  if (mount && mount->type == "autofs")
    throw Error(path + ": its automount point is empty: mount " + mount->mount_point);
  if (name.empty())
    throw Error(path + ": lies on " + (mount ? mount->type + " (" + mount->source + ")" : "no file system") +
                ", which GRUB's devices cannot be mapped to: set USE_GRUB_CONFIG=false");
  return {name, PathOnFilesystem(mounts_, resolved)};
}

std::optional<FileInfo> MountedFiles::Examine(const std::string& device, const std::string& path, Links links) const {
  auto found = Follow(device, path, links);
  auto status = found ? root_.Lstat(*found) : std::nullopt;
  if (!status) return std::nullopt;
  return FileInfo{S_ISDIR(status->st_mode), static_cast<uint64_t>(status->st_size), status->st_mtime};
}

std::optional<FileInfo> MountedFiles::Stat(const std::string& device, const std::string& path) const {
  return Examine(device, path, Links::kFollow);
}

std::optional<FileInfo> MountedFiles::Lstat(const std::string& device, const std::string& path) const {
  return Examine(device, path, Links::kKeep);
}

Listing MountedFiles::List(const std::string& device, const std::string& path) const {
  auto info = Stat(device, path);
  if (!info || !info->directory) return {};
  std::string directory = Locate(device, path);
  const Mount* mount = MountOf(mounts_, directory);
  return {root_.List(directory, Root::Order::kOfDirectory), offline_ || (mount && KeepsItsOrder(mount->type))};
}

void MountedFiles::Pretend(const FilePath& file, const std::string& content) { pretended_[file] = content; }

std::string MountedFiles::Read(const std::string& device, const std::string& path, size_t limit) const {
  if (auto pretended = pretended_.find({device, path}); pretended != pretended_.end()) return pretended->second;
  std::string here = Locate(device, path);
  read_files_.insert(here);
  return root_.Read(here, limit);
}

std::unique_ptr<FilePieces> MountedFiles::Open(const std::string& device, const std::string& path, size_t limit) const {
  std::string here = Locate(device, path);
  read_files_.insert(here);
  return std::make_unique<DescriptorPieces>(root_.OpenRegular(here).fd, here, limit);
}

bool MountedFiles::Writable(const std::string& device_name) const {
  if (offline_) return true;
  const BlockDevice* device = names_.Find(device_name);
  if (!device || device->dm_uuid.starts_with("LVM-") || device->name.starts_with("md")) return false;
  const Mount* mount = AnyMountOf(*device);
  return mount && mount->type != "btrfs" && mount->type != "zfs";
}

}  // namespace kexec_helper::grub
