#include "survey/watchdogs.h"

#include <gtest/gtest.h>

#include "temporary_root.h"

namespace kexec_helper {
namespace {

constexpr const char* kStopOnReboot = "/sys/module/watchdog/parameters/stop_on_reboot";

class WatchdogsTest : public testing::Test {
 protected:
  void Add(const std::string& name, const std::string& identity, const std::string& state = "inactive",
           const std::string& nowayout = "0") {
    const std::string directory = std::string(kWatchdogClass) + "/" + name;
    machine.Write(directory + "/identity", identity + "\n");
    machine.Write(directory + "/state", state + "\n");
    machine.Write(directory + "/nowayout", nowayout + "\n");
  }
  std::string Problem() {
    auto found = FindWatchdogs(machine.root());
    return found.size() == 1 ? found[0].problem : std::to_string(found.size()) + " found";
  }

  TemporaryRoot machine;
};

TEST_F(WatchdogsTest, AMachineMayHaveNone) { EXPECT_TRUE(FindWatchdogs(machine.root()).empty()); }

TEST_F(WatchdogsTest, ABmcComesFirst) {
  Add("watchdog0", "i6300ESB timer");
  machine.MakeDirectory("/sys/bus/platform/devices/ipmi_bmc.0");
  auto found = FindWatchdogs(machine.root());
  ASSERT_EQ(found.size(), 2u);
  EXPECT_EQ(found[0].watchdog.kind, WatchdogKind::kBmc);
  EXPECT_EQ(found[0].modules, std::vector<std::string>{"ipmi_devintf"});
  EXPECT_EQ(found[0].problem, "");
  EXPECT_EQ(found[1].watchdog.name, "i6300ESB timer");
}

TEST_F(WatchdogsTest, ADriverThatStopsAtAKexecNeedsTheAdministrator) {
  Add("watchdog0", "i6300ESB timer");
  machine.Write(kStopOnReboot, "-1\n");
  EXPECT_EQ(
      Problem(),
      "/dev/watchdog0 (i6300ESB timer): its driver may stop it at a kexec: put 'options watchdog stop_on_reboot=0' in "
      "a file of /etc/modprobe.d");
  machine.Write(kStopOnReboot, "0\n");
  EXPECT_EQ(Problem(), "");
}

TEST_F(WatchdogsTest, WhatCannotWatchAKexec) {
  machine.Write(kStopOnReboot, "0\n");
  Add("watchdog0", "Software Watchdog");
  EXPECT_EQ(Problem(), "/dev/watchdog0 (Software Watchdog): ends with this kernel (softdog)");
  Add("watchdog0", "iTCO_wdt", "active");
  EXPECT_EQ(Problem(), "/dev/watchdog0 (iTCO_wdt): is in use by another program");
  Add("watchdog0", "iTCO_wdt", "inactive", "1");
  EXPECT_EQ(Problem(), "/dev/watchdog0 (iTCO_wdt): cannot be stopped once it runs (nowayout)");
}

TEST_F(WatchdogsTest, TheNextSystemNeedsTheDriver) {
  machine.Write(kStopOnReboot, "0\n");
  Add("watchdog0", "iTCO_wdt");
  machine.MakeDirectory("/sys/module/watchdog/holders/iTCO_wdt");
  EXPECT_EQ(FindWatchdogs(machine.root())[0].modules, std::vector<std::string>{"iTCO_wdt"});
}

TEST_F(WatchdogsTest, ModulesAreFilesOrBuiltIn) {
  machine.Write("/lib/modules/6.1/modules.dep",
                "kernel/drivers/char/ipmi/ipmi_devintf.ko.xz: a.ko\nkernel/a/b-c.ko:\n");
  machine.Write("/lib/modules/6.1/modules.builtin", "kernel/drivers/watchdog/hpwdt.ko\n");
  EXPECT_TRUE(HasModule(machine.root(), "6.1", "ipmi_devintf"));
  EXPECT_TRUE(HasModule(machine.root(), "6.1", "b_c")) << "a dash in the file's name is an underscore in the module's";
  EXPECT_TRUE(HasModule(machine.root(), "6.1", "hpwdt"));
  EXPECT_FALSE(HasModule(machine.root(), "6.1", "ipmi"));
  EXPECT_FALSE(HasModule(machine.root(), "6.2", "hpwdt"));
  EXPECT_FALSE(HasModule(machine.root(), "", "hpwdt"));
}

}  // namespace
}  // namespace kexec_helper
