// Disks made of strings.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "bootloader/grub/disks/files.h"
#include "sys/error.h"

namespace kexec_helper::grub {

// One device, "hd0,gpt2", whose files are a map; its directories are those of the files. Another one, "hd1,gpt1", is
// there and not mounted.
class FakeFiles : public Files {
 public:
  static constexpr const char* kDevice = "hd0,gpt2";
  static constexpr const char* kUnmounted = "hd1,gpt1";

  std::map<std::string, std::string> files;
  bool ordered = true;
  bool writable = true;

  std::optional<std::string> DeviceByUuid(const std::string& uuid, const SearchScope&) const override {
    if (uuid == "other") return kUnmounted;
    return uuid == "root" ? std::optional<std::string>(kDevice) : std::nullopt;
  }
  std::optional<std::string> DeviceByLabel(const std::string& label, const SearchScope& scope) const override {
    return DeviceByUuid(label, scope);
  }
  std::vector<std::string> Devices() const override { return {kDevice}; }
  bool Writable(const std::string&) const override { return writable; }

  std::optional<FileInfo> Stat(const std::string& device, const std::string& path) const override {
    if (device == kUnmounted) throw Error("(" + device + ")" + path + ": not mounted");
    if (device != kDevice) return std::nullopt;
    auto found = files.find(path);
    if (found != files.end()) return FileInfo{false, found->second.size(), 0};
    std::string directory = path == "/" ? path : path + "/";
    auto below = files.lower_bound(directory);
    bool is_directory = below != files.end() && below->first.compare(0, directory.size(), directory) == 0;
    return is_directory ? std::optional(FileInfo{true, 0, 0}) : std::nullopt;
  }
  std::optional<FileInfo> Lstat(const std::string& device, const std::string& path) const override {
    return Stat(device, path);
  }

  Listing List(const std::string& device, const std::string& path) const override {
    Listing listing{{}, ordered};
    if (device != kDevice) return listing;
    std::string directory = path.empty() || path.back() != '/' ? path + "/" : path;
    for (const auto& [name, content] : files)
      if (name.compare(0, directory.size(), directory) == 0 && name.find('/', directory.size()) == std::string::npos)
        listing.names.push_back(name.substr(directory.size()));
    return listing;
  }

  std::string Read(const std::string&, const std::string& path, size_t) const override { return files.at(path); }
};

}  // namespace kexec_helper::grub
