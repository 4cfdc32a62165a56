#include "image/unified_image.h"

#include <algorithm>
#include <cstdint>
#include <map>

#include "image/kernel_image.h"
#include "sys/error.h"
#include "sys/key_value_lines.h"

namespace kexec_helper {

namespace {

constexpr uint64_t kMaxTextBytes = 64 << 10;
constexpr size_t kMaxProfiles = 256;  // as systemd-boot
constexpr const char* kRebuild = ": rebuild or reinstall it";

using Sections = std::map<std::string, PeSection>;

// Of two sections with one name some stubs take the first, some the last. Those that may be there several times
// (.dtbauto, .hwids …) do not matter here.
void Add(const std::string& path, const PeSection& section, Sections& sections) {
  if (sections.emplace(section.name, section).second) return;
  for (const char* name : {".linux", ".initrd", ".ucode", ".cmdline", ".osrel", ".profile"})
    if (section.name == name)
      throw Error(path + ": has two sections " + section.name + ", and stubs differ in which one counts" + kRebuild);
}

// A profile's sections begin with its .profile and replace those before the first .profile.
std::vector<Sections> SplitProfiles(const std::string& path, const std::vector<PeSection>& table) {
  std::vector<Sections> profiles(1);
  for (const PeSection& section : table) {
    if (section.name == ".profile") profiles.emplace_back();
    Add(path, section, profiles.back());
  }
  if (profiles.size() == 1) return profiles;
  for (size_t i = 1; i < profiles.size(); ++i) profiles[i].insert(profiles[0].begin(), profiles[0].end());
  profiles.erase(profiles.begin());
  if (profiles.size() > kMaxProfiles) profiles.resize(kMaxProfiles);
  return profiles;
}

class Reader {
 public:
  Reader(const std::string& path, const ReadSlice& read, uint64_t file_size)
      : path_(path), read_(read), file_size_(file_size) {}

  // The bytes that the section has once it is loaded, without the padding that follows them in the file.
  std::optional<FileSlice> Slice(const Sections& sections, const std::string& name) const {
    auto found = sections.find(name);
    if (found == sections.end() || found->second.memory_size == 0) return std::nullopt;
    const PeSection& section = found->second;
    if (section.data.size < section.memory_size)
      throw Error(path_ + ": section " + name + " is longer in memory than in the file" + kRebuild);
    if (section.data.offset > file_size_ || section.memory_size > file_size_ - section.data.offset)
      throw Error(path_ + ": truncated: " + std::to_string(file_size_) + " bytes, and section " + name + " ends at " +
                  std::to_string(section.data.offset + section.memory_size) + kRebuild);
    return FileSlice{section.data.offset, section.memory_size};
  }

  std::string Text(const Sections& sections, const std::string& name) const {
    auto slice = Slice(sections, name);
    if (!slice) return "";
    if (slice->size > kMaxTextBytes)
      throw Error(path_ + ": section " + name + " has more than " + std::to_string(kMaxTextBytes) + " bytes" +
                  kRebuild);
    std::string text = read_(*slice);
    return text.substr(0, text.find('\0'));
  }

  // Two sections that are loaded from the same bytes: one of them is not what its name says.
  void CheckApart(std::vector<FileSlice> slices) const {
    std::sort(slices.begin(), slices.end(), [](FileSlice a, FileSlice b) { return a.offset < b.offset; });
    for (size_t i = 1; i < slices.size(); ++i)
      if (slices[i].offset < slices[i - 1].offset + slices[i - 1].size)
        throw Error(path_ + ": its sections overlap" + kRebuild);
  }

 private:
  const std::string& path_;
  const ReadSlice& read_;
  uint64_t file_size_;
};

UnifiedProfile ReadProfile(const Reader& reader, const Sections& sections) {
  UnifiedProfile profile{"", "", reader.Text(sections, ".osrel"), StubCommandLine(reader.Text(sections, ".cmdline"))};
  for (const KeyValue& line : ReadKeyValueLines(reader.Text(sections, ".profile"), "=")) {
    if (line.key == "ID") profile.id = line.value;
    if (line.key == "TITLE") profile.title = line.value;
  }
  return profile;
}

}  // namespace

std::string DeviceTreeProblem(const std::string& path) {
  return path + ": has a .dtb section, and a kexec cannot hand over a device tree: build it without";
}

std::string StubCommandLine(std::string_view section) {
  std::string line(section.substr(0, section.find('\0')));
  for (char& c : line)
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) c = ' ';
  size_t start = std::min(line.find_first_not_of(' '), line.size());
  return line.substr(start, line.find_last_not_of(' ') + 1 - start);
}

std::optional<UnifiedImage> ReadUnifiedImage(const std::string& path, const ReadSlice& read, uint64_t file_size) {
  auto table = ReadPeSections(path, read);
  if (!table) return std::nullopt;
  std::vector<Sections> profiles = SplitProfiles(path, *table);
  Reader reader(path, read, file_size);
  auto kernel = reader.Slice(profiles[0], ".linux");
  if (!kernel) return std::nullopt;
  UnifiedImage image;
  image.kernel = *kernel;
  std::vector<FileSlice> slices{image.kernel};
  for (const char* name : {".ucode", ".initrd"})
    if (auto initrd = reader.Slice(profiles[0], name)) image.initrds.push_back(*initrd);
  slices.insert(slices.end(), image.initrds.begin(), image.initrds.end());
  if (auto command_line = reader.Slice(profiles[0], ".cmdline")) slices.push_back(*command_line);
  reader.CheckApart(slices);
  image.has_device_tree = profiles[0].count(".dtb") || profiles[0].count(".dtbauto");
  for (const Sections& sections : profiles) image.profiles.push_back(ReadProfile(reader, sections));
  return image;
}

std::optional<UnifiedImage> FindUnifiedImage(const std::string& path, const RegularFile& file) {
  ReadSlice read = SliceReader(file.fd.get(), path);
  if (HasKernelHeader(read({0, kImageHeadBytes}))) return std::nullopt;
  return ReadUnifiedImage(path, read, file.stamp.size);
}

}  // namespace kexec_helper
