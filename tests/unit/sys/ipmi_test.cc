#include "sys/ipmi.h"

#include <gtest/gtest.h>

#include "error_of.h"
#include "sys/error.h"

namespace kexec_helper {
namespace {

using Bytes = std::vector<uint8_t>;

// A BMC that keeps its watchdog timer as IPMI 2.0, 27.6 and 27.7 describe it.
struct FakeBmc {
  uint8_t use = 0, action = 0;
  int ticks = 0;
  bool running = false;
  std::vector<int> commands;

  IpmiExchange Exchange() {
    return [this](const IpmiRequest& request) -> Bytes {
      commands.push_back(request.command);
      if (request.command == 0x22) running = true;
      if (request.command == 0x24) {
        use = request.data[0];
        action = request.data[1];
        ticks = request.data[4] | request.data[5] << 8;
        running = running && (use & 0x40) != 0;
      }
      if (request.command == 0x25) return {static_cast<uint8_t>((use & 0x3f) | (running ? 0x40 : 0)), action};
      return {};
    };
  }
};

TEST(IpmiTest, TheTimerResetsTheMachine) {
  FakeBmc bmc;
  StartBmcTimer(bmc.Exchange(), 600);
  EXPECT_TRUE(bmc.running);
  EXPECT_EQ(bmc.use, 4) << "SMS/OS, logged";
  EXPECT_EQ(bmc.action, 1) << "hard reset, no interrupt before";
  EXPECT_EQ(bmc.ticks, 6000);
}

TEST(IpmiTest, TheTimerHas16Bits) {
  FakeBmc bmc;
  StartBmcTimer(bmc.Exchange(), 9999);
  EXPECT_EQ(bmc.ticks, 0xffff);
}

TEST(IpmiTest, ATimerThatRunsIsAnotherPrograms) {
  FakeBmc bmc;
  bmc.running = true;
  EXPECT_EQ(ErrorOf([&] { StartBmcTimer(bmc.Exchange(), 600); }),
            "/dev/ipmi0: the BMC's watchdog is in use by another program");
  EXPECT_EQ(bmc.commands, std::vector<int>{0x25}) << "it is left as it is";
}

TEST(IpmiTest, SettingTheTimerStopsIt) {
  FakeBmc bmc;
  StartBmcTimer(bmc.Exchange(), 600);
  StopBmcTimer(bmc.Exchange());
  EXPECT_FALSE(bmc.running);
  EXPECT_EQ(bmc.action, 0);
}

}  // namespace
}  // namespace kexec_helper
