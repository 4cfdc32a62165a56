#include "bootloader/bls/partitions.h"

#include <sys/stat.h>

#include <algorithm>
#include <array>
#include <optional>

#include "bootloader/bls/entry.h"
#include "sys/block_devices.h"
#include "sys/efi_variable.h"
#include "sys/error.h"

namespace kexec_helper::bls {

namespace {

constexpr std::array kEspPlaces = {"/efi", "/boot", "/boot/efi"};
constexpr const char* kXbootldrPlace = "/boot";
constexpr const char* kEspType = "c12a7328-f81f-11d2-ba4b-00a0c93ec93b";  // UAPI.1
constexpr const char* kXbootldrType = "bc13c2ff-59e6-4262-a352-b275fd6f7172";

bool IsFat(const Mount& mount) { return mount.type == "vfat" || mount.type == "msdos"; }

std::vector<std::string> Components(const std::string& path) {
  std::vector<std::string> names;
  for (size_t at = 0; at < path.size();) {
    size_t end = std::min(path.find_first_of("/\\", at), path.size());
    if (end > at) names.push_back(path.substr(at, end - at));
    at = end + 1;
  }
  return names;
}

// The mount at exactly that place, the last one where several are.
const Mount* MountAt(const std::vector<Mount>& mounts, const std::string& place) {
  const Mount* mount = MountOf(mounts, place);
  return mount && mount->mount_point == place ? mount : nullptr;
}

class Finder {
 public:
  Finder(const Root& root, const std::vector<Mount>& mounts) : root_(root), mounts_(mounts) {
    if (auto devices = ReadBlockDevices(root)) devices_ = std::move(*devices);
  }

  std::vector<Partition> Run() {
    const Mount* esp = FindEsp();
    if (!esp)
      throw Error(
          "EFI system partition: none is mounted at /efi, /boot or /boot/efi (FAT, and of that type in the partition "
          "table), so the boot loader's entries cannot be read: mount it");
    CheckBootedFrom(*esp);
    std::vector<Partition> partitions{Partition(root_, esp->mount_point)};
    if (const Mount* extended = FindXbootldr(*esp)) partitions.emplace_back(root_, extended->mount_point);
    return partitions;
  }

 private:
  const BlockDevice* DeviceOf(const Mount& mount) const {
    auto found = std::find_if(devices_.begin(), devices_.end(),
                              [&](const BlockDevice& device) { return device.number == mount.device; });
    return found == devices_.end() ? nullptr : &*found;
  }

  std::string TypeOf(const Mount& mount) const {
    const BlockDevice* device = DeviceOf(mount);
    return device ? LowerCase(device->partition_type) : "";
  }

  const Mount* FindEsp() const {
    for (const char* place : kEspPlaces) {
      const Mount* mount = MountAt(mounts_, place);
      if (!mount || !IsFat(*mount) || mount->root != "/") continue;
      std::string type = TypeOf(*mount);
      if (type == kEspType) return mount;
      // Where nothing tells the types, a FAT file system on /boot beside another one is XBOOTLDR.
      bool may_be_extended = mount->mount_point == kXbootldrPlace && FatAt("/boot/efi");
      if (type.empty() && !may_be_extended) return mount;
    }
    return nullptr;
  }

  bool FatAt(const std::string& place) const {
    const Mount* mount = MountAt(mounts_, place);
    return mount && IsFat(*mount);
  }

  // A machine with several ESPs reads the one that its firmware has started the boot loader from.
  void CheckBootedFrom(const Mount& esp) const {
    const BlockDevice* device = DeviceOf(esp);
    const std::string booted = ReadLoaderText(root_, "LoaderDevicePartUUID");
    if (!device || device->partition_uuid.empty() || booted.empty()) return;
    if (LowerCase(device->partition_uuid) != LowerCase(booted))
      throw Error(esp.mount_point + ": is not the EFI system partition that the machine booted from (its UUID is " +
                  device->partition_uuid + ", EFI variable LoaderDevicePartUUID says " + booted + "): mount that one");
  }

  const Mount* FindXbootldr(const Mount& esp) const {
    const Mount* mount = MountAt(mounts_, kXbootldrPlace);
    bool candidate = mount && mount != &esp && IsOnDiskOf(*mount, esp);
    bool known = candidate && TypeOf(*mount) == kXbootldrType;
    if (known && !IsFat(*mount))
      throw Error(mount->mount_point + ": is an XBOOTLDR partition of type " + mount->type +
                  ": whether the firmware can read it is not known: use FAT");
    if (known || (candidate && IsFat(*mount) && TypeOf(*mount).empty())) return mount;
    CheckNoOther(esp);
    return nullptr;
  }

  // The boot loader looks at the disk that it was started from.
  bool IsOnDiskOf(const Mount& mount, const Mount& esp) const {
    const BlockDevice* device = DeviceOf(mount);
    const BlockDevice* esp_device = DeviceOf(esp);
    return !device || !esp_device || device->disk == esp_device->disk;
  }

  // One that is not mounted has entries that cannot be seen.
  void CheckNoOther(const Mount& esp) const {
    const BlockDevice* esp_device = DeviceOf(esp);
    for (const BlockDevice& device : devices_)
      if (LowerCase(device.partition_type) == kXbootldrType && esp_device && device.disk == esp_device->disk)
        throw Error("/dev/" + device.name + ": an XBOOTLDR partition that is not mounted at /boot: mount it");
  }

  const Root& root_;
  const std::vector<Mount>& mounts_;
  std::vector<BlockDevice> devices_;
};

}  // namespace

// The name as it is written where that exists: a kernel mounts FAT so, too.
std::string Partition::FindName(const std::string& directory, const std::string& name) const {
  if (root_.Lstat(directory + "/" + name)) return name;
  std::string found;
  for (const std::string& other : root_.List(directory)) {
    if (LowerCase(other) != LowerCase(name)) continue;
    if (!found.empty())
      throw Error(directory + "/" + name + ": " + found + " and " + other +
                  " differ in case alone, which FAT does not "
                  "know: remove one");
    found = other;
  }
  return found;
}

std::string Partition::Locate(const std::string& path) const {
  std::string here = mount_point_;
  for (const std::string& name : Components(path)) {
    if (name == "." || name == "..")
      throw Error(mount_point_ + path + ": leads through \"" + name + "\": use a plain path");
    auto directory = root_.Lstat(here);
    if (!directory || !S_ISDIR(directory->st_mode)) return "";
    std::string found = FindName(here, name);
    if (found.empty()) return "";
    here += "/" + found;
    auto status = root_.Lstat(here);
    if (status && S_ISLNK(status->st_mode)) throw Error(SymbolicLinkProblem(here));
  }
  return here;
}

std::vector<std::string> Partition::List(const std::string& directory) const {
  std::string here = Locate(directory);
  if (here.empty()) return {};
  auto status = root_.Lstat(here);
  if (!status || !S_ISDIR(status->st_mode)) return {};
  return root_.List(here);
}

std::string SymbolicLinkProblem(const std::string& path) {
  return path + ": is a symbolic link, which the firmware's FAT does not have: copy the file";
}

std::vector<Partition> FindPartitions(const Root& root, const std::vector<Mount>& mounts) {
  return Finder(root, mounts).Run();
}

}  // namespace kexec_helper::bls
