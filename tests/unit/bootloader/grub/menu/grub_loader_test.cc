#include "bootloader/grub/menu/grub_loader.h"

#include <gtest/gtest.h>

#include "bootloader/grub/menu/esp_stub.h"
#include "temporary_root.h"

namespace kexec_helper {
namespace {

using Strings = std::vector<std::string>;

TEST(EspStubTest, TheSearchOfAStub) {
  EXPECT_EQ(grub::FindStubSearch("search.fs_uuid 1-2 root hd0,gpt2 \nset prefix=($root)'/boot/grub'\n"),
            (Strings{"1-2", "root", "hd0,gpt2"}));
  EXPECT_EQ(grub::FindStubSearch("configfile /boot/grub/grub.cfg\n"), Strings{});
}

class GrubLoaderTest : public testing::Test {
 protected:
  GrubLoaderTest() {
    machine.Write("/boot/grub/grub.cfg", "menuentry a { linux /boot/vmlinuz-6.1.0-41-amd64; }\n");
    machine.Write("/proc/self/mountinfo", "21 1 254:2 / / rw - ext4 /dev/vda2 rw\n");
    machine.Write("/sys/devices/vda/dev", "254:0\n");
    machine.Link("../../devices/vda", "/sys/class/block/vda");
    Partition("vda2", "254:2", "here");
    Partition("vda3", "254:3", "other");
    machine.MakeDirectory("/sys/firmware/efi/efivars");
    machine.Write("/etc/os-release", "PRETTY_NAME=\"Debian\"\nID=debian\n");
  }

  void Partition(const std::string& name, const std::string& number, const std::string& uuid) {
    machine.Write("/sys/devices/vda/" + name + "/dev", number + "\n");
    machine.Write("/sys/devices/vda/" + name + "/partition", name.substr(3) + "\n");
    machine.Link("../../devices/vda/" + name, "/sys/class/block/" + name);
    machine.Write("/run/udev/data/b" + number,
                  "E:ID_PART_ENTRY_SCHEME=gpt\nE:ID_FS_UUID_ENC=" + uuid + "\nE:ID_FS_TYPE=ext4\n");
  }

  GrubLoader Loader() const {
    return {machine.root(), ParseMountinfo(machine.Content("/proc/self/mountinfo")), "x86_64"};
  }
  std::string Problem() const { return Loader().FindNextBoot(std::nullopt).problem; }

  TemporaryRoot machine;
};

TEST_F(GrubLoaderTest, TheMenuOfAnotherInstallationIsNotThisOne) {
  EXPECT_EQ(Problem(), "");
  machine.Write("/boot/efi/EFI/debian/grub.cfg", "search.fs_uuid here root\nconfigfile $prefix/grub.cfg\n");
  EXPECT_EQ(Problem(), "");
  for (const char* uuid : {"other", "gone"}) {
    machine.Write("/boot/efi/EFI/debian/grub.cfg", std::string("search.fs_uuid ") + uuid + " root\n");
    EXPECT_EQ(Problem(), std::string("/boot/efi/EFI/debian/grub.cfg: leads GRUB to the menu on the file system ") +
                             uuid + ", not to that of this system: choose this system there, or run grub-install here");
  }
  machine.Delete("/sys/firmware");
  EXPECT_EQ(Problem(), "") << "a BIOS reads no such file";
}

TEST_F(GrubLoaderTest, AOneShotIsSeenByTheRuleOfEveryRelease) {
  auto request = [&](const std::string& records) {
    std::string block = "# GRUB Environment Block\n" + records;
    machine.Write("/boot/grub/grubenv", block + std::string(1024 - block.size(), '#'));
    return Loader().OneShotRequest();
  };
  EXPECT_EQ(request("saved_entry=1\n"), "");
  EXPECT_NE(request("next_entry=1\n"), "");
  EXPECT_NE(request("saved_entry=1\n\nnext_entry=1\n"), "") << "a blank line, which 2.14 skips";
}

}  // namespace
}  // namespace kexec_helper
