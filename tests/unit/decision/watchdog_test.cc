#include "decision/watchdog.h"

#include <gtest/gtest.h>

namespace kexec_helper {
namespace {

const WatchdogCandidate kBmc = {{WatchdogKind::kBmc, "IPMI"}, {"ipmi_devintf"}, ""};
const WatchdogCandidate kDevice = {{WatchdogKind::kDevice, "i6300ESB timer"}, {"i6300esb"}, ""};
const WatchdogCandidate kUseless = {{WatchdogKind::kDevice, "iTCO_wdt"}, {}, "/dev/watchdog1 (iTCO_wdt): stops"};

class WatchdogTest : public testing::Test {
 protected:
  WatchdogTest() {
    facts.settings.settings = Settings();
    facts.machine.current_command_line = "BOOT_IMAGE=/k root=UUID=1 ro\n";
    decision.action = Action::kKexec;
    decision.choice = BootChoice{"/boot/k", {}, "BOOT_IMAGE=/k root=UUID=1 ro"};
  }
  Watch Chosen() const {
    return ChooseWatchdog(decision, facts, [this](const std::string& module) { return module != missing_module; });
  }

  Facts facts;
  Decision decision;
  std::string missing_module;
};

TEST_F(WatchdogTest, AMachineWithout) {
  EXPECT_FALSE(Chosen().watchdog);
  EXPECT_EQ(Chosen().text, "none: this machine has no BMC (IPMI) and no /dev/watchdog0");
}

TEST_F(WatchdogTest, TheFirstThatCan) {
  facts.machine.watchdogs = {kUseless, kBmc, kDevice};
  EXPECT_EQ(Chosen().text, "the BMC's watchdog (IPMI), 600 s");
  EXPECT_EQ(Chosen().watchdog->seconds, 600);
  facts.settings.settings->watchdog_timeout = 90;
  missing_module = "ipmi_devintf";
  EXPECT_EQ(Chosen().text, "i6300ESB timer, 90 s");
}

TEST_F(WatchdogTest, WhyNone) {
  facts.machine.watchdogs = {kBmc, kUseless};
  missing_module = "ipmi_devintf";
  EXPECT_FALSE(Chosen().watchdog);
  EXPECT_EQ(Chosen().text,
            "none: the new kernel has no module ipmi_devintf, so that nothing could stop it: reinstall the kernel's "
            "package; /dev/watchdog1 (iTCO_wdt): stops");
  facts.settings.settings->watchdog = false;
  EXPECT_EQ(Chosen().text, "none: WATCHDOG=off");
}

TEST_F(WatchdogTest, AFirmwareRebootNeedsNone) {
  facts.machine.watchdogs = {kBmc};
  decision.action = Action::kFirmware;
  EXPECT_EQ(Chosen().text, "");
}

TEST_F(WatchdogTest, InitHasToCallWhatStopsIt) {
  facts.machine.watchdogs = {kBmc};
  facts.machine.missing_completion = "kexec-boot-complete.service is masked";
  EXPECT_EQ(Chosen().text, "none: kexec-boot-complete.service is masked");
}

TEST_F(WatchdogTest, APersonIsNotHurried) {
  const std::string line = decision.choice->command_line;
  facts.machine.watchdogs = {kDevice};
  facts.machine.asked_passphrase = "vda3_crypt";
  EXPECT_EQ(Chosen().text,
            "none: the boot waits for the passphrase of vda3_crypt (/etc/crypttab), however long it takes");
  AddOpenTimeout(facts, decision);
  EXPECT_EQ(decision.choice->command_line, line);
}

// What is not this system would not stop it.
TEST_F(WatchdogTest, OnlyThisSystemIsWatched) {
  facts.machine.watchdogs = {kBmc};
  for (const char* line : {"root=UUID=2 ro", "ro", "root=UUID=1 rootflags=subvol=@old", "root=UUID=1 init=/bin/sh",
                           "root=UUID=1 systemd.unit=rescue.target"}) {
    decision.choice->command_line = line;
    EXPECT_FALSE(Chosen().watchdog) << line;
  }
  decision.choice.reset();
  EXPECT_EQ(Chosen().text, "none: a kernel that was loaded by hand is not watched");
}

TEST_F(WatchdogTest, OnlyADeviceNeedsAnOpenTimeout) {
  const std::string line = decision.choice->command_line;
  facts.machine.watchdogs = {kBmc, kDevice};
  AddOpenTimeout(facts, decision);
  EXPECT_EQ(decision.choice->command_line, line);
  facts.machine.watchdogs = {kUseless};
  AddOpenTimeout(facts, decision);
  EXPECT_EQ(decision.choice->command_line, line);
  facts.machine.watchdogs = {kUseless, kDevice};
  AddOpenTimeout(facts, decision);
  EXPECT_EQ(decision.choice->command_line, line + " watchdog.open_timeout=600");
  facts.settings.settings->watchdog_timeout = 90;
  AddOpenTimeout(facts, decision);
  EXPECT_EQ(decision.choice->command_line, line + " watchdog.open_timeout=600") << "it has one";
}

TEST_F(WatchdogTest, WhatNothingStopsGetsNoOpenTimeout) {
  facts.machine.watchdogs = {kDevice};
  decision.choice->command_line = "root=UUID=2 ro";
  AddOpenTimeout(facts, decision);
  EXPECT_EQ(decision.choice->command_line, "root=UUID=2 ro");
  decision.choice->command_line = "root=UUID=1 ro";
  facts.machine.missing_completion = "kexec-boot-complete.service is masked";
  AddOpenTimeout(facts, decision);
  EXPECT_EQ(decision.choice->command_line, "root=UUID=1 ro");
}

}  // namespace
}  // namespace kexec_helper
