#include "survey/platform.h"

#include <gtest/gtest.h>

#include "temporary_root.h"

namespace kexec_helper {
namespace {

std::vector<std::string> HazardsOf(const std::map<std::string, std::string>& files) {
  TemporaryRoot machine;
  for (const auto& [path, content] : files) machine.Write(path, content);
  return FindHazards(machine.root());
}

constexpr const char* kVendor = "/sys/class/dmi/id/sys_vendor";
constexpr const char* kProduct = "/sys/class/dmi/id/product_name";

TEST(PlatformTest, WhereAKexecIsKnownToFail) {
  struct {
    std::map<std::string, std::string> files;
    const char* word;
  } cases[] = {{{{"/sys/hypervisor/type", "xen\n"}}, "Xen"},
               {{{kVendor, "Microsoft Corporation\n"}, {kProduct, "Virtual Machine\n"}}, "Azure"},
               {{{kVendor, "Google\n"}, {kProduct, "Google Compute Engine\n"}}, "Google Compute Engine"},
               {{{"/proc/cpuinfo", "processor\t: 0\nflags\t\t: fpu tdx_guest\nbugs\t: x\n"}}, "TDX"}};
  for (const auto& one : cases) {
    std::vector<std::string> hazards = HazardsOf(one.files);
    ASSERT_EQ(hazards.size(), 1U) << one.word;
    EXPECT_NE(hazards[0].find(one.word), std::string::npos) << hazards[0];
  }
}

TEST(PlatformTest, WhereItIsFine) {
  EXPECT_TRUE(HazardsOf({}).empty());
  EXPECT_TRUE(HazardsOf({{kVendor, "QEMU\n"}, {kProduct, "Standard PC (Q35 + ICH9, 2009)\n"}}).empty());
  EXPECT_TRUE(HazardsOf({{kVendor, "Amazon EC2\n"}, {kProduct, "m5.large\n"}}).empty());
  EXPECT_TRUE(HazardsOf({{kVendor, "VMware, Inc.\n"}, {kProduct, "VMware Virtual Platform\n"}}).empty());
  EXPECT_TRUE(HazardsOf({{kVendor, "Microsoft Corporation\n"}, {kProduct, "Surface Pro 7\n"}}).empty());
  EXPECT_TRUE(HazardsOf({{kVendor, "Google\n"}, {kProduct, "Eve\n"}}).empty());
  EXPECT_TRUE(HazardsOf({{"/proc/cpuinfo", "model name\t: tdx_guest\nflags\t\t: fpu tdx_guests\n"}}).empty());
}

TEST(PlatformTest, ACaptureKernel) {
  TemporaryRoot machine;
  EXPECT_EQ(FindCaptureKernel(machine.root(), "root=/dev/vda2 xelfcorehdr=1"), "");
  EXPECT_NE(FindCaptureKernel(machine.root(), "ro elfcorehdr=0x2f000000").find("elfcorehdr="), std::string::npos);
  machine.Write("/proc/vmcore", "x");
  EXPECT_NE(FindCaptureKernel(machine.root(), "").find("/proc/vmcore"), std::string::npos);
}

}  // namespace
}  // namespace kexec_helper
