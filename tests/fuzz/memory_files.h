// Disks in memory, with what makes paths difficult: links, loops of links, a disk nobody can look into.
#pragma once

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "bootloader/grub/disks/files.h"
#include "sys/error.h"

namespace kexec_helper::grub {

// "hd0,gpt2" holds GRUB's own files and what Put() adds, "hd0,gpt1" is a small disk with an order of its own that only
// GRUB knows, "md/0" the same disk that GRUB cannot write to, "lvm/vg-root" is not mounted.
class MemoryFiles : public Files {
 public:
  static constexpr const char* kRoot = "hd0,gpt2";
  static constexpr const char* kUnordered = "hd0,gpt1";
  static constexpr const char* kReadOnly = "md/0";
  static constexpr const char* kNotMounted = "lvm/vg-root";

  MemoryFiles() {
    for (const char* name : {"/boot/vmlinuz-6.1.0-1", "/boot/initrd.img-6.1.0-1", "/boot/vmlinuz-6.1.0-10",
                             "/boot/initrd.img-6.1.0-10", "/boot/ucode.img"})
      Put(name, name);
    links_["/vmlinuz"] = "boot/vmlinuz-6.1.0-10";
    links_["/boot/boot"] = ".";
    links_["/boot/self"] = ".";
    links_["/boot/loop"] = "/boot/loop";
    links_["/gone"] = "/nowhere";
  }

  // On the first disk, the directories too.
  void Put(const std::string& path, std::string content) { contents_[path] = std::move(content); }

  std::optional<std::string> DeviceByUuid(const std::string& uuid, const SearchScope&) const override {
    if (uuid == "6f6b7a2c-root") return kRoot;
    if (uuid == "1234-ABCD") return kUnordered;
    if (uuid == "raid") return kReadOnly;
    if (uuid == "lvm") return kNotMounted;
    return std::nullopt;
  }
  std::optional<std::string> DeviceByLabel(const std::string& label, const SearchScope&) const override {
    return label == "root" ? std::optional<std::string>(kRoot) : std::nullopt;
  }
  std::vector<std::string> Devices() const override { return {kUnordered, kRoot, kReadOnly}; }

  std::optional<FileInfo> Stat(const std::string& device, const std::string& path) const override {
    auto real = Find(device, path);
    if (!real) return std::nullopt;
    auto file = contents_.find(*real);
    if (file == contents_.end()) return FileInfo{true, 4096, 1'700'000'000};
    auto size = static_cast<uint64_t>(file->second.size());
    return FileInfo{false, size, 1'600'000'000 + static_cast<int64_t>(size)};
  }

  // The last name is not followed.
  std::optional<FileInfo> Lstat(const std::string& device, const std::string& path) const override {
    size_t slash = path.rfind('/');
    if (slash == std::string::npos || slash + 1 == path.size()) return Stat(device, path);
    auto parent = Find(device, path.substr(0, slash));
    if (!parent || !links_.count((*parent == "/" ? "" : *parent) + path.substr(slash))) return Stat(device, path);
    return FileInfo{false, 8, 1'700'000'000};
  }

  Listing List(const std::string& device, const std::string& path) const override {
    Listing listing{{}, device != kUnordered};
    auto real = Find(device, path);
    if (!real || contents_.count(*real)) return listing;
    std::set<std::string> names;
    auto add = [&](const std::string& file) {
      std::string start = *real == "/" ? "/" : *real + "/";
      if (file.compare(0, start.size(), start) == 0 && file.size() > start.size())
        names.insert(file.substr(start.size(), file.find('/', start.size()) - start.size()));
    };
    for (const auto& [file, content] : contents_) add(file);
    for (const auto& [link, target] : links_) add(link);
    listing.names.assign(names.rbegin(), names.rend());
    return listing;
  }

  bool Writable(const std::string& device) const override { return device != kReadOnly; }

  std::string Read(const std::string& device, const std::string& path, size_t limit) const override {
    auto real = Find(device, path);
    auto file = real ? contents_.find(*real) : contents_.end();
    if (file == contents_.end()) throw Error(path + ": is no file");
    if (file->second.size() > limit) throw Error(path + ": is too large");
    return file->second;
  }

 private:
  static constexpr int kMostLinks = 40;

  // The path without links; nothing when it leads nowhere.
  std::optional<std::string> Find(const std::string& device, const std::string& path) const {
    if (device == kNotMounted) throw Error("(" + device + ")" + path + ": is not mounted");
    if (device != kRoot && device != kUnordered && device != kReadOnly) return std::nullopt;
    std::vector<std::string> rest = Names(path);
    std::string real;
    for (int links = 0; !rest.empty();) {
      std::string name = std::exchange(rest.back(), "");
      rest.pop_back();
      if (name == ".." || name == ".") {
        if (name == "..") real.resize(real.empty() ? 0 : real.rfind('/'));
        continue;
      }
      auto link = links_.find(real + "/" + name);
      if (link == links_.end()) {
        real += "/" + name;
        if (!Exists(real) || (!rest.empty() && contents_.count(real))) return std::nullopt;
        continue;
      }
      if (++links > kMostLinks) return std::nullopt;
      if (link->second[0] == '/') real.clear();
      for (std::string& step : Names(link->second)) rest.push_back(std::move(step));
    }
    return real.empty() ? "/" : real;
  }

  // The last name first.
  static std::vector<std::string> Names(const std::string& path) {
    std::vector<std::string> names;
    for (size_t at = 0; at < path.size();) {
      size_t end = std::min(path.find('/', at), path.size());
      if (end > at) names.push_back(path.substr(at, end - at));
      at = end + 1;
    }
    std::reverse(names.begin(), names.end());
    return names;
  }

  bool Exists(const std::string& path) const {
    if (contents_.count(path)) return true;
    auto below = contents_.lower_bound(path + "/");
    return below != contents_.end() && below->first.compare(0, path.size() + 1, path + "/") == 0;
  }

  std::map<std::string, std::string> contents_;
  std::map<std::string, std::string> links_;
};

}  // namespace kexec_helper::grub
