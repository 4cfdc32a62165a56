#include "survey/firmware_requests.h"

#include <gtest/gtest.h>

#include "commands/plan.h"
#include "survey/gather.h"
#include "temporary_root.h"

namespace kexec_helper {
namespace {

using Requests = std::vector<std::string>;

constexpr const char* kGlobal = "-8be4df61-93ca-11d2-aa0d-00e098032b8c";
constexpr const char* kLoader = "-4a67b082-0a4c-41cf-b6c7-440b29bb8c4f";
constexpr const char* kShim = "-605dab50-e046-4300-abb6-3dd810dd8b23";

class FirmwareRequestsTest : public testing::Test {
 protected:
  void Set(const std::string& variable, const std::string& bytes) {
    machine.Write("/sys/firmware/efi/efivars/" + variable, std::string("\x07\0\0\0", 4) + bytes);
  }
  Requests Find() const { return FindFirmwareRequests(machine.root()); }

  TemporaryRoot machine;
};

std::string Bits(unsigned char low) { return std::string(1, static_cast<char>(low)) + std::string(7, '\0'); }

TEST_F(FirmwareRequestsTest, NoneOnAMachineWithoutEfiOrWithoutRequests) {
  EXPECT_EQ(Find(), Requests{});
  machine.MakeDirectory("/sys/firmware/efi/efivars");
  machine.MakeDirectory("/run/systemd");
  Set(std::string("OsIndications") + kGlobal, Bits(0));
  Set(std::string("OsIndicationsSupported") + kGlobal, Bits(0xff));
  Set(std::string("BootCurrent") + kGlobal, {"\x03\0", 2});
  Set(std::string("MokListRT") + kShim, "keys");
  EXPECT_EQ(Find(), Requests{});
}

TEST_F(FirmwareRequestsTest, TheSetupCapsulesAndWhatIsUnknown) {
  auto indications = [&](unsigned char bits) {
    Set(std::string("OsIndications") + kGlobal, Bits(bits));
    return Find();
  };
  EXPECT_EQ(indications(0x01), Requests{"the EFI variable OsIndications: the firmware's setup was asked for (bootctl "
                                        "reboot-to-firmware false takes it "
                                        "back)"});
  EXPECT_EQ(indications(0x05), Requests{"the EFI variable OsIndications: the firmware's setup, a capsule update from a "
                                        "file was asked for (bootctl reboot-to-firmware false takes it back)"});
  EXPECT_EQ(
      indications(0x02),
      Requests{"the EFI variable OsIndications: something unknown was asked for (bootctl reboot-to-firmware false "
               "takes it back)"});
  Set(std::string("OsIndications") + kGlobal, std::string(7, '\0') + "\x80");
  EXPECT_EQ(Find().size(), 1U) << "the highest of its 64 bits counts too";
}

TEST_F(FirmwareRequestsTest, TheNextEntryOfTheFirmware) {
  Set(std::string("BootNext") + kGlobal, {"\x1a\x02", 2});
  EXPECT_EQ(
      Find(),
      Requests{"the EFI variable BootNext: the firmware boots its entry 021A next (efibootmgr -N takes it back)"});
}

TEST_F(FirmwareRequestsTest, WhatCannotBeReadIsARequest) {
  machine.MakeDirectory(std::string("/sys/firmware/efi/efivars/OsIndications") + kGlobal);
  machine.Write(std::string("/sys/firmware/efi/efivars/BootNext") + kGlobal, "\x07");
  EXPECT_EQ(Find(), (Requests{"the EFI variable OsIndications: cannot be read, so what it asks of the firmware is not "
                              "known",
                              "the EFI variable BootNext: cannot be read, so what it asks of the firmware is not "
                              "known"}));
}

TEST_F(FirmwareRequestsTest, BootLoaderAndShim) {
  Set(std::string("LoaderConfigTimeoutOneShot") + kLoader, "x");
  EXPECT_EQ(Find(),
            Requests{"the EFI variable LoaderConfigTimeoutOneShot: the boot loader shows its menu once (bootctl "
                     "set-timeout-oneshot '' takes it back)"});
  machine.Delete(std::string("/sys/firmware/efi/efivars/LoaderConfigTimeoutOneShot") + kLoader);
  for (std::string name : {"MokNew", "MokDel", "MokXNew", "MokXDel", "MokSB", "MokDB", "MokPW", "MokTML"}) {
    Set(name + kShim, "x");
    ASSERT_EQ(Find().size(), 1U) << name;
    machine.Delete("/sys/firmware/efi/efivars/" + name + kShim);
  }
}

TEST_F(FirmwareRequestsTest, AnEntryForOneBootIsOneOnlyWhereTheBootLoaderDoesNotHonourIt) {
  Set(std::string("LoaderEntryOneShot") + kLoader, {"a\0\0\0", 4});
  EXPECT_EQ(Find(), Requests{});
  auto gathered = [&] { return GatherFacts(machine.root(), Purpose::kShutdown).machine.firmware_requests; };
  Requests request{
      "the EFI variable LoaderEntryOneShot: the boot loader boots another entry once (bootctl "
      "set-oneshot '' takes it back)"};
  EXPECT_EQ(gathered(), request) << "no boot loader known";
  machine.Write("/boot/grub/grub.cfg", "");
  EXPECT_EQ(gathered(), request) << "GRUB";
  machine.Delete("/boot/grub");
  machine.MakeDirectory("/efi/loader/entries");
  std::string info;
  for (char c : std::string("systemd-boot 257")) info += {c, '\0'};
  Set(std::string("LoaderInfo") + kLoader, info);
  EXPECT_EQ(gathered(), Requests{}) << "systemd-boot";
}

TEST_F(FirmwareRequestsTest, WhatSystemdWasAsked) {
  for (std::string name :
       {"reboot-to-firmware-setup", "reboot-to-boot-loader-menu", "reboot-to-boot-loader-entry", "reboot-param"}) {
    machine.Write("/run/systemd/" + name, "");
    ASSERT_EQ(Find().size(), 1U) << name;
    EXPECT_EQ(Find()[0].rfind("/run/systemd/" + name + ": ", 0), 0U);
    machine.Delete("/run/systemd/" + name);
  }
}

TEST_F(FirmwareRequestsTest, TheyMakeTheNextRebootAFirmwareReboot) {
  Set(std::string("BootNext") + kGlobal, {"\x03\0", 2});
  machine.Write("/run/systemd/reboot-param", "0 tryboot");
  Plan plan = MakeOneShotPlan(machine.root());
  EXPECT_EQ(plan.decision.action, Action::kFirmware);
  EXPECT_EQ(plan.decision.cause, FirmwareCause::kPolicy);
  EXPECT_EQ(plan.decision.reason,
            "the EFI variable BootNext: the firmware boots its entry 0003 next (efibootmgr -N takes it back); "
            "/run/systemd/reboot-param: an argument "
            "for the firmware was given");
}

}  // namespace
}  // namespace kexec_helper
