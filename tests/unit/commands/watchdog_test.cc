#include "commands/watchdog.h"

#include <gtest/gtest.h>

#include <sstream>

#include "cli/run.h"
#include "commands/boot_complete.h"
#include "commands/load.h"
#include "error_of.h"
#include "fake_kernel.h"
#include "records/records.h"
#include "records/watchdog_record.h"

namespace kexec_helper {
namespace {

constexpr int kByKexec = 208, kByFirmware = 114;

// A machine with a BMC, whose settings start /vmlinuz.
class KexecWatchdogTest : public testing::Test {
 protected:
  KexecWatchdogTest() {
    machine.Write("/etc/default/kexec", "LOAD_KEXEC=true\nWATCHDOG_TIMEOUT=90\n");
    machine.Write("/lib/modules/6.1.0-41-amd64/modules.dep", "kernel/drivers/char/ipmi/ipmi_devintf.ko:\n");
    machine.MakeDirectory("/sys/bus/platform/devices/ipmi_bmc.0");
    machine.Write("/etc/rc2.d/S05kexec-load", "");
  }
  LoadReport Load() { return LoadFromSettings(machine.root(), kernel, LoadMode::kShutdown); }
  std::string PrepareJump() {
    std::ostringstream out, err;
    EXPECT_EQ(kexec_helper::Run({"prepare-jump"}, machine.root(), kernel, out, err), 0) << err.str();
    return out.str() + err.str();
  }
  void Boot(int bootloader_type) {
    kernel.Unload();
    machine.Delete("/run/kexec-helper");
    machine.Write("/proc/sys/kernel/random/boot_id", "another boot\n");
    machine.Write("/proc/sys/kernel/bootloader_type", std::to_string(bootloader_type) + "\n");
  }

  TemporaryRoot machine;
  FakeKernel kernel{machine};
};

TEST_F(KexecWatchdogTest, RunsFromRightBeforeTheJumpUntilTheSystemIsUp) {
  Load();
  EXPECT_FALSE(kernel.running_watchdog) << "what is stopped before the jump may take its time";
  EXPECT_EQ(PrepareJump(), "kexec-helper: the BMC resets the machine unless the new system is up in 90 s\n");
  EXPECT_EQ(kernel.running_watchdog, (Watchdog{WatchdogKind::kBmc, "IPMI", 90}));
  Boot(kByKexec);
  EXPECT_EQ(CompleteBoot(machine.root(), kernel).watchdog_problem, "");
  EXPECT_FALSE(kernel.running_watchdog);
  EXPECT_FALSE(machine.Has(kWatchdogStarted));
  EXPECT_EQ(ReadShutdownRecord(machine.root())->watchdog, "the BMC's watchdog (IPMI), 90 s");
}

TEST_F(KexecWatchdogTest, ABmcThatDoesNotAnswerStopsNothing) {
  Load();
  kernel.watchdog_error = "/dev/ipmi0: the BMC does not answer within 2 seconds";
  EXPECT_EQ(PrepareJump(),
            "kexec-helper: /dev/ipmi0: the BMC does not answer within 2 seconds\n"
            "kexec-helper: no watchdog watches the new kernel\n");
}

TEST_F(KexecWatchdogTest, AJumpThatIsRefusedStopsIt) {
  Load();
  PrepareJump();
  AbandonKexec(machine.root(), kernel, KexecPhase::kJumping, "a file system stayed busy");
  EXPECT_FALSE(kernel.running_watchdog);
  EXPECT_FALSE(machine.Has(kWatchdogStarted));
}

// A BMC goes on counting through a reset by button; a device does not.
TEST_F(KexecWatchdogTest, AfterAFailureTheBmcIsStopped) {
  Load();
  PrepareJump();
  Boot(kByFirmware);
  CompleteBoot(machine.root(), kernel);
  EXPECT_FALSE(kernel.running_watchdog);
}

TEST_F(KexecWatchdogTest, AfterAFailureADeviceIsLeftAlone) {
  machine.Delete("/sys/bus/platform/devices/ipmi_bmc.0");
  machine.Write("/sys/class/watchdog/watchdog0/identity", "iTCO_wdt\n");
  machine.Write("/sys/module/watchdog/parameters/stop_on_reboot", "0\n");
  Load();
  EXPECT_NE(kernel.loaded->command_line.find(" watchdog.open_timeout=90"), std::string::npos);
  PrepareJump();
  EXPECT_TRUE(kernel.running_watchdog);
  kernel.calls.clear();
  Boot(kByFirmware);
  CompleteBoot(machine.root(), kernel);
  EXPECT_EQ(kernel.calls, std::vector<std::string>{"unload"});
  EXPECT_FALSE(machine.Has(kWatchdogStarted));
}

// Of a device, whose driver may have stopped it; a BMC goes on by itself.
TEST_F(KexecWatchdogTest, TheNewSystemStartsADeviceAgain) {
  Load();
  PrepareJump();
  EXPECT_FALSE(ResumeWatchdog(machine.root(), kernel));
  machine.Delete("/sys/bus/platform/devices/ipmi_bmc.0");
  machine.Write("/sys/class/watchdog/watchdog0/identity", "iTCO_wdt\n");
  machine.Write("/sys/module/watchdog/parameters/stop_on_reboot", "0\n");
  Load();
  EXPECT_FALSE(ResumeWatchdog(machine.root(), kernel)) << "before the jump";
  kernel.running_watchdog.reset();
  Boot(kByKexec);
  machine.Write("/proc/vmcore", "x");
  EXPECT_FALSE(ResumeWatchdog(machine.root(), kernel)) << "a crash kernel saves its dump in peace";
  machine.Delete("/proc/vmcore");
  EXPECT_TRUE(ResumeWatchdog(machine.root(), kernel));
  EXPECT_EQ(kernel.running_watchdog, (Watchdog{WatchdogKind::kDevice, "iTCO_wdt", 90}));
  CompleteBoot(machine.root(), kernel);
  EXPECT_FALSE(kernel.running_watchdog);
  EXPECT_FALSE(ResumeWatchdog(machine.root(), kernel)) << "it is up";
}

TEST_F(KexecWatchdogTest, OneThatCannotBeStoppedIsReportedAndTriedAgain) {
  Load();
  PrepareJump();
  Boot(kByKexec);
  kernel.watchdog_error = "modprobe ipmi_devintf: not found";
  EXPECT_EQ(CompleteBoot(machine.root(), kernel).watchdog_problem, "modprobe ipmi_devintf: not found");
  kernel.watchdog_error = "";
  Load();
  EXPECT_FALSE(kernel.running_watchdog) << "a reboot before the boot was complete";
}

TEST_F(KexecWatchdogTest, OffMeansOff) {
  machine.Write("/etc/default/kexec", "LOAD_KEXEC=true\nWATCHDOG=off\n");
  Load();
  EXPECT_EQ(PrepareJump(), "");
  EXPECT_EQ(ReadShutdownRecord(machine.root())->watchdog, "none: WATCHDOG=off");
}

}  // namespace
}  // namespace kexec_helper
