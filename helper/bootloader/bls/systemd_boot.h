// systemd-boot as this machine's boot loader.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "bootloader/boot_loader.h"
#include "sys/mounts.h"
#include "sys/root.h"

namespace kexec_helper {

// Chooses and reads entries as systemd-boot does (systemd-boot(7), loader.conf(5), src/boot/boot.c of systemd 252 and
// 257). `root` has to outlive it.
class SystemdBoot : public BootLoader {
 public:
  // `machine` is the processor as uname -m has it.
  SystemdBoot(const Root& root, std::vector<Mount> mounts, std::string machine);

  std::string Name() const override { return "systemd-boot"; }
  Menu ReadMenu() const override;
  NextBoot FindNextBoot(const std::optional<std::string>& entry_path) const override;
  std::string FindEntryPath(const std::string& wanted) const override;
  OneTimeRequest AskOnce(const std::string& entry_path, const std::vector<StateChange>& before) const override;
  std::string OneShotRequest() const override;
  bool ReadsOneShotVariable() const override { return true; }

 private:
  const Root& root_;
  std::vector<Mount> mounts_;
  std::string machine_;
};

}  // namespace kexec_helper
