#include "bootloader/detect.h"

#include <utility>

#include "bootloader/bls/proxmox.h"
#include "bootloader/bls/systemd_boot.h"
#include "bootloader/grub/menu/grub_loader.h"
#include "sys/efi_variable.h"
#include "sys/error.h"

namespace kexec_helper {

namespace {

// Its menu, or the modules of an installation that has lost its menu: that is a doubt, not another boot loader.
bool HasGrub(const Root& root) {
  for (const char* name : {"/grub.cfg", "/grubenv", "/i386-pc", "/x86_64-efi", "/arm64-efi"})
    if (root.Exists(std::string(kGrubDirectory) + name)) return true;
  return false;
}

// Entries where the ESP and XBOOTLDR are mounted, or an ESP that proxmox-boot-tool keeps.
bool HasEntries(const Root& root) {
  for (const char* partition : {"/efi", "/boot", "/boot/efi"})
    for (const char* directory : {"/loader/entries", "/EFI/Linux"})
      if (root.Exists(std::string(partition) + directory)) return true;
  return bls::IsProxmox(root);
}

// What the boot loader of this boot has left about itself (Boot Loader Interface); "" if nothing. It stays there after
// a kexec.
std::string LoaderInfo(const Root& root) {
  return ReadEfiText(root, std::string("LoaderInfo") + kEfiLoader).value_or("");
}

// There is a boot loader, and it is not known which.
class UnknownLoader : public BootLoader {
 public:
  explicit UnknownLoader(std::string problem) : problem_(std::move(problem)) {}
  std::string Name() const override { return "an unknown boot loader"; }
  Menu ReadMenu() const override { throw Error(problem_); }
  std::string FindEntryPath(const std::string&) const override { throw Error(problem_); }
  std::string OneShotRequest() const override { return ""; }
  NextBoot FindNextBoot(const std::optional<std::string>&) const override {
    NextBoot boot;
    boot.problem = problem_;
    return boot;
  }

 private:
  std::string problem_;
};

std::unique_ptr<BootLoader> Detect(const Root& root, const std::vector<Mount>& mounts, const std::string& machine) {
  std::string info = LoaderInfo(root);
  if (info.starts_with("systemd-boot")) return std::make_unique<SystemdBoot>(root, mounts, machine);
  if (info.starts_with("GRUB") || HasGrub(root)) return MakeGrub(root, mounts, machine);
  if (HasEntries(root)) return std::make_unique<SystemdBoot>(root, mounts, machine);
  return nullptr;
}

}  // namespace

std::unique_ptr<BootLoader> MakeGrub(const Root& root, const std::vector<Mount>& mounts, const std::string& machine) {
  return std::make_unique<GrubLoader>(root, mounts, machine);
}

std::unique_ptr<BootLoader> DetectBootLoader(const Root& root, const std::vector<Mount>& mounts,
                                             const std::string& machine) {
  try {
    return Detect(root, mounts, machine);
  } catch (const Error& error) {
    return std::make_unique<UnknownLoader>("which boot loader booted this machine is not known: " +
                                           std::string(error.what()) + ": set USE_GRUB_CONFIG=true if it is GRUB");
  }
}

}  // namespace kexec_helper
