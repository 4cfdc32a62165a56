#include "cli/run.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <nlohmann/json.hpp>
#include <sstream>
#include <thread>

#include "breaker/attempts.h"
#include "cli/version.h"
#include "fake_kernel.h"
#include "records/records.h"
#include "sys/directory_lock.h"

namespace kexec_helper {
namespace {

using Json = nlohmann::json;

constexpr const char* kKernel = "/boot/vmlinuz-6.1.0-41-amd64";

class RunTest : public testing::Test {
 protected:
  int Run(const std::vector<std::string>& arguments) {
    std::ostringstream out_stream, err_stream;
    int code = kexec_helper::Run(arguments, machine.root(), kernel, out_stream, err_stream);
    out = out_stream.str();
    err = err_stream.str();
    return code;
  }

  void Settings(const std::string& text) { machine.Write("/etc/default/kexec", text); }

  TemporaryRoot machine;
  FakeKernel kernel{machine};
  std::string out;
  std::string err;
};

// Two loads at a time would take each other's records away.
TEST_F(RunTest, ACommandThatChangesTheSystemWaitsForAnother) {
  using Clock = std::chrono::steady_clock;
  constexpr std::chrono::milliseconds kHeld{500};
  Fd held = LockDirectory(machine.root(), kStateDirectory, kHeld);
  std::thread other([&] {
    std::this_thread::sleep_for(kHeld);
    held.Reset();
  });
  auto start = Clock::now();
  EXPECT_EQ(Run({"plan"}), 0);
  EXPECT_LT(Clock::now() - start, kHeld) << "which changes nothing";
  EXPECT_EQ(Run({"unload"}), 0);
  EXPECT_GE(Clock::now() - start, kHeld);
  other.join();
}

TEST_F(RunTest, AShutdownDoesNotWaitForEver) {
  Fd held = LockDirectory(machine.root(), kStateDirectory, std::chrono::milliseconds(0));
  EXPECT_EQ(Run({"load", "--shutdown"}), 1);
  EXPECT_EQ(
      err,
      "kexec-helper: firmware reboot: another kexec-helper is running: /run/kexec-helper: held by another process "
      "for 10 s: wait for it, or end it\n");
  EXPECT_FALSE(kernel.loaded);
  EXPECT_FALSE(machine.Has(kJump));
}

TEST_F(RunTest, WithoutAPlaceForTheLockTheCommandRuns) {
  machine.Delete(kStateDirectory);
  machine.Write(kStateDirectory, "");
  EXPECT_EQ(Run({"unload"}), 0);
  EXPECT_EQ(err, "kexec-helper: warning: not locked: /run/kexec-helper: Not a directory\n");
}

TEST_F(RunTest, ExitStatusOfPlan) {
  EXPECT_EQ(Run({"plan"}), 0);
  Settings("LOAD_KEXEC=false\n");
  EXPECT_EQ(Run({"plan"}), 3);
  Settings("LOAD_KEXEC=maybe\n");
  EXPECT_EQ(Run({"plan"}), 1);
  EXPECT_EQ(Run({"--json", "plan"}), 1);
  EXPECT_EQ(Json::parse(out)["action"], "firmware");
  EXPECT_TRUE(kernel.calls.empty());
}

TEST_F(RunTest, ExitStatusOfLoad) {
  EXPECT_EQ(Run({"load"}), 0);
  EXPECT_EQ(out.find("kexec-helper: next boot by kexec: Linux 6.1.0-41-amd64 (/boot/vmlinuz-6.1.0-41-amd64)"), 0u)
      << out;
  EXPECT_EQ(std::count(out.begin(), out.end(), '\n'), 1);
  EXPECT_EQ(err, "");
  Settings("LOAD_KEXEC=false\n");
  EXPECT_EQ(Run({"load"}), 3);
  EXPECT_EQ(out, "kexec-helper: firmware reboot: /etc/default/kexec:1: LOAD_KEXEC=false\n");
  EXPECT_EQ(err, "");
  Settings("LOAD_KEXEC=true\n");
  kernel.load_error = ENOEXEC;
  EXPECT_EQ(Run({"load", "--shutdown"}), 1);
  EXPECT_EQ(out, "");
  EXPECT_EQ(err.find("kexec-helper: firmware reboot: /boot/vmlinuz-6.1.0-41-amd64 with "
                     "/boot/initrd.img-6.1.0-41-amd64: kexec_file_load: Exec format error: "),
            0u)
      << err;
  EXPECT_EQ(std::count(err.begin(), err.end(), '\n'), 1);
}

TEST_F(RunTest, LoadAsJson) {
  EXPECT_EQ(Run({"load", "--json"}), 0);
  Json json = Json::parse(out);
  EXPECT_EQ(json["action"], "kexec");
  EXPECT_EQ(json["kernel_version"], "6.1.0-41-amd64");
  kernel.load_error = EPERM;
  EXPECT_EQ(Run({"load", "--json"}), 1);
  EXPECT_EQ(Json::parse(out)["action"], "firmware");
  EXPECT_EQ(err.find("kexec-helper: firmware reboot: "), 0u) << err;
}

TEST_F(RunTest, WarningsGoToStandardError) {
  machine.Write("/tmp/no-kexec-reboot/inside", "");
  EXPECT_EQ(Run({"load", "--shutdown"}), 3);
  EXPECT_EQ(err, "kexec-helper: warning: /tmp/no-kexec-reboot: Directory not empty\n");
}

TEST_F(RunTest, WhatCannotBeDecidedAtShutdownIsFirmwareWithNothingLoaded) {
  kernel.LoadByOtherProgram();
  machine.Delete("/proc/cmdline");
  machine.MakeDirectory("/proc/cmdline");
  EXPECT_EQ(Run({"load", "--shutdown"}), 1);
  EXPECT_EQ(err, "kexec-helper: firmware reboot: /proc/cmdline: Is a directory\n");
  EXPECT_FALSE(kernel.loaded);
  auto record = ReadShutdownRecord(machine.root());
  ASSERT_TRUE(record);
  EXPECT_EQ(record->action, "firmware");
  EXPECT_EQ(record->reason, "/proc/cmdline: Is a directory");
}

TEST_F(RunTest, LoadOfAKernel) {
  EXPECT_EQ(Run({"load", kKernel, "--initrd", "/initrd.img", "--reuse-cmdline", "--append", "single"}), 0);
  EXPECT_EQ(out, std::string("kexec-helper: loaded ") + kKernel + "; the next reboot starts it\n");
  ASSERT_TRUE(kernel.loaded);
  EXPECT_EQ(kernel.loaded->initrd, FakeInitrd());
  EXPECT_EQ(kernel.loaded->command_line,
            "BOOT_IMAGE=/vmlinuz-6.1.0-41-amd64 root=/dev/vda2 ro quiet crashkernel=256M single");
  EXPECT_EQ(Run({"load", "/boot/none"}), 1);
  EXPECT_EQ(err, "kexec-helper: /boot/none: No such file or directory\n");
}

TEST_F(RunTest, Exec) {
  EXPECT_EQ(Run({"exec"}), 1);
  EXPECT_EQ(err, "kexec-helper: exec: no kernel is loaded: load one with kexec-helper load\n");
  Run({"load"});
  EXPECT_THROW(Run({"exec", "--unmount"}), Jumped);
  EXPECT_EQ(kernel.calls, (std::vector<std::string>{"load", "read-only", "jump"}));
  EXPECT_THROW(Run({"exec"}), Jumped);
  EXPECT_EQ(kernel.calls.size(), 4u);
}

TEST_F(RunTest, Reboot) {
  EXPECT_EQ(Run({"reboot"}), 0);
  EXPECT_TRUE(machine.Has(kOneShot));
  EXPECT_EQ(Run({"reboot", "--firmware"}), 0);
  EXPECT_EQ(out, "kexec-helper: rebooting through firmware\n");
  EXPECT_EQ(Run({"reboot"}), 3);
  EXPECT_NE(out.find("not rebooting, it would not be by kexec: /run/no-kexec-reboot"), std::string::npos) << out;
  machine.Delete("/run/no-kexec-reboot");
  Settings("LOAD_KEXEC=maybe\n");
  EXPECT_EQ(Run({"reboot"}), 1);
  EXPECT_NE(err.find("not rebooting"), std::string::npos) << err;
}

TEST_F(RunTest, Unload) {
  Run({"load"});
  EXPECT_EQ(Run({"unload"}), 0);
  EXPECT_FALSE(kernel.loaded);
  kernel.unload_error = EPERM;
  EXPECT_EQ(Run({"unload"}), 1);
  EXPECT_NE(err, "");
}

TEST_F(RunTest, StatusAndVersion) {
  EXPECT_EQ(Run({"status"}), 0);
  EXPECT_EQ(out.find("this boot     through firmware"), 0u);
  EXPECT_EQ(Run({"status", "--json"}), 0);
  EXPECT_EQ(Json::parse(out)["loaded"], false);
  EXPECT_EQ(Run({"version"}), 0);
  EXPECT_EQ(out, std::string("kexec-helper ") + kVersion + "\n");
}

TEST_F(RunTest, Help) {
  EXPECT_EQ(Run({"--help"}), 0);
  EXPECT_EQ(out.find("Usage: kexec-helper"), 0u);
  EXPECT_EQ(err, "");
}

TEST_F(RunTest, UsageErrors) {
  EXPECT_EQ(Run({"paln"}), 2);
  EXPECT_EQ(err, "kexec-helper: paln: no such command; did you mean plan?\nTry kexec-helper --help\n");
  EXPECT_EQ(out, "");
  EXPECT_EQ(Run({}), 2);
  EXPECT_EQ(Run({"plan", "--nope"}), 2);
}

TEST_F(RunTest, CommandsThatChangeTheRunningKernelRefuseAnotherRoot) {
  TemporaryRoot other;
  auto before = other.Snapshot();
  for (const std::vector<std::string>& arguments : std::vector<std::vector<std::string>>{{"load"},
                                                                                         {"load", "--shutdown"},
                                                                                         {"load", kKernel},
                                                                                         {"exec"},
                                                                                         {"reboot"},
                                                                                         {"reboot", "--firmware"},
                                                                                         {"unload"}}) {
    std::vector<std::string> all = {"--root", other.directory()};
    all.insert(all.end(), arguments.begin(), arguments.end());
    EXPECT_EQ(Run(all), 2) << arguments[0];
    EXPECT_NE(err.find("changes the running system and takes no --root"), std::string::npos) << err;
  }
  EXPECT_TRUE(kernel.calls.empty());
  EXPECT_EQ(other.Snapshot(), before);
}

TEST_F(RunTest, OthersTakeAnotherRoot) {
  TemporaryRoot other;
  other.Write("/etc/default/kexec", "LOAD_KEXEC=false\n");
  EXPECT_EQ(Run({"--root", other.directory(), "plan"}), 3);
  other.Write("/proc/sys/kernel/bootloader_type", "208\n");
  EXPECT_EQ(Run({"--root", other.directory(), "--json", "status"}), 0);
  EXPECT_EQ(Json::parse(out)["boot"]["kind"], "kexec");
  EXPECT_EQ(Run({"--root", "/nonexistent/root", "plan"}), 1);
  EXPECT_EQ(err, "kexec-helper: /nonexistent/root: No such file or directory\n");
}

TEST_F(RunTest, ACommandLineThatIsNoUtf8IsStillJson) {
  machine.Write("/proc/cmdline", "root=/dev/vda2 \xff\xfe\n");
  EXPECT_EQ(Run({"plan", "--json"}), 0);
  EXPECT_TRUE(Json::accept(out));
  EXPECT_EQ(Run({"load"}), 0);
  EXPECT_EQ(kernel.loaded->command_line, "BOOT_IMAGE=/vmlinuz-6.1.0-41-amd64 root=/dev/vda2 \xff\xfe");
  EXPECT_EQ(Run({"status", "--json"}), 0);
  EXPECT_TRUE(Json::accept(out));
}

TEST_F(RunTest, AProcThatCannotBeReadIsAFailure) {
  machine.Delete("/proc/cmdline");
  machine.MakeDirectory("/proc/cmdline");
  EXPECT_EQ(Run({"plan"}), 1);
  EXPECT_EQ(err, "kexec-helper: /proc/cmdline: Is a directory\n");
}

TEST_F(RunTest, ALoadThatHangsIsGivenUpAndTheReasonKept) {
  kernel.first_work = WorkResult{WorkEnd::kTimedOut, 0};
  EXPECT_EQ(Run({"load", "--shutdown"}), 1);
  EXPECT_EQ(kernel.limits[0], std::chrono::seconds(80));
  EXPECT_EQ(err, "kexec-helper: firmware reboot: loading took longer than 80 seconds\n");
  EXPECT_FALSE(kernel.loaded) << "what it may have loaded before it hung";
  EXPECT_FALSE(machine.Has(kJump));
  EXPECT_FALSE(machine.Has(kAttempt));
  EXPECT_EQ(ReadShutdownRecord(machine.root())->action, "firmware");
  EXPECT_EQ(ReadShutdownRecord(machine.root())->reason, "loading took longer than 80 seconds");
}

TEST_F(RunTest, ALoadThatIsKilledIsGivenUpToo) {
  kernel.first_work = WorkResult{WorkEnd::kKilled, 9};
  EXPECT_EQ(Run({"load", "--shutdown"}), 1);
  EXPECT_EQ(ReadShutdownRecord(machine.root())->reason, "kexec-helper was killed by signal 9 while loading");
}

TEST_F(RunTest, OnlyALoadAtShutdownIsSupervised) {
  EXPECT_EQ(Run({"load"}), 0);
  EXPECT_TRUE(kernel.limits.empty());
}

}  // namespace
}  // namespace kexec_helper
