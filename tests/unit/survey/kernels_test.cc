#include "survey/kernels.h"

#include <gtest/gtest.h>

#include "temporary_root.h"

namespace kexec_helper {
namespace {

TEST(KernelsTest, LinksInTheirOrder) {
  TemporaryRoot machine;
  machine.Link("vmlinuz-6.1.0-41-amd64", "/boot/vmlinuz");
  machine.Write("/boot/pve/vmlinuz", "x");
  std::vector<KernelFiles> links = FindDefaultKernels(machine.root()).links;
  ASSERT_EQ(links.size(), 3U);
  EXPECT_EQ(links[0].kernel, "/vmlinuz");
  EXPECT_EQ(links[1].initrd, "/boot/initrd.img");
  EXPECT_EQ(links[2].kernel, "/boot/pve/vmlinuz");
}

TEST(KernelsTest, LinksThatLeadNowhere) {
  TemporaryRoot machine;
  machine.Delete("/vmlinuz");
  machine.Link("vmlinuz-5", "/boot/vmlinuz");
  DefaultKernels kernels = FindDefaultKernels(machine.root());
  EXPECT_TRUE(kernels.links.empty());
  EXPECT_EQ(kernels.dangling, std::vector<std::string>{"/boot/vmlinuz leads to vmlinuz-5, which is missing"});
}

TEST(KernelsTest, TheNewestByVersion) {
  TemporaryRoot machine;
  for (const char* name : {"6.1.0-9-amd64", "6.12.3", "6.9.1"}) {
    machine.Write(std::string("/boot/vmlinuz-") + name, "x");
    machine.Write(std::string("/boot/initrd.img-") + name, "x");
  }
  for (const char* name : {"6.13.bak", "6.14~", "6.12.3.dpkg-new", "6.15-being-installed"})
    machine.Write(std::string("/boot/vmlinuz-") + name, "x");
  EXPECT_EQ(FindDefaultKernels(machine.root()).newest->kernel, "/boot/vmlinuz-6.12.3");
  EXPECT_EQ(FindDefaultKernels(machine.root()).newest->initrd, "/boot/initrd.img-6.12.3");
}

TEST(KernelsTest, ABootWithoutKernels) {
  TemporaryRoot machine;
  machine.Delete("/boot");
  EXPECT_FALSE(FindDefaultKernels(machine.root()).newest);
}

}  // namespace
}  // namespace kexec_helper
