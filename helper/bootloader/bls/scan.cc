#include "bootloader/bls/scan.h"

#include <sys/stat.h>

#include <algorithm>
#include <map>

#include "bootloader/bls/order.h"
#include "image/unified_image.h"
#include "sys/error.h"
#include "sys/key_value_lines.h"

namespace kexec_helper::bls {

namespace {

constexpr size_t kMaxEntryBytes = 1 << 20;
constexpr size_t kMaxConfigurationBytes = 1 << 20;
constexpr int kFirstWithUki = 258;  // the release of systemd-boot that knows the keys uki and uki-url
constexpr const char* kEntries = "/loader/entries";
constexpr const char* kImages = "/EFI/Linux";

// What the image's os-release says of it (systemd's bootspec): the first of several names that is there.
class OsRelease {
 public:
  explicit OsRelease(const std::string& text) {
    for (const KeyValue& line : ReadKeyValueLines(text, "=")) {
      values_[line.key] = line.value;
      has_single_quotes_ |= line.quote == '\'';
    }
  }

  // Releases of systemd-boot differ in what they mean.
  bool HasSingleQuotes() const { return has_single_quotes_; }

  std::optional<std::string> First(std::initializer_list<const char*> names) const {
    for (const char* name : names)
      if (auto found = values_.find(name); found != values_.end()) return found->second;
    return std::nullopt;
  }

 private:
  std::map<std::string, std::string> values_;
  bool has_single_quotes_ = false;
};

class Scanner {
 public:
  Scanner(const Root& root, const LoaderTraits& loader) : root_(root), loader_(loader) {}

  void Read(const Partition& partition) {
    ReadFiles(partition, kImages, ".efi",
              [&](const std::string& name, const std::string& path) { AddImage(partition, name, path); });
    ReadFiles(partition, kEntries, ".conf",
              [&](const std::string& name, const std::string& path) { AddEntryFile(partition, name, path); });
  }

  void ReadConfiguration(const Partition& partition) {
    std::string path = partition.Locate("/loader/loader.conf");
    if (path.empty()) return;
    scan_.configuration = ParseLoaderConfiguration(root_.Read(path, kMaxConfigurationBytes));
    scan_.files.push_back(path);
  }

  Scan Finish() {
    SortMenu(scan_.entries);
    return std::move(scan_);
  }

 private:
  template <typename Add>
  void ReadFiles(const Partition& partition, const char* directory, const std::string& suffix, const Add& add) {
    std::vector<std::string> names = partition.List(directory);
    if ((files_ += names.size()) > loader_.max_entries)
      throw Error(partition.mount_point() + directory + ": more than " + std::to_string(loader_.max_entries) +
                  " files, which systemd-boot cannot have as entries: remove some");
    std::string here = partition.Locate(directory);
    for (const std::string& name : names) {
      if (name[0] == '.' || !EndsWithAnyCase(name, suffix) || LowerCase(name).compare(0, 5, "auto-") == 0) continue;
      std::string path = here + "/" + name;
      try {
        if (IsDirectory(path)) continue;
        add(name, path);
      } catch (const Error& error) {
        AddUnknown(name, suffix, path, error.what());
      }
    }
  }

  bool IsDirectory(const std::string& path) const {
    auto status = root_.Lstat(path);
    if (status && S_ISLNK(status->st_mode)) throw Error(SymbolicLinkProblem(path));
    return status && S_ISDIR(status->st_mode);
  }

  // A file that cannot be read may be any entry.
  void AddUnknown(const std::string& name, const std::string& suffix, const std::string& path,
                  const std::string& problem) {
    MenuEntry entry;
    entry.name = ParseEntryFileName(name, suffix);
    entry.title = entry.name.id;
    entry.file = path;
    entry.uncertainty = problem;
    entry.place_known = false;
    scan_.entries.push_back(std::move(entry));
  }

  void AddImage(const Partition& partition, const std::string& name, const std::string& path) {
    auto image = FindUnifiedImage(path, root_.OpenRegular(path));
    if (!image && HasOsRelease(path)) throw Error(path + ": has no .linux section: what it starts is not known");
    if (!image) {
      scan_.notes.push_back(path + ": is not a unified kernel image (it has no .linux section): ignored");
      return;
    }
    for (size_t i = 0; i < image->profiles.size(); ++i) AddProfile(partition, *image, i, name, path);
  }

  // That makes it an entry of the menu.
  bool HasOsRelease(const std::string& path) const {
    RegularFile file = root_.OpenRegular(path);
    auto sections = ReadPeSections(path, SliceReader(file.fd.get(), path));
    return sections && std::any_of(sections->begin(), sections->end(),
                                   [](const PeSection& section) { return section.name == ".osrel"; });
  }

  void AddProfile(const Partition& partition, const UnifiedImage& image, size_t number, const std::string& name,
                  const std::string& path) {
    const UnifiedProfile& profile = image.profiles[number];
    OsRelease release(profile.os_release);
    if (release.HasSingleQuotes())
      throw Error(path +
                  ": its .osrel section has single quotes, which releases of systemd-boot read differently: build "
                  "it with double quotes");
    auto title = release.First({"PRETTY_NAME", "IMAGE_ID", "NAME", "ID"});
    if (!title) {
      scan_.notes.push_back(path + ": its .osrel section names no system, so the boot loader skips it");
      return;
    }
    MenuEntry entry;
    entry.kind = EntryKind::kUnified;
    entry.name = ParseEntryFileName(name, ".efi");
    entry.profile = static_cast<unsigned>(number);
    if (number > 0) entry.profile_id = "@" + LowerCase(profile.id.empty() ? std::to_string(number) : profile.id);
    entry.title = *title;
    if (!profile.title.empty()) entry.title += " (" + profile.title + ")";
    entry.sort_key = release.First({"IMAGE_ID", "ID"});
    entry.version = release.First({"IMAGE_VERSION", "VERSION", "VERSION_ID", "BUILD_ID"}).value_or("");
    entry.file = entry.kernel_path = path;
    entry.partition = partition.mount_point();
    entry.kernel = std::string(kImages) + "/" + name;
    entry.options = profile.command_line;
    if (image.has_device_tree) entry.uncertainty = DeviceTreeProblem(path);
    if (number > 0) entry.uncertainty = path + ": only the boot loader can choose another profile than the first";
    scan_.entries.push_back(std::move(entry));
  }

  void AddEntryFile(const Partition& partition, const std::string& name, const std::string& path) {
    Entry text = ParseEntry(root_.Read(path, kMaxEntryBytes));
    if (!text.architecture.empty() && LowerCase(text.architecture) != loader_.architecture) return;
    bool knows_uki = loader_.version == 0 || loader_.version >= kFirstWithUki;
    if (!knows_uki) {
      text.uki_path.reset();
      text.uki_url.reset();
    }
    int programs =
        text.linux_path.has_value() + text.efi_path.has_value() + text.uki_path.has_value() + text.uki_url.has_value();
    if (programs == 0) {
      scan_.notes.push_back(path + ": has no key linux: ignored");
      return;
    }
    MenuEntry entry = EntryOf(text, name, path);
    if (programs > 1) entry.uncertainty = path + ": has several of the keys linux, efi and uki: keep one";
    if (!text.uki_url) Find(partition, entry);
    if (!text.uki_url && entry.kernel_path.empty() && entry.uncertainty.empty()) {
      scan_.notes.push_back(path + ": " + entry.kernel + " does not exist, so the boot loader skips the entry");
      return;
    }
    scan_.entries.push_back(std::move(entry));
  }

  MenuEntry EntryOf(const Entry& text, const std::string& name, const std::string& path) const {
    MenuEntry entry;
    entry.kind = text.linux_path ? EntryKind::kLinux : text.uki_path ? EntryKind::kUnified : EntryKind::kOtherProgram;
    entry.name = ParseEntryFileName(name, ".conf");
    entry.title = text.title.empty() ? entry.name.id : text.title;
    entry.sort_key = text.sort_key;
    entry.machine_id = text.machine_id;
    entry.version = text.version;
    entry.file = path;
    entry.kernel = text.linux_path.value_or(text.uki_path.value_or(text.efi_path.value_or(text.uki_url.value_or(""))));
    entry.initrds = text.initrds;
    entry.options = text.options.value_or("");
    entry.notes = text.notes;
    if (!text.uncertainty.empty()) entry.uncertainty = path + ": " + text.uncertainty;
    entry.place_known = text.place_known;
    return entry;
  }

  // The files that the entry names. A unified image under any of the keys is one.
  void Find(const Partition& partition, MenuEntry& entry) const {
    entry.partition = partition.mount_point();
    try {
      entry.kernel_path = partition.Locate(entry.kernel);
      if (entry.kernel_path.empty()) return;
      TakeUnified(entry);
      if (entry.kind == EntryKind::kLinux) FindInitrds(partition, entry);
    } catch (const Error& error) {
      if (entry.uncertainty.empty()) entry.uncertainty = error.what();
    }
  }

  void TakeUnified(MenuEntry& entry) const {
    auto image = FindUnifiedImage(entry.kernel_path, root_.OpenRegular(entry.kernel_path));
    if (!image && entry.kind == EntryKind::kUnified)
      throw Error(entry.kernel_path + ": is not a unified kernel image: it has no .linux section");
    if (!image) return;
    entry.kind = EntryKind::kUnified;
    if (!entry.options.empty() || !entry.initrds.empty())
      throw Error(entry.file + ": gives a unified kernel image options or an initrd, which it may not take");
    entry.options = image->profiles[0].command_line;
    if (image->has_device_tree) throw Error(DeviceTreeProblem(entry.kernel_path));
  }

  void FindInitrds(const Partition& partition, MenuEntry& entry) const {
    for (const std::string& initrd : entry.initrds) {
      std::string path = partition.Locate(initrd);
      auto status = path.empty() ? std::nullopt : root_.Lstat(path);
      if (!status) throw Error(entry.file + ": initrd " + initrd + ": no such file: reinstall the kernel's package");
      if (status->st_size > 0) entry.initrd_paths.push_back(path);  // the boot loader passes empty ones over
    }
  }

  const Root& root_;
  const LoaderTraits& loader_;
  size_t files_ = 0;
  Scan scan_;
};

}  // namespace

Scan ScanPartitions(const Root& root, const std::vector<Partition>& partitions, const LoaderTraits& loader) {
  Scanner scanner(root, loader);
  scanner.ReadConfiguration(partitions[0]);
  for (const Partition& partition : partitions) scanner.Read(partition);
  return scanner.Finish();
}

}  // namespace kexec_helper::bls
