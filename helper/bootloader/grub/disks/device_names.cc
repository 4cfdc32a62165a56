#include "bootloader/grub/disks/device_names.h"

#include <algorithm>
#include <iomanip>
#include <optional>
#include <sstream>
#include <utility>

#include "bootloader/grub/script/number.h"

namespace kexec_helper::grub {

namespace {

constexpr size_t kLvmUuidLength = 68;  // "LVM-" and two identifiers of 32 characters; more for a volume's hidden parts

// What GRUB's BIOS and EFI drivers call hdN.
bool IsDisk(const BlockDevice& device) {
  if (device.partition > 0 || !device.dm_name.empty() || device.hidden || device.number.empty()) return false;
  for (const char* other : {"loop", "ram", "zram", "md", "sr", "fd", "dm-", "nbd", "zd", "rbd", "drbd", "bcache",
                            "etherd", "ublk", "mtd", "nullb"})
    if (device.name.starts_with(other)) return false;
  // The boot and replay-protected areas of an eMMC.
  return !device.name.starts_with("mmcblk") ||
         (device.name.find("boot") == std::string::npos && device.name.find("rpmb") == std::string::npos);
}

std::string WithoutCharacter(std::string text, char character) {
  std::erase(text, character);
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
  if (!dm_uuid.starts_with("LVM-") || dm_uuid.size() < kLvmUuidLength) return "";
  return "lvmid/" + grouped(dm_uuid.substr(4, 32)) + "/" + grouped(dm_uuid.substr(36, 32));
}

// "cryptouuid/…" of "CRYPT-LUKS2-…-NAME".
std::string CryptoId(const std::string& dm_uuid) {
  if (!dm_uuid.starts_with("CRYPT-LUKS") || dm_uuid.size() < 44) return "";
  return "cryptouuid/" + dm_uuid.substr(12, 32);
}

bool HasMappedName(const BlockDevice& device, const std::string& name) {
  if (device.dm_uuid.starts_with("LVM-") && (name == "lvm/" + device.dm_name || name == LvmId(device.dm_uuid)))
    return true;
  if (!device.dm_uuid.empty() && name == CryptoId(device.dm_uuid)) return true;
  if (!device.name.starts_with("md")) return false;
  return name == "md/" + device.name.substr(2) || name == "mduuid/" + WithoutCharacter(device.md_uuid, ':');
}

std::string PartitionName(const std::string& scheme, int number) {
  return (scheme == "dos" ? "msdos" : scheme) + std::to_string(number);
}

// "gpt2", "msdos2" or "2" is partition 2 of a table of that kind.
bool IsPartition(const BlockDevice& device, int partition, const std::string& name) {
  size_t digits = name.find_first_of("0123456789");
  if (digits == std::string::npos || partition <= 0) return false;
  std::string scheme = name.substr(0, digits) == "msdos" ? "dos" : name.substr(0, digits);
  return ReadNumber(name.substr(digits), 10).value == static_cast<uint64_t>(partition) &&
         (scheme.empty() || device.scheme.empty() || scheme == device.scheme);
}

bool IsRaidOfBios(const std::string& dm_uuid) { return dm_uuid.starts_with("DMRAID-"); }
bool IsMap(const std::string& dm_uuid) { return dm_uuid.starts_with("mpath-") || IsRaidOfBios(dm_uuid); }

// Of kpartx's "part2-mpath-…": the map's own identifier and the number.
struct MapPart {
  std::string whole;
  int number = 0;
};

std::optional<MapPart> PartOfMap(const std::string& dm_uuid) {
  size_t dash = dm_uuid.find('-');
  if (!dm_uuid.starts_with("part") || dash == std::string::npos || !IsMap(dm_uuid.substr(dash + 1)))
    return std::nullopt;
  Number number = ReadNumber(dm_uuid.substr(4, dash - 4), 10);
  if (number.status != Status::kNone || number.length != dash - 4) return std::nullopt;
  return MapPart{dm_uuid.substr(dash + 1), static_cast<int>(number.value)};
}

// A pool's GUID is decimal in udev's database and hexadecimal for GRUB.
std::string PoolId(const std::string& guid) {
  Number number = ReadNumber(guid, 10);
  if (number.status != Status::kNone || number.length != guid.size()) return guid;
  std::ostringstream text;
  text << std::hex << std::setw(16) << std::setfill('0') << number.value;
  return text.str();
}

}  // namespace

DeviceNames::DeviceNames(std::vector<BlockDevice> devices) : devices_(std::move(devices)) {
  for (BlockDevice& device : devices_) {
    if (device.type == "zfs_member") device.uuid = PoolId(device.uuid);
    if (IsDisk(device)) disks_.push_back(device.name);
  }
  std::sort(disks_.begin(), disks_.end(), DiskNameLess);
  ReadMaps();
}

// Each path of a multipath map is a disk of the firmware's; the disks of a BIOS RAID are one.
void DeviceNames::ReadMaps() {
  for (const BlockDevice& device : devices_) {
    if (!IsMap(device.dm_uuid)) continue;
    bool first = true;
    for (const std::string& disk : disks_) {
      if (std::find(device.slaves.begin(), device.slaves.end(), disk) == device.slaves.end()) continue;
      if (first || !IsRaidOfBios(device.dm_uuid)) holders_[disk] = &device;
      first = false;
    }
    if (!IsRaidOfBios(device.dm_uuid)) continue;
    std::erase_if(disks_, [&](const std::string& disk) {
      return std::find(device.slaves.begin(), device.slaves.end(), disk) != device.slaves.end() &&
             !holders_.count(disk);
    });
  }
}

const BlockDevice* DeviceNames::ByName(const std::string& name) const {
  for (const BlockDevice& device : devices_)
    if (device.name == name) return &device;
  return nullptr;
}

const BlockDevice* DeviceNames::ByMapping(const std::string& dm_uuid) const {
  for (const BlockDevice& device : devices_)
    if (device.dm_uuid == dm_uuid) return &device;
  return nullptr;
}

const BlockDevice& DeviceNames::Canonical(const BlockDevice& device) const {
  auto holder = holders_.find(device.partition > 0 ? device.disk : device.name);
  if (holder == holders_.end()) return device;
  if (device.partition == 0) return *holder->second;
  const BlockDevice* part = ByMapping("part" + std::to_string(device.partition) + "-" + holder->second->dm_uuid);
  return part ? *part : device;
}

const BlockDevice* DeviceNames::Find(const std::string& name) const {
  size_t comma = name.find(',');
  std::string whole = name.substr(0, comma);
  std::string part = comma == std::string::npos ? "" : name.substr(comma + 1);
  for (const BlockDevice& device : devices_)
    if (part.empty() && HasMappedName(device, whole) && !NameOf(device).empty()) return &device;
  for (const BlockDevice& device : devices_)  // the name NameOf gives a map whose paths are not known
    if (IsMap(device.dm_uuid) || PartOfMap(device.dm_uuid))
      if (NameOfMap(device) == name) return &device;
  Number disk = whole.starts_with("hd") ? ReadNumber(whole.substr(2), 10) : Number{0, 0, Status::kBadNumber};
  if (disk.status != Status::kNone || disk.length + 2 != whole.size() || disk.value >= disks_.size()) return nullptr;
  const std::string& disk_name = disks_[disk.value];
  if (auto holder = holders_.find(disk_name); holder != holders_.end()) {
    if (part.empty()) return holder->second;
    for (const BlockDevice& device : devices_)
      if (auto mapped = PartOfMap(device.dm_uuid); mapped && mapped->whole == holder->second->dm_uuid)
        if (IsPartition(device, mapped->number, part)) return &device;
  }
  for (const BlockDevice& device : devices_)
    if (part.empty() ? device.name == disk_name
                     : device.disk == disk_name && IsPartition(device, device.partition, part))
      return &device;
  return nullptr;
}

// Not so the hidden parts of a volume, a snapshot (what is named like it holds the differences only) and what lies in a
// thin or deduplicating pool.
bool DeviceNames::IsSeen(const BlockDevice& volume) const {
  if (volume.dm_uuid.size() > kLvmUuidLength || ByMapping(volume.dm_uuid + "-cow")) return false;
  for (const std::string& slave : volume.slaves) {
    const BlockDevice* below = ByName(slave);
    if (below && (below->dm_uuid.ends_with("-tpool") || below->dm_uuid.ends_with("-vpool"))) return false;
  }
  return true;
}

// The first path's. A tree without /sys/…/slaves does not have it; the map's own name then serves here.
std::string DeviceNames::NameOfMap(const BlockDevice& device) const {
  auto part = PartOfMap(device.dm_uuid);
  const BlockDevice* whole = part ? ByMapping(part->whole) : &device;
  for (size_t i = 0; whole && i < disks_.size(); ++i) {
    auto holder = holders_.find(disks_[i]);
    if (holder == holders_.end() || holder->second != whole) continue;
    return "hd" + std::to_string(i) + (part ? "," + PartitionName(device.scheme, part->number) : "");
  }
  return "mapper/" + device.dm_name;
}

std::string DeviceNames::NameOf(const BlockDevice& device) const {
  if (device.dm_uuid.starts_with("LVM-")) return IsSeen(device) ? "lvm/" + device.dm_name : "";
  if (std::string id = CryptoId(device.dm_uuid); !id.empty()) return id;
  if (device.name.starts_with("md")) return "md/" + device.name.substr(2);
  if (IsMap(device.dm_uuid) || PartOfMap(device.dm_uuid)) return NameOfMap(device);
  const std::string& disk_name = device.partition > 0 ? device.disk : device.name;
  auto disk = std::find(disks_.begin(), disks_.end(), disk_name);
  if (disk == disks_.end()) return "";
  std::string name = "hd" + std::to_string(disk - disks_.begin());
  return device.partition == 0 ? name : name + "," + PartitionName(device.scheme, device.partition);
}

bool DeviceNames::IsEncrypted(const BlockDevice& device) const {
  if (!CryptoId(device.dm_uuid).empty()) return true;
  if (!device.dm_uuid.starts_with("LVM-") || device.slaves.empty()) return false;
  return std::all_of(device.slaves.begin(), device.slaves.end(), [this](const std::string& slave) {
    const BlockDevice* below = ByName(slave);
    return below && IsEncrypted(*below);
  });
}

}  // namespace kexec_helper::grub
