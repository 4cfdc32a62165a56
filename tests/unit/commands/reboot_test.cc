#include "commands/reboot.h"

#include <gtest/gtest.h>

#include "error_of.h"
#include "fake_kernel.h"
#include "records/records.h"

namespace kexec_helper {
namespace {

using Calls = std::vector<std::string>;
constexpr const char* kFlag = "/run/no-kexec-reboot";

class RebootTest : public testing::Test {
 protected:
  TemporaryRoot machine;
  FakeKernel kernel{machine};
};

TEST_F(RebootTest, ByKexecAlsoWithLoadKexecFalse) {
  machine.Write("/etc/default/kexec", "LOAD_KEXEC=false\n");
  EXPECT_EQ(RebootByKexec(machine.root(), kernel).decision.action, Action::kKexec);
  EXPECT_EQ(kernel.calls, Calls{"reboot"}) << "the load is the shutdown's";
  EXPECT_TRUE(kernel.HadAtReboot(kOneShot));
  EXPECT_TRUE(machine.Has(kOneShot));
}

TEST_F(RebootTest, WhenItWouldNotBeByKexecNothingHappens) {
  machine.Write("/tmp/no-kexec-reboot", "");
  auto before = machine.Snapshot();
  EXPECT_EQ(RebootByKexec(machine.root(), kernel).decision.action, Action::kFirmware);
  EXPECT_TRUE(kernel.calls.empty());
  EXPECT_EQ(machine.Snapshot(), before);
}

TEST_F(RebootTest, WhereNobodyWouldPerformItNothingHappens) {
  machine.Delete("/etc/rc6.d/K08kexec");
  Plan plan = RebootByKexec(machine.root(), kernel);
  EXPECT_EQ(plan.decision.reason, "/etc/rc6.d has no link for kexec: update-rc.d kexec defaults");
  EXPECT_EQ(plan.decision.cause, FirmwareCause::kProblem);
  EXPECT_TRUE(kernel.calls.empty());
}

TEST_F(RebootTest, WhoAskedForFirmwareIsToldBeforeWhatIsMissing) {
  machine.Delete("/etc/rc6.d/K08kexec");
  machine.Write("/tmp/no-kexec-reboot", "");
  Decision decision = RebootByKexec(machine.root(), kernel).decision;
  EXPECT_EQ(decision.reason.find("/tmp/no-kexec-reboot (created by "), 0u) << decision.reason;
  EXPECT_EQ(decision.cause, FirmwareCause::kPolicy);
}

TEST_F(RebootTest, AKexecRebootThatDidNotComeAboutTakesItsRequestBack) {
  kernel.reboot_fails = true;
  EXPECT_EQ(ErrorOf([&] { RebootByKexec(machine.root(), kernel); }), "/sbin/reboot: failed");
  EXPECT_TRUE(kernel.HadAtReboot(kOneShot));
  EXPECT_FALSE(machine.Has(kOneShot));
}

TEST_F(RebootTest, ThroughFirmwareLeavesTheFlag) {
  RebootByFirmware(machine.root(), kernel);
  EXPECT_TRUE(kernel.HadAtReboot(kFlag));
  EXPECT_TRUE(machine.Has(kFlag));
  EXPECT_FALSE(machine.Has(kOneShot));
}

TEST_F(RebootTest, AFirmwareRebootThatDidNotComeAboutTakesItsFlagBack) {
  kernel.reboot_fails = true;
  EXPECT_EQ(ErrorOf([&] { RebootByFirmware(machine.root(), kernel); }), "/sbin/reboot: failed");
  EXPECT_FALSE(machine.Has(kFlag));
}

TEST_F(RebootTest, ARequestThatCannotBeLeftIsNoReboot) {
  machine.Write("/run/kexec-helper", "a file where the directory belongs");
  EXPECT_NE(ErrorOf([&] { RebootByKexec(machine.root(), kernel); }), "");
  EXPECT_TRUE(kernel.calls.empty());
}

}  // namespace
}  // namespace kexec_helper
