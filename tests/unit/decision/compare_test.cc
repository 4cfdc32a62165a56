#include "decision/compare.h"

#include <gtest/gtest.h>

namespace kexec_helper {
namespace {

class CompareTest : public testing::Test {
 protected:
  CompareTest() {
    settings.use_grub_config = GrubConfig::kFalse;
    decision.action = Action::kKexec;
    decision.choice = BootChoice{"/boot/vmlinuz-1", {}, "BOOT_IMAGE=/boot/vmlinuz-1 root=/dev/a ro panic=60"};
    loader.name = "GRUB";
    loader.next.emplace();
    loader.next->result = BootResult::kLinux;
    loader.next->entry = EntryName{"Debian", "deb", "0"};
    loader.next->choice = BootChoice{"/boot/vmlinuz-1", {}, "BOOT_IMAGE=/vmlinuz-1 root=/dev/a  ro"};
  }

  std::string Warnings() const {
    std::string text;
    for (const std::string& warning : CompareWithBootLoader(decision, loader, settings)) text += warning + "\n";
    return text;
  }

  Decision decision;
  LoaderFacts loader;
  Settings settings;
};

TEST_F(CompareTest, TheSameIsNoWarning) { EXPECT_EQ(Warnings(), ""); }

TEST_F(CompareTest, AnotherKernel) {
  loader.next->choice->kernel = "/boot/vmlinuz-2";
  EXPECT_EQ(
      Warnings(),
      "GRUB would boot another kernel, /boot/vmlinuz-2 (entry 'Debian'): set USE_GRUB_CONFIG=auto to follow it\n");
}

TEST_F(CompareTest, TheWayOutIsWhatTheSettingsChanged) {
  loader.next->choice->kernel = "/boot/vmlinuz-2";
  settings.use_grub_config = GrubConfig::kAuto;
  settings.kernel_image = "/boot/vmlinuz-1";
  settings.append = "ro";
  EXPECT_NE(Warnings().find("remove KERNEL_IMAGE, APPEND from the settings to follow it"), std::string::npos);
}

TEST_F(CompareTest, OtherArguments) {
  loader.next->choice->command_line += " intel_iommu=on";
  EXPECT_NE(Warnings().find("other arguments, BOOT_IMAGE=/vmlinuz-1 root=/dev/a  ro intel_iommu=on"),
            std::string::npos);
}

TEST_F(CompareTest, AnotherSystem) {
  loader.next->result = BootResult::kOtherSystem;
  loader.next->choice = std::nullopt;
  loader.next->problem = "menu entry 'Xen' does not boot Linux: multiboot2 /boot/xen.gz";
  EXPECT_NE(Warnings().find("multiboot2 /boot/xen.gz"), std::string::npos);
}

TEST_F(CompareTest, NothingToCompare) {
  loader.next->choice->kernel = "/boot/vmlinuz-2";
  decision.source = Source::kBootLoader;
  EXPECT_EQ(Warnings(), "");
  decision.source = Source::kSettings;
  decision.action = Action::kFirmware;
  EXPECT_EQ(Warnings(), "");
  decision.action = Action::kKexec;
  loader.next = std::nullopt;
  EXPECT_EQ(Warnings(), "");
}

}  // namespace
}  // namespace kexec_helper
