#include "survey/known_faults.h"

#include <gtest/gtest.h>

#include "temporary_root.h"

namespace kexec_helper {
namespace {

constexpr const char* kZen = "processor\t: 0\nvendor_id\t: AuthenticAMD\ncpu family\t: 25\nmodel\t\t: 33\n";

class KnownFaultsTest : public testing::Test {
 protected:
  std::string Fault(const std::string& build) const { return FindKernelFault(machine.root(), build); }

  TemporaryRoot machine;
};

TEST_F(KnownFaultsTest, DriversThatAreLoaded) {
  EXPECT_EQ(FindTroublesomeDrivers(machine.root()), std::vector<std::string>{});
  machine.MakeDirectory("/sys/module/bnx2x");
  machine.MakeDirectory("/sys/module/nvidia");
  machine.MakeDirectory("/sys/module/nvidia_drm");
  auto found = FindTroublesomeDrivers(machine.root());
  ASSERT_EQ(found.size(), 2U);
  EXPECT_EQ(found[0].substr(0, 8), "nvidia: ");
  EXPECT_EQ(found[1], "bnx2x: needs its firmware in the initrd to start again after a kexec: MODULES=most");
}

TEST_F(KnownFaultsTest, KernelsThatHangOnZen) {
  machine.Write("/proc/cpuinfo", kZen);
  EXPECT_EQ(Fault("6.1.0-19-amd64 (debian-kernel@lists.debian.org) (gcc-12) #1 SMP PREEMPT_DYNAMIC Debian 6.1.82-1 "
                  "(2024-03-28)"),
            "Linux 6.1.82 hangs at a kexec on this processor (AMD Zen): install a newer kernel");
  EXPECT_EQ(Fault("6.8.1-custom (me@host) #1 SMP"),
            "Linux 6.8.1 hangs at a kexec on this processor (AMD Zen): install a newer kernel");
  for (const char* good : {"6.1.0-20-amd64 (x) #1 SMP Debian 6.1.85-1 (2024-04-11)", "6.8.12 (x)", "6.1.821 (x)",
                           "6.12.6.1.82 (x)", "6.1.0-20-amd64 (x) #1 SMP Debian", "",
                           "6.8.0-31-generic (buildd@lcy02) #31-Ubuntu SMP PREEMPT_DYNAMIC Sat Apr 20 2024"})
    EXPECT_EQ(Fault(good), "") << good;
}

TEST_F(KnownFaultsTest, OtherProcessorsDoNotHang) {
  for (const char* cpu : {"vendor_id\t: GenuineIntel\ncpu family\t: 25\n",
                          "vendor_id\t: AuthenticAMD\ncpu family\t: 21\n", "vendor_id\t:\ncpu family\n", ""}) {
    machine.Write("/proc/cpuinfo", cpu);
    EXPECT_EQ(Fault("6.8.1 (x)"), "") << cpu;
  }
}

}  // namespace
}  // namespace kexec_helper
