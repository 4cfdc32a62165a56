#include "commands/doctor.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "breaker/attempts.h"
#include "cli/run.h"
#include "fake_kernel.h"

namespace kexec_helper {
namespace {

constexpr const char* kEfiVariables = "/sys/firmware/efi/efivars/";

class DoctorTest : public testing::Test {
 protected:
  DoctorTest() {
    machine.MakeDirectory("/lib/modules/6.1.0-41-amd64");
    machine.Write("/sys/kernel/kexec_crash_loaded", "1\n");  // in what crashkernel=256M has reserved
  }

  void Systemd() {
    machine.MakeDirectory("/run/systemd/system");
    machine.Write("/lib/systemd/system/kexec-load.service", "");
    machine.Write("/lib/systemd/system/systemd-reboot.service.d/50-kexec.conf", "");
    machine.Write("/lib/systemd/system/systemd-kexec.service.d/50-kexec.conf", "");
    machine.Link("/lib/systemd/system/kexec-load.service",
                 "/etc/systemd/system/multi-user.target.wants/kexec-load.service");
    machine.Link("0123", "/run/systemd/units/invocation:kexec-load.service");
  }

  // Everything that is not good, "LEVEL NAME: DETAIL".
  std::vector<std::string> Bad() const {
    std::vector<std::string> bad;
    for (const Finding& finding : Examine(machine.root()))
      if (finding.health != Health::kGood)
        bad.push_back((finding.health == Health::kProblem ? "problem " : "warning ") + finding.name + ": " +
                      finding.detail);
    return bad;
  }
  // A finding that makes the next reboot a firmware reboot is repeated there as its reason.
  void ExpectOnly(const std::string& beginning) const {
    std::vector<std::string> bad = Bad();
    if (bad.size() == 2)
      std::erase_if(bad, [](const std::string& one) { return one.starts_with("problem next reboot: "); });
    ASSERT_EQ(bad.size(), 1U) << testing::PrintToString(bad) << "\nwanted: " << beginning;
    EXPECT_EQ(bad[0].substr(0, beginning.size()), beginning);
  }

  TemporaryRoot machine;
};

TEST_F(DoctorTest, AHealthyMachineOfBothKinds) {
  EXPECT_EQ(Bad(), std::vector<std::string>{});
  Systemd();
  EXPECT_EQ(Bad(), std::vector<std::string>{});
}

TEST_F(DoctorTest, AHookThatWouldNotRun) {
  machine.Script("/etc/kexec-helper/pre-jump.d/10-good", "#!/bin/sh\n");
  EXPECT_EQ(Bad(), std::vector<std::string>{});
  machine.Write("/etc/kexec-helper/pre-jump.d/20-bad", "#!/bin/sh\n");
  ExpectOnly("warning hooks: /etc/kexec-helper/pre-jump.d/20-bad: is not executable: chmod a+x ");
}

TEST_F(DoctorTest, AKernelThatHangsOnThisProcessor) {
  machine.Write("/proc/cpuinfo", "vendor_id\t: AuthenticAMD\ncpu family\t: 25\n");
  EXPECT_EQ(Bad(), std::vector<std::string>{});
  machine.Write("/proc/sys/kernel/version", "#1 SMP Debian 6.1.82-1 (2024-03-28)\n");
  ExpectOnly("warning hardware: Linux 6.1.82 hangs at a kexec on this processor");
}

TEST_F(DoctorTest, ARunningKernelThatCannotLoad) {
  machine.Write("/boot/config-6.1.0-40-amd64", "CONFIG_KEXEC=y\n# CONFIG_KEXEC_FILE is not set\n");
  ExpectOnly("problem running kernel: Linux 6.1.0-40-amd64 has no kexec_file_load (CONFIG_KEXEC_FILE): ");
  machine.Write("/boot/config-6.1.0-40-amd64", "CONFIG_KEXEC_FILE=y\n");
  EXPECT_EQ(Bad(), std::vector<std::string>{});
  machine.Write("/proc/sys/kernel/kexec_load_disabled", "1\n");
  EXPECT_EQ(Bad().size(), 2U) << "the next reboot is none by kexec";
  EXPECT_EQ(Bad()[0].rfind("problem running kernel: /proc/sys/kernel/kexec_load_disabled is 1", 0), 0U);
  machine.Write("/proc/sys/kernel/kexec_load_disabled", "0\n");
  machine.Write("/proc/sys/kernel/kexec_load_limit_reboot", "0\n");
  EXPECT_EQ(Bad()[0].rfind("problem running kernel: /proc/sys/kernel/kexec_load_limit_reboot is used up", 0), 0U);
}

TEST_F(DoctorTest, AnUnsignedKernelUnderLockdown) {
  machine.Write("/sys/kernel/security/lockdown", "none [integrity] confidentiality\n");
  machine.Write(std::string(kEfiVariables) + "SecureBoot-8be4df61-93ca-11d2-aa0d-00e098032b8c",
                std::string("\x06\0\0\0\x01", 5));
  ExpectOnly(
      "problem Secure Boot: Secure Boot is on, lockdown integrity, and /boot/vmlinuz-6.1.0-41-amd64: has no signature");
  machine.Write("/sys/kernel/security/lockdown", "[none] integrity confidentiality\n");
  EXPECT_EQ(Bad(), std::vector<std::string>{});
}

TEST_F(DoctorTest, WhatTheNextRebootWouldRefuse) {
  machine.Write("/boot/initrd.img-6.1.0-41-amd64", "");
  ExpectOnly("problem next reboot: firmware: /boot/initrd.img-6.1.0-41-amd64: ");
  machine.Write("/etc/default/kexec", "LOAD_KEXEC=false\n");
  EXPECT_EQ(Bad(), std::vector<std::string>{}) << "what the settings want is no problem";
}

TEST_F(DoctorTest, ANewKernelThatCannotGoOn) {
  machine.Write("/boot/config-6.1.0-41-amd64", "CONFIG_KEXEC=y\n");
  ExpectOnly("warning new kernel: Linux 6.1.0-41-amd64 has no CONFIG_KEXEC_FILE");
  machine.Delete("/boot/config-6.1.0-41-amd64");
  machine.Delete("/lib/modules");
  ExpectOnly("warning new kernel: /lib/modules/6.1.0-41-amd64 is missing");
}

TEST_F(DoctorTest, AnInitSystemThatDoesNotCallTheScripts) {
  machine.Delete("/etc/rc6.d/K01kexec-load");
  ExpectOnly("problem init system: /etc/rc6.d has no link for kexec-load: update-rc.d kexec-load defaults");
  Systemd();
  EXPECT_EQ(Bad(), std::vector<std::string>{}) << "systemd does not read rc6.d";
  machine.Delete("/run/systemd/units/invocation:kexec-load.service");
  ExpectOnly("problem init system: kexec-load.service is not active: systemctl start kexec-load.service");
  machine.Delete("/etc/systemd/system/multi-user.target.wants/kexec-load.service");
  ExpectOnly("problem init system: kexec-load.service is not enabled: ");
  machine.Delete("/lib/systemd/system/systemd-reboot.service.d");
  EXPECT_EQ(Bad()[1].rfind("problem init system: systemd-reboot.service.d/50-kexec.conf is missing", 0), 0U);
}

TEST_F(DoctorTest, AUnitThatIsMasked) {
  Systemd();
  machine.Link("/dev/null", "/etc/systemd/system/systemd-reboot.service.d/50-kexec.conf");
  ExpectOnly(
      "problem init system: systemd-reboot.service.d/50-kexec.conf is masked by "
      "/etc/systemd/system/systemd-reboot.service.d/50-kexec.conf");
  machine.Delete("/etc/systemd/system/systemd-reboot.service.d");
  machine.Write("/run/systemd/system/kexec-load.service", "");
  ExpectOnly("problem init system: kexec-load.service is masked by /run/systemd/system/kexec-load.service");
  machine.Delete("/run/systemd/system/kexec-load.service");
  machine.Write("/etc/systemd/system/systemd-reboot.service", "[Service]\n");
  ExpectOnly("problem init system: /etc/systemd/system/systemd-reboot.service replaces");
}

TEST_F(DoctorTest, ScriptsThatAreNotOurs) {
  machine.Script("/etc/init.d/kexec", "#!/bin/sh\n. /etc/default/kexec\n");
  ExpectOnly("problem init system: /etc/init.d/kexec is from another package");
  machine.Delete("/etc/init.d/kexec");
  ExpectOnly("problem init system: /etc/init.d/kexec is missing");
  machine.Write("/etc/init.d/kexec", "# kexec-helper\n");
  ExpectOnly("problem init system: /etc/init.d/kexec lacks execute permission: chmod a+x /etc/init.d/kexec");
}

TEST_F(DoctorTest, AnExitrd) {
  Systemd();
  machine.Write("/run/initramfs/.need_shutdown", "");
  ExpectOnly("warning exitrd: /usr/lib/kexec-helper/exitrd-kexec is missing");
  machine.Write("/usr/lib/kexec-helper/exitrd-kexec", "program");
  EXPECT_EQ(Bad(), std::vector<std::string>{});
  machine.Script("/run/initramfs/shutdown", "kexec -e");
  EXPECT_EQ(Bad(), std::vector<std::string>{});
  machine.Script("/run/initramfs/shutdown", "reboot -f");
  ASSERT_EQ(Bad().size(), 2U);
  EXPECT_TRUE(Bad()[0].starts_with("warning next reboot: /run/initramfs/shutdown, the last step of a shutdown here, "))
      << Bad()[0];
  EXPECT_EQ(Bad()[1], "warning exitrd: /run/initramfs/shutdown does not know kexec and is left out at a kexec");
}

TEST_F(DoctorTest, ABootPartitionThatIsNotMounted) {
  machine.Write("/etc/fstab", "# /boot\n/dev/vda2 / ext4 defaults 0 1\n\n/dev/vda1\t/boot  ext4 defaults 0 2\n");
  EXPECT_EQ(Bad(), std::vector<std::string>{});
  machine.Write("/proc/self/mountinfo", "21 1 254:2 / / rw,relatime shared:1 - ext4 /dev/vda2 rw\n");
  ExpectOnly("problem /boot: /boot is in /etc/fstab and not mounted: mount /boot");
  machine.Write("/etc/fstab", "/dev/vda2 / ext4 defaults 0 1\n");
  EXPECT_EQ(Bad(), std::vector<std::string>{});
}

TEST_F(DoctorTest, WhatAsksForTheFirmware) {
  machine.Write("/tmp/no-kexec-reboot", "");
  machine.Write("/run/systemd/reboot-param", "x");
  std::vector<std::string> bad = Bad();
  ASSERT_EQ(bad.size(), 2U);
  EXPECT_EQ(bad[0].rfind("warning requests: /tmp/no-kexec-reboot (created by ", 0), 0U);
  EXPECT_EQ(bad[1].rfind("warning requests: /run/systemd/reboot-param", 0), 0U);
}

TEST_F(DoctorTest, AFirmwareThatCannotBeAsked) {
  machine.MakeDirectory("/sys/firmware/efi");
  ExpectOnly("warning next reboot: EFI variables are not accessible");
}

TEST_F(DoctorTest, EarlierFailuresAndHardware) {
  WriteFailures(machine.root(), {{"/boot/old", "6.0", "", {1, 2}, {}, "", "b", "T", ""}});
  ExpectOnly("warning earlier failures: the kexec of Linux 6.0 (/boot/old) on T failed");
  machine.Delete(kFailures);
  machine.MakeDirectory("/sys/module/i915");
  ExpectOnly("warning hardware: i915: may leave the display dark");
  machine.Delete("/sys/module/i915");
  machine.Write("/etc/crypttab", "root UUID=1 none luks,tpm2-device=auto\n");
  ExpectOnly("warning hardware: /etc/crypttab unlocks a disk by TPM");
  machine.Delete("/etc/crypttab");
  machine.Write("/usr/share/initramfs-tools/hooks/clevis", "");
  ExpectOnly("warning hardware: clevis may unlock a disk by TPM");
}

TEST_F(DoctorTest, WhatCannotBeReadIsAProblemAndNotTheEnd) {
  machine.MakeDirectory("/etc/crypttab");
  ExpectOnly("problem hardware: /etc/crypttab: Is a directory");
}

TEST_F(DoctorTest, TextJsonAndExitStatus) {
  FakeKernel kernel{machine};
  std::ostringstream out, err;
  EXPECT_EQ(kexec_helper::Run({"doctor"}, machine.root(), kernel, out, err), 0);
  EXPECT_NE(out.str().find("ok       running kernel    Linux 6.1.0-40-amd64 can load a kernel\n"), std::string::npos)
      << out.str();
  machine.Delete("/etc/rc6.d");
  out.str("");
  EXPECT_EQ(kexec_helper::Run({"--json", "doctor"}, machine.root(), kernel, out, err), 1);
  EXPECT_NE(out.str().find("\"ok\": false"), std::string::npos);
  EXPECT_NE(out.str().find("\"level\": \"problem\""), std::string::npos);
  EXPECT_EQ(err.str(), "");
}

}  // namespace
}  // namespace kexec_helper
