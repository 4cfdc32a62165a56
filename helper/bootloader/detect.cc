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

// Only GRUB's own menu on the ESPs counts there, and its copy in /boot may differ.
void CheckNotProxmox(const Root& root) {
  if (bls::IsProxmox(root))
    throw Error(
        "GRUB reads its menu from the EFI system partitions that proxmox-boot-tool keeps, which are not mounted");
}

// systemd-boot would have said that it was there.
[[noreturn]] void ThrowNotSystemdBoot(const Root& root) {
  if (root.List(kEfiVariables).empty())
    throw Error("EFI variables are not accessible: mount efivarfs on " + std::string(kEfiVariables));
  throw Error("there are entries of systemd-boot, which did not boot this machine (it has no EFI variable LoaderInfo)");
}

// There is a boot loader, and it is not known which. It may be GRUB: what grub-reboot has asked for is not skipped.
class UnknownLoader : public BootLoader {
 public:
  UnknownLoader(std::string problem, std::unique_ptr<BootLoader> grub)
      : problem_(std::move(problem)), grub_(std::move(grub)) {}
  std::string Name() const override { return "an unknown boot loader"; }
  Menu ReadMenu() const override { throw Error(problem_); }
  std::string FindEntryPath(const std::string&) const override { throw Error(problem_); }
  OneTimeRequest AskOnce(const std::string&, const std::vector<StateChange>&) const override { throw Error(problem_); }
  std::string OneShotRequest() const override { return grub_->OneShotRequest(); }
  NextBoot FindNextBoot(const std::optional<std::string>&) const override {
    NextBoot boot;
    boot.problem = problem_;
    return boot;
  }

 private:
  std::string problem_;
  std::unique_ptr<BootLoader> grub_;
};

std::unique_ptr<BootLoader> Detect(const Root& root, const std::vector<Mount>& mounts, const std::string& machine) {
  const std::string info = ReadLoaderText(root, "LoaderInfo");  // stays there after a kexec
  if (info.starts_with("systemd-boot")) return std::make_unique<SystemdBoot>(root, mounts, machine);
  if (!info.empty() && !info.starts_with("GRUB")) throw Error("it was " + info + ", whose configuration is not read");
  if (const std::string stub = ReadLoaderText(root, "StubInfo"); info.empty() && !stub.empty())
    throw Error("a unified kernel image was started without one that says so (" + stub + ")");
  if (!info.empty() || HasGrub(root)) {
    CheckNotProxmox(root);
    return MakeGrub(root, mounts, machine);
  }
  if (!HasEntries(root)) return nullptr;
  // Of a tree without /sys it is not known how the machine boots.
  if (root.Exists("/sys/kernel")) {
    CheckNotProxmox(root);
    if (!root.Exists("/sys/firmware/efi")) return nullptr;  // systemd-boot is for UEFI, whatever entries there are
    ThrowNotSystemdBoot(root);
  }
  return std::make_unique<SystemdBoot>(root, mounts, machine);
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
    return std::make_unique<UnknownLoader>(
        "the boot loader that booted this machine is not known: " + std::string(error.what()) +
            ": set USE_GRUB_CONFIG=true if GRUB's menu in /boot/grub counts, or KERNEL_IMAGE",
        MakeGrub(root, mounts, machine));
  }
}

}  // namespace kexec_helper
