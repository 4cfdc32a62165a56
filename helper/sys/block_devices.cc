#include "sys/block_devices.h"

#include <algorithm>
#include <boost/filesystem/path.hpp>
#include <cstdlib>
#include <sstream>

namespace kexec_helper {

namespace {

constexpr const char* kSysfs = "/sys/class/block";
constexpr size_t kAttributeLimit = 4096;
constexpr size_t kRecordLimit = 1 << 20;

std::string Attribute(const Root& root, const std::string& path) {
  std::string text = root.ReadIfPresent(path, kAttributeLimit).value_or("");
  return text.substr(0, text.find('\n'));
}

// udev's \x20 in a label is a blank.
std::string UndoHex(const std::string& text) {
  std::string result;
  for (size_t i = 0; i < text.size(); ++i) {
    if (text.compare(i, 2, "\\x") != 0 || i + 4 > text.size()) {
      result += text[i];
      continue;
    }
    result += static_cast<char>(std::strtol(text.substr(i + 2, 2).c_str(), nullptr, 16));
    i += 3;
  }
  return result;
}

BlockDevice ReadBlockDevice(const Root& root, const std::string& name) {
  const std::string directory = std::string(kSysfs) + "/" + name;
  BlockDevice device;
  device.name = name;
  device.number = Attribute(root, directory + "/dev");
  device.partition = static_cast<int>(std::strtol(Attribute(root, directory + "/partition").c_str(), nullptr, 10));
  // The link leads to …/vda/vda2: a partition lies in its disk's directory.
  if (device.partition > 0)
    device.disk = boost::filesystem::path(root.Resolve(directory)).parent_path().filename().string();
  else
    device.hidden = Attribute(root, directory + "/hidden") == "1";
  device.dm_name = Attribute(root, directory + "/dm/name");
  device.dm_uuid = Attribute(root, directory + "/dm/uuid");
  if (!device.dm_name.empty()) device.slaves = root.List(directory + "/slaves");
  if (auto record = root.ReadIfPresent("/run/udev/data/b" + device.number, kRecordLimit))
    ApplyUdevRecord(*record, device);
  return device;
}

}  // namespace

void ApplyUdevRecord(std::string_view record, BlockDevice& device) {
  std::istringstream lines{std::string(record)};
  for (std::string line; std::getline(lines, line);) {
    size_t equals = line.find('=');
    if (line.compare(0, 2, "E:") != 0 || equals == std::string::npos) continue;
    std::string name = line.substr(2, equals - 2);
    std::string value = line.substr(equals + 1);
    if (name == "ID_FS_UUID_ENC") device.uuid = UndoHex(value);
    if (name == "ID_FS_LABEL_ENC") device.label = UndoHex(value);
    if (name == "ID_FS_TYPE") device.type = value;
    if (name == "ID_PART_ENTRY_SCHEME") device.scheme = value;
    if (name == "ID_PART_ENTRY_TYPE") device.partition_type = value;
    if (name == "ID_PART_ENTRY_UUID") device.partition_uuid = value;
    if (name == "MD_UUID") device.md_uuid = value;
  }
}

std::optional<std::vector<BlockDevice>> ReadBlockDevices(const Root& root) {
  if (!root.Exists(kSysfs)) return std::nullopt;
  std::vector<BlockDevice> devices;
  for (const std::string& name : root.List(kSysfs)) devices.push_back(ReadBlockDevice(root, name));
  return devices;
}

// Runs of digits compare as numbers. Of letters the shorter run comes first when one kind of disk has both.
bool DiskNameLess(const std::string& a, const std::string& b) {
  auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
  auto run_end = [&](const std::string& text, size_t at) {
    size_t end = at;
    while (end < text.size() && is_digit(text[end]) == is_digit(text[at])) ++end;
    return end;
  };
  size_t i = 0;
  size_t j = 0;
  while (i < a.size() && j < b.size()) {
    std::string x = a.substr(i, run_end(a, i) - i);
    std::string y = b.substr(j, run_end(b, j) - j);
    if (x.size() != y.size()) return x.size() < y.size();
    if (x != y) return x < y;
    i += x.size();
    j += y.size();
  }
  return i == a.size() && j < b.size();
}

}  // namespace kexec_helper
