// GRUB as this machine's boot loader.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "bootloader/boot_loader.h"
#include "sys/mounts.h"
#include "sys/root.h"

namespace kexec_helper {

inline constexpr const char* kGrubDirectory = "/boot/grub";

// Evaluates /boot/grub/grub.cfg as GRUB would. `root` has to outlive it.
class GrubLoader : public BootLoader {
 public:
  // `machine` is the processor as uname -m has it.
  GrubLoader(const Root& root, std::vector<Mount> mounts, std::string machine);

  std::string Name() const override { return "GRUB"; }
  Menu ReadMenu() const override;
  NextBoot FindNextBoot(const std::optional<std::string>& entry_path) const override;
  std::string FindEntryPath(const std::string& wanted) const override;
  OneTimeRequest AskOnce(const std::string& entry_path, const std::vector<StateChange>& before) const override;
  std::string OneShotRequest() const override;

 private:
  const Root& root_;
  std::vector<Mount> mounts_;
  std::string machine_;
};

}  // namespace kexec_helper
