#include "exitrd/exitrd.h"

#include <gtest/gtest.h>

#include "error_of.h"
#include "temporary_root.h"

namespace kexec_helper {
namespace {

constexpr const char* kOfDracut = "#!/bin/bash\ncase \"$1\" in\nkexec) kexec -e; reboot -f -n ;;\nesac\n";
constexpr const char* kOfSomebody = "#!/bin/sh\nreboot -f\n";

class ExitrdTest : public testing::Test {
 protected:
  ExitrdTest() {
    machine.Write(kJumpProgram, "program");
    machine.MakeDirectory("/run/initramfs");
  }
  std::string Program(const std::string& path) const { return machine.root().Read("/run/initramfs" + path, 100); }
  bool LeftOut() const {
    return !machine.root().Lstat(kExitrdScript) && machine.root().Lstat("/run/initramfs/shutdown.left-out");
  }

  TemporaryRoot machine;
};

TEST_F(ExitrdTest, NoneNeedsNothing) {
  EXPECT_EQ(FindExitrd(machine.root()), Exitrd::kNone);
  EXPECT_EQ(PrepareExitrd(machine.root()), "");
  EXPECT_EQ(machine.root().List("/run/initramfs"), std::vector<std::string>{});
}

TEST_F(ExitrdTest, OneThatIsUnpackedOnlyAtTheShutdownIsForeseen) {
  machine.Write(kExitrdRequest, "");
  EXPECT_EQ(FindExitrd(machine.root()), Exitrd::kAnnounced);
  machine.Script(kExitrdScript, kOfDracut);
  EXPECT_EQ(FindExitrd(machine.root()), Exitrd::kKnowsKexec);
}

TEST_F(ExitrdTest, AScriptThatCallsKexecGetsTheProgram) {
  machine.MakeDirectory("/run/initramfs/usr/bin");
  machine.MakeDirectory("/run/initramfs/sbin");
  machine.Script(kExitrdScript, kOfDracut);
  EXPECT_EQ(PrepareExitrd(machine.root()), "/run/initramfs/shutdown will start the kernel");
  EXPECT_EQ(Program("/usr/bin/kexec"), "program");
  EXPECT_TRUE(machine.root().IsExecutable("/run/initramfs/usr/bin/kexec"));
  EXPECT_FALSE(machine.root().Exists("/run/initramfs/sbin/kexec")) << "the first directory of its PATH is enough";
  EXPECT_TRUE(machine.root().IsExecutable(kExitrdScript));
}

// dracut copies the program of kexec-tools without its libraries.
TEST_F(ExitrdTest, AnotherKexecProgramIsReplaced) {
  machine.Script("/run/initramfs/usr/sbin/kexec", "without its libraries");
  machine.Script(kExitrdScript, kOfDracut);
  PrepareExitrd(machine.root());
  EXPECT_EQ(Program("/usr/sbin/kexec"), "program");
}

TEST_F(ExitrdTest, LinksAreFollowedAsInTheExitrd) {
  machine.MakeDirectory("/run/initramfs/usr/bin");
  machine.MakeDirectory("/usr/sbin");
  machine.MakeDirectory("/usr/bin");
  machine.Link("/usr/bin", "/run/initramfs/usr/sbin");
  machine.Script(kExitrdScript, kOfDracut);
  PrepareExitrd(machine.root());
  EXPECT_EQ(Program("/usr/bin/kexec"), "program");
  EXPECT_FALSE(machine.root().Exists("/usr/bin/kexec")) << "written outside of the exitrd";
  EXPECT_FALSE(machine.root().Exists("/usr/sbin/kexec")) << "written outside of the exitrd";
}

TEST_F(ExitrdTest, AScriptThatDoesNotKnowKexecIsLeftOut) {
  machine.MakeDirectory("/run/initramfs/usr/sbin");
  machine.Script(kExitrdScript, kOfSomebody);
  EXPECT_EQ(FindExitrd(machine.root()), Exitrd::kIgnoresKexec);
  EXPECT_EQ(PrepareExitrd(machine.root()), "/run/initramfs/shutdown is left out: it ignores kexec");
  EXPECT_TRUE(LeftOut());
  EXPECT_FALSE(machine.root().Exists("/run/initramfs/usr/sbin/kexec"));
}

TEST_F(ExitrdTest, OneThatCannotTakeTheProgramIsLeftOut) {
  machine.Script(kExitrdScript, kOfDracut);
  EXPECT_EQ(PrepareExitrd(machine.root()),
            "/run/initramfs/shutdown is left out: /run/initramfs has no directory for programs");
  EXPECT_TRUE(LeftOut());
}

TEST_F(ExitrdTest, WithoutTheProgramItIsLeftOut) {
  machine.root().Remove(kJumpProgram);
  machine.MakeDirectory("/run/initramfs/usr/sbin");
  machine.Script(kExitrdScript, kOfDracut);
  EXPECT_EQ(PrepareExitrd(machine.root()),
            std::string("/run/initramfs/shutdown is left out: ") + kJumpProgram + ": No such file or directory");
  EXPECT_TRUE(LeftOut());
}

// An absolute link to the real systemd-shutdown, as some exitrds are: the link goes, its target stays.
TEST_F(ExitrdTest, ALinkIsTakenAwayAndNotWhatItLeadsTo) {
  machine.Script("/usr/lib/other-shutdown", kOfSomebody);
  machine.Link("/usr/lib/other-shutdown", kExitrdScript);
  PrepareExitrd(machine.root());
  EXPECT_TRUE(LeftOut());
  EXPECT_TRUE(machine.root().IsExecutable("/usr/lib/other-shutdown"));
}

TEST_F(ExitrdTest, OneThatSystemdDoesNotUseIsLeftAlone) {
  machine.Write(kExitrdScript, kOfSomebody);
  EXPECT_EQ(FindExitrd(machine.root()), Exitrd::kNone);
  EXPECT_EQ(PrepareExitrd(machine.root()), "");
  EXPECT_FALSE(LeftOut());
}

TEST_F(ExitrdTest, NeitherWayIsAnError) {
  machine.Script(kExitrdScript, kOfSomebody);
  machine.Write("/run/initramfs/shutdown.left-out/file", "in the way");
  EXPECT_EQ(ErrorOf([&] { PrepareExitrd(machine.root()); }), "/run/initramfs/shutdown: Is a directory");
}

}  // namespace
}  // namespace kexec_helper
