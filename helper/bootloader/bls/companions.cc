#include "bootloader/bls/companions.h"

#include <array>
#include <cerrno>

#include "sys/error.h"

namespace kexec_helper::bls {

namespace {

constexpr size_t kMaxTableBytes = 1 << 20;
constexpr const char* kSmbios = "/sys/firmware/dmi/entries";
constexpr std::array kSmbiosNames = {"io.systemd.boot.kernel-cmdline-extra", "io.systemd.stub.kernel-cmdline-extra",
                                     "io.systemd.boot.entries-extra"};

// The first file in the directory that systemd-stub takes along; "" if there is none.
std::string FirstCompanion(const Root& root, const std::string& directory) {
  for (const std::string& name : root.List(directory))
    for (const char* suffix : {".addon.efi", ".cred", ".raw"})
      if (name[0] != '.' && EndsWithAnyCase(name, suffix)) return directory + "/" + name;
  return "";
}

std::string InDirectory(const Root& root, const std::string& directory, const std::string& image) {
  std::string file = FirstCompanion(root, directory);
  return file.empty() ? "" : file + ": adds to what " + image + " boots, which only its own stub can do";
}

std::string RawTable(const Root& root, const std::string& path) {
  try {
    return root.ReadIfPresent(path, kMaxTableBytes).value_or("");
  } catch (const SystemError& error) {
    if (error.error_number() == EACCES) return "";
    throw;
  }
}

}  // namespace

std::string FindCompanions(const Root& root, const MenuEntry& entry) {
  if (entry.kind != EntryKind::kUnified || entry.partition.empty()) return "";
  if (std::string problem = FindImageCompanions(root, entry.kernel_path); !problem.empty()) return problem;
  for (const char* directory : {"/loader/addons", "/loader/credentials"})
    if (std::string problem = InDirectory(root, entry.partition + directory, entry.kernel_path); !problem.empty())
      return problem;
  return "";
}

std::string FindImageCompanions(const Root& root, const std::string& image) {
  return InDirectory(root, image + ".extra.d", image);
}

void CheckFirmwareExtras(const Root& root) {
  for (const std::string& name : root.List(kSmbios)) {
    if (name.compare(0, 3, "11-") != 0) continue;
    std::string path = std::string(kSmbios) + "/" + name + "/raw";
    std::string table = RawTable(root, path);
    for (const char* extra : kSmbiosNames)
      if (table.find(extra) != std::string::npos)
        throw Error(path + ": the machine's firmware has " + extra + ", which only the boot loader can follow");
  }
}

}  // namespace kexec_helper::bls
