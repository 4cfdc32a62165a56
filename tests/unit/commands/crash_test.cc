#include "commands/crash.h"

#include <gtest/gtest.h>

#include <cerrno>

#include "error_of.h"
#include "fake_kernel.h"
#include "records/records.h"
#include "survey/platform.h"

namespace kexec_helper {
namespace {

constexpr const char* kKernel = "/boot/vmlinuz-6.1.0-40-amd64";
constexpr const char* kInitrd = "/boot/initrd.img-6.1.0-40-amd64";

// Linux 6.1.0-40 runs, its files are there, and memory is reserved.
class CrashTest : public testing::Test {
 protected:
  CrashTest() {
    machine.Write("/proc/sys/kernel/osrelease", "6.1.0-40-amd64\n");
    machine.Write(kKernel, FakeBzImage("6.1.0-40-amd64 (build@host) #1 SMP"));
    machine.Write(kInitrd, FakeInitrd());
    machine.Write("/sys/kernel/kexec_crash_size", "268435456\n");
  }
  LoadedByHand Load(const std::optional<LoadArguments>& arguments = std::nullopt) {
    return LoadCrashKernel(machine.root(), kernel, arguments);
  }
  std::string Declined() { return CrashKernelDeclined(machine.root()); }

  TemporaryRoot machine;
  FakeKernel kernel{machine};
};

TEST_F(CrashTest, LoadsTheRunningKernelForACrashOnly) {
  Load();
  ASSERT_TRUE(kernel.crash_loaded);
  EXPECT_FALSE(kernel.loaded);
  EXPECT_EQ(kernel.crash_loaded->kernel, FakeBzImage("6.1.0-40-amd64 (build@host) #1 SMP"));
  EXPECT_EQ(kernel.crash_loaded->initrd, FakeInitrd());
  EXPECT_NE(kernel.crash_loaded->command_line.find("root=/dev/vda2 ro"), std::string::npos);
  EXPECT_NE(kernel.crash_loaded->command_line.find(" init=/usr/lib/kexec-helper/save-crash"), std::string::npos);
  EXPECT_EQ(ReadCrashRecord(machine.root())->kernel, kKernel);
  EXPECT_FALSE(ReadLoadedRecord(machine.root()));
}

TEST_F(CrashTest, AKernelByName) {
  Load(LoadArguments{"/vmlinuz", {"/initrd.img"}, "", false});
  EXPECT_EQ(kernel.crash_loaded->kernel, FakeBzImage());
  EXPECT_NE(kernel.crash_loaded->command_line.find("save-crash"), std::string::npos);
  Load(LoadArguments{"/vmlinuz", {"/initrd.img"}, "my own", false});
  EXPECT_EQ(kernel.crash_loaded->command_line, "my own");
}

TEST_F(CrashTest, WithoutReservedMemory) {
  machine.Write("/sys/kernel/kexec_crash_size", "0\n");
  EXPECT_NE(ErrorOf([&] { Load(); }).find("no memory is reserved"), std::string::npos);
  machine.Delete("/sys/kernel/kexec_crash_size");
  EXPECT_NE(ErrorOf([&] { Load(); }).find("crashkernel=256M"), std::string::npos);
  EXPECT_TRUE(kernel.calls.empty());
}

TEST_F(CrashTest, TheNewPlacesOfTheKernelsState) {
  machine.Delete("/sys/kernel/kexec_crash_size");
  machine.Write("/sys/kernel/kexec/crash_size", "268435456\n");
  Load();
  EXPECT_TRUE(kernel.crash_loaded);
}

TEST_F(CrashTest, TooLittleReservedMemory) {
  machine.Write("/sys/kernel/kexec_crash_size", "1024\n");
  EXPECT_NE(ErrorOf([&] { Load(); }).find("reserve more"), std::string::npos);
  machine.Write("/sys/kernel/kexec_crash_size", "268435456\n");
  kernel.load_error = EADDRNOTAVAIL;
  EXPECT_NE(ErrorOf([&] { Load(); }).find("that crashkernel= reserves is too small"), std::string::npos);
}

TEST_F(CrashTest, AnotherProgramsStays) {
  machine.Write("/sys/kernel/kexec_crash_loaded", "1\n");
  EXPECT_NE(ErrorOf([&] { Load(); }).find("another program's"), std::string::npos);
  EXPECT_NE(ErrorOf([&] { UnloadCrashKernel(machine.root(), kernel); }).find("another program's"), std::string::npos);
  EXPECT_TRUE(kernel.calls.empty());
}

TEST_F(CrashTest, OursIsReplacedAndUnloaded) {
  Load();
  Load();
  UnloadCrashKernel(machine.root(), kernel);
  EXPECT_FALSE(kernel.crash_loaded);
  EXPECT_FALSE(ReadCrashRecord(machine.root()));
}

TEST_F(CrashTest, KdumpToolsMayHaveReplacedOurs) {
  Load();
  machine.Script(kKdumpConfig, "");
  EXPECT_NE(ErrorOf([&] { Load(); }).find("another program's"), std::string::npos);
}

TEST_F(CrashTest, AFailedLoadLeavesNone) {
  Load();
  kernel.load_error = ENOEXEC;
  EXPECT_NE(ErrorOf([&] { Load(); }).find("no crash kernel is loaded any more"), std::string::npos);
  EXPECT_FALSE(ReadCrashRecord(machine.root()));
}

TEST_F(CrashTest, TheRunningKernelIsGone) {
  machine.Delete(kKernel);
  EXPECT_NE(ErrorOf([&] { Load(); }).find("name a kernel"), std::string::npos);
}

TEST_F(CrashTest, AtBootOnlyIfAskedForAndPossible) {
  EXPECT_EQ(Declined(), "LOAD_CRASH_KERNEL is not true");
  machine.Write("/etc/default/kexec", "LOAD_CRASH_KERNEL=true\n");
  EXPECT_EQ(Declined(), "");
  machine.Script(kKdumpConfig, "");
  EXPECT_NE(Declined().find("kdump-tools"), std::string::npos);
  machine.Delete(kKdumpConfig);
  machine.Write("/sys/kernel/kexec_crash_size", "0\n");
  EXPECT_NE(Declined().find("crashkernel="), std::string::npos);
  machine.Write("/etc/default/kexec", "LOAD_CRASH_KERNEL=soon\n");
  EXPECT_NE(ErrorOf([&] { Declined(); }).find("/etc/default/kexec:1: LOAD_CRASH_KERNEL=\"soon\""), std::string::npos);
}

}  // namespace
}  // namespace kexec_helper
