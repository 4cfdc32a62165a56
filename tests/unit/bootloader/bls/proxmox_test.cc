#include "bootloader/bls/proxmox.h"

#include <gtest/gtest.h>

#include "bootloader/bls/systemd_boot.h"
#include "temporary_root.h"

namespace kexec_helper {
namespace {

// ZFS on the root, the ESPs not mounted.
class ProxmoxTest : public testing::Test {
 protected:
  ProxmoxTest() {
    machine.Write("/etc/kernel/proxmox-boot-uuids", "AAAA-1111\nBBBB-2222\n");
    machine.Write("/etc/kernel/cmdline", "root=ZFS=rpool/ROOT/pve-1 boot=zfs\n");
    machine.Write("/proc/self/mountinfo", "21 1 0:30 / / rw - zfs rpool/ROOT/pve-1 rw\n");
    machine.Write("/proc/sys/kernel/osrelease", "6.8.12-9-pve\n");
    Booted("6.8.12-9-pve");
    for (const char* version : {"6.8.12-9-pve", "6.14.8-2-pve", "6.14.11-1-pve"}) {
      machine.Write(std::string("/boot/vmlinuz-") + version, FakeBzImage(version));
      machine.Write(std::string("/boot/initrd.img-") + version, FakeInitrd());
    }
    machine.Delete("/boot/vmlinuz-6.1.0-41-amd64");
  }

  void Booted(const std::string& version, const std::string& options = "root=ZFS=rpool/ROOT/pve-1 boot=zfs") {
    machine.Write("/proc/cmdline",
                  "initrd=\\EFI\\proxmox\\" + version + "\\initrd.img-" + version + " " + options + "\n");
  }

  NextBoot Next() const { return SystemdBoot(machine.root(), {}, "x86_64").FindNextBoot(std::nullopt); }

  TemporaryRoot machine;
};

TEST_F(ProxmoxTest, TheNewestKernelAsItIsOnTheEsps) {
  NextBoot boot = Next();
  EXPECT_EQ(boot.problem, "");
  ASSERT_EQ(boot.result, BootResult::kLinux);
  EXPECT_EQ(boot.entry->id, "proxmox-6.14.11-1-pve.conf");
  EXPECT_EQ(boot.choice->kernel, "/boot/vmlinuz-6.14.11-1-pve");
  EXPECT_EQ(boot.choice->initrds, std::vector<std::string>{"/boot/initrd.img-6.14.11-1-pve"});
  EXPECT_EQ(boot.choice->command_line,
            "initrd=\\EFI\\proxmox\\6.14.11-1-pve\\initrd.img-6.14.11-1-pve root=ZFS=rpool/ROOT/pve-1 boot=zfs");
  EXPECT_EQ(boot.files, std::vector<std::string>{"/etc/kernel/cmdline"});
}

TEST_F(ProxmoxTest, PinsAreTheDefaultTheOneForOneBootFirst) {
  machine.Write("/etc/kernel/proxmox-boot-pin", "6.8.12-9-pve\n");
  EXPECT_EQ(Next().entry->id, "proxmox-6.8.12-9-pve.conf");
  machine.Write("/etc/kernel/next-boot-pin", "6.14.8-2-pve\n");
  EXPECT_EQ(Next().entry->id, "proxmox-6.14.8-2-pve.conf");
  machine.Write("/etc/kernel/next-boot-pin", "6.2.16-5-pve\n");
  EXPECT_EQ(Next().problem,
            "/etc/kernel/next-boot-pin: pins kernel 6.2.16-5-pve, which /boot does not have with its initrd: "
            "proxmox-boot-tool kernel unpin");
}

TEST_F(ProxmoxTest, WhatTheMachineWasBootedWithMustBeWhatIsThere) {
  for (const char* options : {"root=ZFS=rpool/ROOT/pve-1 boot=zfs quiet", ""}) {
    Booted("6.8.12-9-pve", options);
    EXPECT_EQ(Next().result, BootResult::kUnknown);
    EXPECT_NE(Next().problem.find("/etc/kernel/cmdline: is not what the running kernel was booted with"),
              std::string::npos);
  }
  Booted("6.14.8-2-pve");
  EXPECT_EQ(Next().result, BootResult::kUnknown) << "another kernel than the one that runs";
  machine.Delete("/etc/kernel/cmdline");
  EXPECT_NE(Next().problem.find("is missing or empty"), std::string::npos);
}

TEST_F(ProxmoxTest, TheWordThatAKexecAddsIsNoDifference) {
  Booted("6.8.12-9-pve", "root=ZFS=rpool/ROOT/pve-1 boot=zfs panic=10");
  EXPECT_EQ(Next().result, BootResult::kLinux);
  Booted("6.8.12-9-pve", "root=ZFS=rpool/ROOT/pve-1 boot=zfs panic=10 quiet");
  EXPECT_EQ(Next().result, BootResult::kUnknown);
}

TEST_F(ProxmoxTest, KernelsThatTheToolDoesNotCopyAreNotThere) {
  for (const char* version : {"6.17.9+deb14-amd64", "6.14.12-1-pve.old"}) {
    machine.Write(std::string("/boot/vmlinuz-") + version, FakeBzImage(version));
    machine.Write(std::string("/boot/initrd.img-") + version, FakeInitrd());
  }
  EXPECT_EQ(Next().entry->id, "proxmox-6.14.11-1-pve.conf");
  machine.Write("/etc/kernel/proxmox-boot-manual-kernels", "6.17.9+deb14-amd64\n");
  EXPECT_EQ(Next().entry->id, "proxmox-6.17.9+deb14-amd64.conf");
}

TEST_F(ProxmoxTest, AKernelWithoutInitrdIsNotOnTheEsps) {
  machine.Delete("/boot/initrd.img-6.14.11-1-pve");
  EXPECT_EQ(Next().entry->id, "proxmox-6.14.8-2-pve.conf");
}

}  // namespace
}  // namespace kexec_helper
