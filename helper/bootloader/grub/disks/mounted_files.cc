#include "bootloader/grub/disks/mounted_files.h"

#include <fcntl.h>
#include <strings.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <utility>

#include "bootloader/grub/script/number.h"
#include "sys/error.h"

namespace kexec_helper::grub {

namespace {

constexpr const char* kOfflineDevice = "hd0,gpt1";

bool StartsWith(const std::string& text, const char* prefix) {
  return text.compare(0, std::string(prefix).size(), prefix) == 0;
}

// What GRUB's BIOS and EFI drivers call hdN.
bool IsDisk(const BlockDevice& device) {
  if (device.partition > 0 || !device.dm_name.empty()) return false;
  for (const char* other : {"loop", "ram", "zram", "md", "sr", "fd", "dm-", "nbd"})
    if (StartsWith(device.name, other)) return false;
  return true;
}

std::string WithoutSigns(std::string text, char sign) {
  text.erase(std::remove(text.begin(), text.end(), sign), text.end());
  return text;
}

// "lvmid/VG/LV" of device mapper's "LVM-" with both identifiers, 32 characters each, in GRUB's groups.
std::string LvmId(const std::string& dm_uuid) {
  auto grouped = [](const std::string& id) {
    std::string text;
    for (size_t i = 0; i < id.size(); ++i) {
      if (i >= 6 && i <= 26 && (i - 6) % 4 == 0) text += '-';
      text += id[i];
    }
    return text;
  };
  if (!StartsWith(dm_uuid, "LVM-") || dm_uuid.size() < 68) return "";
  return "lvmid/" + grouped(dm_uuid.substr(4, 32)) + "/" + grouped(dm_uuid.substr(36, 32));
}

// "cryptouuid/…" of "CRYPT-LUKS2-…-NAME".
std::string CryptoId(const std::string& dm_uuid) {
  if (!StartsWith(dm_uuid, "CRYPT-LUKS") || dm_uuid.size() < 44) return "";
  return "cryptouuid/" + dm_uuid.substr(12, 32);
}

bool HasMappedName(const BlockDevice& device, const std::string& name) {
  if (StartsWith(device.dm_uuid, "LVM-") && (name == "lvm/" + device.dm_name || name == LvmId(device.dm_uuid)))
    return true;
  if (!device.dm_uuid.empty() && name == CryptoId(device.dm_uuid)) return true;
  if (!StartsWith(device.name, "md")) return false;
  return name == "md/" + device.name.substr(2) || name == "mduuid/" + WithoutSigns(device.md_uuid, ':');
}

// "gpt2", "msdos2" or "2" is partition 2 of a table of that kind.
bool IsPartition(const BlockDevice& device, const std::string& name) {
  size_t digits = name.find_first_of("0123456789");
  if (digits == std::string::npos || device.partition <= 0) return false;
  std::string scheme = name.substr(0, digits) == "msdos" ? "dos" : name.substr(0, digits);
  return ReadNumber(name.substr(digits), 10).value == static_cast<uint64_t>(device.partition) &&
         (scheme.empty() || device.scheme.empty() || scheme == device.scheme);
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

MountedFiles::MountedFiles(const Root& root, std::vector<Mount> mounts) : root_(root), mounts_(std::move(mounts)) {
  auto devices = ReadBlockDevices(root);
  offline_ = !devices;
  devices_ = std::move(devices).value_or(std::vector<BlockDevice>());
  for (const BlockDevice& device : devices_)
    if (IsDisk(device)) disks_.push_back(device.name);
  std::sort(disks_.begin(), disks_.end(), DiskNameLess);
}

const BlockDevice* MountedFiles::FindDevice(const std::string& name) const {
  size_t comma = name.find(',');
  std::string whole = name.substr(0, comma);
  std::string part = comma == std::string::npos ? "" : name.substr(comma + 1);
  for (const BlockDevice& device : devices_)
    if (part.empty() && HasMappedName(device, whole)) return &device;
  Number disk = StartsWith(whole, "hd") ? ReadNumber(whole.substr(2), 10) : Number{0, 0, Status::kBadNumber};
  if (disk.status != Status::kNone || disk.length + 2 != whole.size() || disk.value >= disks_.size()) return nullptr;
  const std::string& disk_name = disks_[disk.value];
  for (const BlockDevice& device : devices_)
    if (part.empty() ? device.name == disk_name : device.disk == disk_name && IsPartition(device, part)) return &device;
  return nullptr;
}

std::string MountedFiles::NameOf(const BlockDevice& device) const {
  if (StartsWith(device.dm_uuid, "LVM-")) return "lvm/" + device.dm_name;
  if (std::string id = CryptoId(device.dm_uuid); !id.empty()) return id;
  if (StartsWith(device.name, "md")) return "md/" + device.name.substr(2);
  const std::string& disk_name = device.partition > 0 ? device.disk : device.name;
  auto disk = std::find(disks_.begin(), disks_.end(), disk_name);
  if (disk == disks_.end()) return "";
  std::string name = "hd" + std::to_string(disk - disks_.begin());
  if (device.partition == 0) return name;
  return name + "," + (device.scheme == "dos" ? "msdos" : device.scheme) + std::to_string(device.partition);
}

// btrfs has numbers of its own; what it was mounted from tells the device.
const BlockDevice* MountedFiles::DeviceOf(const Mount& mount) const {
  for (const BlockDevice& device : devices_)
    if (device.number == mount.device) return &device;
  if (!StartsWith(mount.source, "/dev/") || !root_.Exists(mount.source)) return nullptr;
  std::string source = root_.Resolve(mount.source);
  for (const BlockDevice& device : devices_)
    if (source == "/dev/" + device.name) return &device;
  return nullptr;
}

// A file system over several devices has one UUID on all of them.
bool MountedFiles::Shows(const Mount& mount, const BlockDevice& device) const {
  const BlockDevice* mounted = DeviceOf(mount);
  return mounted &&
         (mounted == &device || (mount.type == "btrfs" && !device.uuid.empty() && mounted->uuid == device.uuid));
}

const Mount* MountedFiles::AnyMountOf(const BlockDevice& device) const {
  for (const Mount& mount : mounts_)
    if (Shows(mount, device)) return &mount;
  return nullptr;
}

std::vector<std::string> MountedFiles::Devices() const {
  if (offline_) return {kOfflineDevice};
  std::vector<std::string> names;
  for (const BlockDevice& device : devices_)
    if (std::string name = NameOf(device); !name.empty() && AnyMountOf(device)) names.push_back(name);
  std::sort(names.begin(), names.end(), DiskNameLess);
  return names;
}

std::optional<std::string> MountedFiles::DeviceByUuid(const std::string& uuid, const std::vector<std::string>&) const {
  if (offline_) return kOfflineDevice;
  for (const BlockDevice& device : devices_)
    if (!uuid.empty() && ::strcasecmp(device.uuid.c_str(), uuid.c_str()) == 0)
      if (std::string name = NameOf(device); !name.empty()) return name;
  return std::nullopt;
}

std::optional<std::string> MountedFiles::DeviceByLabel(const std::string& label,
                                                       const std::vector<std::string>&) const {
  if (offline_) return kOfflineDevice;
  for (const BlockDevice& device : devices_)
    if (!label.empty() && device.label == label)
      if (std::string name = NameOf(device); !name.empty()) return name;
  return std::nullopt;
}

// Where the path would be on this system, whether or not it is there. Nothing for a device that does not exist or holds
// no file system.
std::optional<std::string> MountedFiles::HostPath(const std::string& device_name, const std::string& path) const {
  if (offline_) return root_.Lstat(path) || !root_.Lstat("/boot" + path) ? path : "/boot" + path;
  const BlockDevice* device = FindDevice(device_name);
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
    hidden_by = top->mount_point;
  }
  if (!hidden_by.empty()) throw Error(where + ": hidden by what is mounted on " + hidden_by);
  if (AnyMountOf(*device)) throw Error(where + ": only another part of this file system is mounted");
  if (device->uuid.empty()) return std::nullopt;
  throw Error(where + ": its file system (UUID " + device->uuid + ") is not mounted: mount it");
}

// The path with its links resolved, or nothing when it leads nowhere: GRUB cannot follow a link to another file system.
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
  std::string name = device ? NameOf(*device) : "";
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

std::string MountedFiles::Read(const std::string& device, const std::string& path, size_t limit) const {
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
  const BlockDevice* device = FindDevice(device_name);
  if (!device || StartsWith(device->dm_uuid, "LVM-") || StartsWith(device->name, "md")) return false;
  const Mount* mount = AnyMountOf(*device);
  return mount && mount->type != "btrfs" && mount->type != "zfs";
}

}  // namespace kexec_helper::grub
