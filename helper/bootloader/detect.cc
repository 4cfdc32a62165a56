#include "bootloader/detect.h"

#include "bootloader/grub/menu/grub_loader.h"

namespace kexec_helper {

namespace {

// Its menu, or the modules of an installation that has lost its menu: that is a doubt, not another boot loader.
bool HasGrub(const Root& root) {
  for (const char* name : {"/grub.cfg", "/grubenv", "/i386-pc", "/x86_64-efi", "/arm64-efi"})
    if (root.Exists(std::string(kGrubDirectory) + name)) return true;
  return false;
}

}  // namespace

std::unique_ptr<BootLoader> MakeGrub(const Root& root, const std::vector<Mount>& mounts, const std::string& machine) {
  return std::make_unique<GrubLoader>(root, mounts, machine);
}

std::unique_ptr<BootLoader> DetectBootLoader(const Root& root, const std::vector<Mount>& mounts,
                                             const std::string& machine) {
  if (HasGrub(root)) return MakeGrub(root, mounts, machine);
  return nullptr;
}

}  // namespace kexec_helper
