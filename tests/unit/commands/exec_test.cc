#include "commands/exec.h"

#include <gtest/gtest.h>

#include <cerrno>

#include "error_of.h"
#include "fake_kernel.h"

namespace kexec_helper {
namespace {

using Calls = std::vector<std::string>;

TEST(ExecTest, JumpsIntoTheLoadedKernel) {
  TemporaryRoot machine;
  FakeKernel kernel(machine);
  kernel.LoadByOtherProgram();
  EXPECT_THROW(Exec(machine.root(), kernel, Filesystems::kLeave), Jumped);
  EXPECT_EQ(kernel.calls, Calls{"jump"});
}

TEST(ExecTest, FileSystemsComeBeforeTheJump) {
  TemporaryRoot machine;
  FakeKernel kernel(machine);
  kernel.LoadByOtherProgram();
  EXPECT_THROW(Exec(machine.root(), kernel, Filesystems::kMakeReadOnly), Jumped);
  EXPECT_EQ(kernel.calls, (Calls{"read-only", "jump"}));
}

TEST(ExecTest, NothingLoadedIsAnErrorAndTouchesNothing) {
  TemporaryRoot machine;
  FakeKernel kernel(machine);
  EXPECT_EQ(ErrorOf([&] { Exec(machine.root(), kernel, Filesystems::kMakeReadOnly); }),
            "exec: no kernel is loaded: load one with kexec-helper load");
  EXPECT_TRUE(kernel.calls.empty());
}

TEST(ExecTest, NoJumpWhileAFileSystemIsWritable) {
  TemporaryRoot machine;
  FakeKernel kernel(machine);
  kernel.LoadByOtherProgram();
  kernel.filesystems_stay_busy = true;
  EXPECT_EQ(ErrorOf([&] { Exec(machine.root(), kernel, Filesystems::kMakeReadOnly); }),
            "/home: still mounted read-write");
  EXPECT_EQ(kernel.calls, Calls{"read-only"});
}

TEST(ExecTest, ARefusedJumpIsExplained) {
  TemporaryRoot machine;
  FakeKernel kernel(machine);
  kernel.LoadByOtherProgram();
  kernel.jump_error = EPERM;
  EXPECT_EQ(ErrorOf([&] { Exec(machine.root(), kernel, Filesystems::kLeave); }),
            "reboot (kexec): Operation not permitted: this needs root (CAP_SYS_BOOT)");
}

}  // namespace
}  // namespace kexec_helper
