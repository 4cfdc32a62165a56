// `evaluate-grub [--grub VERSION] [--platform pc|efi] DIR...` prints what the evaluator makes of each
// DIR/boot/grub/grub.cfg as one JSON object, for the differential test with the real interpreter: DIR is the one file
// system, hd0,msdos1, and every UUID and label is its own. Bytes beyond ASCII are printed as U+0080 to U+00FF.
// `evaluate-grub --grub VERSION --commands` prints the names of the commands that it knows of that release.
#include "bootloader/grub/menu/evaluate.h"

#include <sys/stat.h>

#include <iostream>
#include <nlohmann/json.hpp>
#include <sstream>
#include <string>
#include <vector>

#include "bootloader/grub/commands/commands.h"
#include "bootloader/grub/menu/installed_release.h"
#include "bootloader/grub/menu/nested_menu.h"
#include "sys/error.h"
#include "sys/root.h"

namespace {

using namespace kexec_helper;
using Json = nlohmann::ordered_json;

constexpr const char* kDevice = "hd0,msdos1";

// A directory of this system as a disk with one file system.
class DirectoryFiles : public grub::Files {
 public:
  explicit DirectoryFiles(const std::string& directory) : root_(directory) {}

  std::optional<std::string> DeviceByUuid(const std::string& uuid, const grub::SearchScope& scope) const override {
    return scope.disks == grub::SearchScope::Disks::kAll ? DeviceByName(uuid) : std::nullopt;
  }
  std::optional<std::string> DeviceByLabel(const std::string& label, const grub::SearchScope& scope) const override {
    return scope.disks == grub::SearchScope::Disks::kAll ? DeviceByName(label) : std::nullopt;
  }
  std::vector<std::string> Devices() const override { return {kDevice}; }
  bool Writable(const std::string&) const override { return true; }

  std::optional<grub::FileInfo> Lstat(const std::string& device, const std::string& path) const override {
    auto status = IsDisk(device) ? root_.Lstat(path) : std::nullopt;
    if (!status) return std::nullopt;
    return grub::FileInfo{S_ISDIR(status->st_mode), static_cast<uint64_t>(status->st_size), status->st_mtime};
  }

  std::optional<grub::FileInfo> Stat(const std::string& device, const std::string& path) const override {
    return root_.Exists(path) ? Lstat(device, root_.Resolve(path)) : std::nullopt;
  }

  grub::Listing List(const std::string& device, const std::string& path) const override {
    if (!IsDisk(device) || !root_.Exists(path)) return {{}, true};
    return {root_.List(path, Root::Order::kOfDirectory), true};
  }

  std::string Read(const std::string&, const std::string& path, size_t limit) const override {
    return root_.Read(path, limit);
  }

 private:
  // A word that looks like an option is no name.
  static std::optional<std::string> DeviceByName(const std::string& name) {
    return name.starts_with("-") ? std::nullopt : std::optional<std::string>(kDevice);
  }

  static bool IsDisk(const std::string& device) { return device == kDevice || device == "hd0,1"; }

  Root root_;
};

std::string Utf8(const std::string& bytes) {
  std::string text;
  for (char c : bytes) {
    auto byte = static_cast<unsigned char>(c);
    if (byte < 0x80) {
      text += c;
      continue;
    }
    text += static_cast<char>(0xc0 | (byte >> 6));
    text += static_cast<char>(0x80 | (byte & 0x3f));
  }
  return text;
}

Json Strings(const std::vector<std::string>& strings) {
  Json array = Json::array();
  for (const std::string& text : strings) array.push_back(Utf8(text));
  return array;
}

std::string Hex(const std::string& bytes) {
  std::ostringstream out;
  for (char c : bytes) {
    constexpr const char* kDigits = "0123456789abcdef";
    auto byte = static_cast<unsigned char>(c);
    out << kDigits[byte >> 4] << kDigits[byte & 15];
  }
  return out.str();
}

void AddKernel(Json& json, const grub::LinuxKernel& kernel) {
  json["linux"] = Utf8(kernel.kernel.word);
  for (const grub::LoadedFile& initrd : kernel.initrds) json["initrd"].push_back(Utf8(initrd.word));
  json["args"] = Utf8(grub::QuoteArguments(kernel.arguments));
  json["words"] = Strings(kernel.arguments);
}

Json Evaluate(const std::string& directory, const std::string& platform, grub::Release release) {
  Json json = {{"entry", nullptr}, {"linux", nullptr},   {"initrd", Json::array()}, {"args", nullptr},
               {"words", nullptr}, {"grubenv", nullptr}, {"error", nullptr},        {"problems", Json::array()}};
  DirectoryFiles files(directory);
  grub::FilePath block{kDevice, "/boot/grub/grubenv"};
  try {
    if (files.Stat(block.device, block.path)) json["grubenv"] = Hex(files.Read(block.device, block.path, 1 << 20));
    grub::BootEvaluation boot =
        grub::EvaluateBoot(files, {platform == "efi" ? "x86_64" : "i386", platform, {kDevice, "/boot/grub"}, release});
    json["problems"] = Strings(boot.problems);
    auto changed = boot.changed_blocks.find(block);
    if (changed != boot.changed_blocks.end()) json["grubenv"] = Hex(changed->second.text());
    if (!boot.kernel) {
      json["error"] = Utf8(boot.refusal);
      return json;
    }
    if (boot.entry) {
      json["entry"] = {{"title", Utf8(boot.entry->title)}, {"id", Utf8(boot.entry->id)}, {"path", boot.entry->path}};
    }
    AddKernel(json, *boot.kernel);
  } catch (const Error& error) {
    json["error"] = Utf8(error.what());
  }
  return json;
}

int PrintCommands(grub::Release release) {
  grub::CommandTable commands = grub::MakeCommandTable(release);
  grub::AddNestedMenuCommands(commands);
  for (const auto& [name, handler] : commands) std::cout << name << "\n";
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  std::string platform = "pc";
  grub::Release release = grub::Release::k2_06;
  std::vector<std::string> directories(argv + 1, argv + argc);
  while (directories.size() > 2 && directories[0].starts_with("--")) {
    if (directories[0] == "--grub") release = grub::ReleaseOfVersion(directories[1]);
    if (directories[0] == "--platform") platform = directories[1];
    directories.erase(directories.begin(), directories.begin() + 2);
  }
  if (directories == std::vector<std::string>{"--commands"}) return PrintCommands(release);
  for (const std::string& directory : directories)
    std::cout << Evaluate(directory, platform, release).dump(-1, ' ', true) << "\n";
  return directories.empty() ? 2 : 0;
}
