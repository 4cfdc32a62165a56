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
  for (const std::string& directory :
       {entry.kernel_path + ".extra.d", entry.partition + "/loader/addons", entry.partition + "/loader/credentials"})
    if (std::string file = FirstCompanion(root, directory); !file.empty())
      return file + ": adds to what " + entry.kernel_path + " boots, which only its own stub can do";
  return "";
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
