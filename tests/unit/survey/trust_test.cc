#include "survey/trust.h"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <fstream>

#include "commands/load.h"
#include "error_of.h"
#include "fake_kernel.h"

namespace kexec_helper {
namespace {

constexpr const char* kKernelFile = "/boot/vmlinuz-6.1.0-41-amd64";
constexpr const char* kInitrdFile = "/boot/initrd.img-6.1.0-41-amd64";

class TrustTest : public testing::Test {
 protected:
  void Mode(const std::string& path, mode_t mode) { ASSERT_EQ(::chmod(machine.Host(path).c_str(), mode), 0); }
  std::string Doubt(const std::string& path) const {
    try {
      CheckOnlyRootWrites(machine.root(), {path});
      return "";
    } catch (const Error& error) {
      return error.what();
    }
  }

  TemporaryRoot machine;
};

TEST_F(TrustTest, AnOrdinarySystemIsTrusted) {
  for (const char* path : {"/vmlinuz", "/initrd.img", kKernelFile, "/etc/default/kexec", "/", "/boot/../vmlinuz"})
    EXPECT_EQ(Doubt(path), "") << path;
}

// The way that they share is looked at once.
TEST_F(TrustTest, EachOfSeveralFilesCounts) {
  auto doubt = [&] {
    return ErrorOf([&] { CheckOnlyRootWrites(machine.root(), {"/vmlinuz", kKernelFile, "/vmlinuz", kInitrdFile}); });
  };
  EXPECT_EQ(doubt(), "");
  for (const char* path : {kInitrdFile, kKernelFile, "/boot"}) {
    auto before = static_cast<mode_t>(boost::filesystem::status(machine.Host(path)).permissions());
    Mode(path, before | S_IWOTH);
    EXPECT_EQ(doubt(), std::string(path) + ": can be written by everybody: make it writable by root alone");
    Mode(path, before);
  }
}

TEST_F(TrustTest, TheFileAndEveryDirectoryOnTheWayCount) {
  for (const char* path : {kKernelFile, "/boot", "/"}) {
    auto before = static_cast<mode_t>(boost::filesystem::status(machine.Host(path)).permissions());
    Mode(path, before | S_IWOTH);
    EXPECT_EQ(Doubt("/vmlinuz"), std::string(path) + ": can be written by everybody: make it writable by root alone");
    Mode(path, before);
  }
}

TEST_F(TrustTest, AStickyDirectoryIsNoExcuse) {
  machine.Write("/tmp/vmlinuz", FakeBzImage());
  Mode("/tmp", 01777);
  EXPECT_EQ(Doubt("/tmp/vmlinuz"), "/tmp: can be written by everybody: make it writable by root alone");
}

TEST_F(TrustTest, TheWayOfALinkCountsToo) {
  machine.MakeDirectory("/srv/open");
  machine.Link("../../boot/vmlinuz-6.1.0-41-amd64", "/srv/open/link");
  machine.Link("/srv/open/link", "/boot/link");
  EXPECT_EQ(Doubt("/boot/link"), "");
  Mode("/srv/open", 0777);
  EXPECT_EQ(Doubt("/boot/link"), "/srv/open: can be written by everybody: make it writable by root alone");
  EXPECT_EQ(Doubt(kKernelFile), "");
}

TEST_F(TrustTest, LoopsAndMissingFilesEnd) {
  machine.Link("b", "/a");
  machine.Link("a", "/b");
  EXPECT_EQ(Doubt("/a"), "/a: Too many levels of symbolic links");
  EXPECT_EQ(Doubt("/boot/none"), "/boot/none: No such file or directory");
}

TEST_F(TrustTest, OtherUsersAndGroupsAreNamed) {
  if (::geteuid() != 0) GTEST_SKIP() << "only root can give files away";
  ASSERT_EQ(::chown(machine.Host("/boot").c_str(), 1234, 0), 0);
  EXPECT_EQ(Doubt("/vmlinuz"), "/boot: can be written by user 1234: make it writable by root alone");
  ASSERT_EQ(::chown(machine.Host("/boot").c_str(), 0, 50), 0);
  EXPECT_EQ(Doubt("/vmlinuz"), "");
  Mode("/boot", 02775);
  EXPECT_EQ(Doubt("/vmlinuz"),
            "/boot: can be written by group 50 or through its access control list: make it writable by root alone");
  ASSERT_EQ(::chown(machine.Host("/boot").c_str(), 0, 0), 0);
  EXPECT_EQ(Doubt("/vmlinuz"), "") << "the group of the whole tree";
}

TEST_F(TrustTest, OnTheRunningSystemAnAccessControlListShowsInTheGroup) {
  if (::geteuid() != 0) GTEST_SKIP() << "only root owns the way to the file";
  // Not below /tmp, which everybody can write.
  std::string way = ErrorOf([] { CheckOnlyRootWrites(Root("/"), {"/root"}); });
  if (!way.empty()) GTEST_SKIP() << way;
  const std::string file = "/root/kexec-helper-trust-test";
  std::ofstream(file) << "x";
  ASSERT_EQ(::chmod(file.c_str(), 0664), 0);
  std::string doubt = ErrorOf([&] { CheckOnlyRootWrites(Root("/"), {file}); });
  ASSERT_EQ(::chmod(file.c_str(), 0644), 0);
  std::string none = ErrorOf([&] { CheckOnlyRootWrites(Root("/"), {file}); });
  boost::filesystem::remove(file);
  EXPECT_EQ(doubt.rfind(file + ": can be written by group 0 or through its access control list", 0), 0U) << doubt;
  EXPECT_EQ(none, "");
}

TEST_F(TrustTest, TheNameInTheSettingsCountsAlsoWhenItIsALink) {
  machine.Link("/vmlinuz", "/srv/kernels/current");
  machine.Write("/etc/default/kexec", "LOAD_KEXEC=true\nKERNEL_IMAGE=/srv/kernels/current\n");
  EXPECT_EQ(MakePlan(machine.root(), Purpose::kForecast).decision.action, Action::kKexec);
  Mode("/srv/kernels", 0777);
  Plan plan = MakePlan(machine.root(), Purpose::kForecast);
  EXPECT_EQ(plan.decision.action, Action::kFirmware);
  EXPECT_EQ(plan.decision.reason, "/srv/kernels: can be written by everybody: make it writable by root alone");
}

TEST_F(TrustTest, AnUnattendedLoadRefusesAndNames) {
  FakeKernel kernel{machine};
  for (const char* path : {kKernelFile, kInitrdFile, "/etc/default/kexec", "/etc/default"}) {
    auto before = static_cast<mode_t>(boost::filesystem::status(machine.Host(path)).permissions());
    Mode(path, before | S_IWOTH);
    LoadReport plan = LoadFromSettings(machine.root(), kernel, LoadMode::kShutdown);
    EXPECT_EQ(plan.decision.action, Action::kFirmware) << path;
    EXPECT_EQ(plan.decision.cause, FirmwareCause::kProblem);
    EXPECT_EQ(plan.decision.reason,
              std::string(path) + ": can be written by everybody: make it writable by root alone");
    EXPECT_FALSE(kernel.loaded);
    Mode(path, before);
  }
  machine.Write("/etc/default/kexec.d/local", "APPEND=x\n");
  Mode("/etc/default/kexec.d", 0777);
  EXPECT_EQ(MakePlan(machine.root(), Purpose::kForecast).decision.reason,
            "/etc/default/kexec.d: can be written by everybody: make it writable by root alone");
}

TEST_F(TrustTest, ALoadByHandWarns) {
  FakeKernel kernel{machine};
  Mode(kKernelFile, 0666);
  Mode(kInitrdFile, 0666);
  LoadedByHand loaded = LoadFromArguments(machine.root(), kernel, {kKernelFile, {kInitrdFile}, "ro", false});
  EXPECT_TRUE(kernel.loaded);
  ASSERT_EQ(loaded.warnings.size(), 2U);
  EXPECT_EQ(loaded.warnings[0],
            std::string(kKernelFile) + ": can be written by everybody: make it writable by root alone");
}

}  // namespace
}  // namespace kexec_helper
