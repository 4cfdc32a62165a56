#include "sys/directory_lock.h"

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include "error_of.h"
#include "temporary_root.h"

namespace kexec_helper {
namespace {

constexpr const char* kDirectory = "/run/kexec-helper";
constexpr std::chrono::milliseconds kShort{100};

TEST(DirectoryLockTest, OneAtATime) {
  TemporaryRoot machine;
  machine.Delete(kDirectory);
  Fd first = LockDirectory(machine.root(), kDirectory, kShort);
  EXPECT_TRUE(machine.Has(kDirectory));
  EXPECT_EQ(ErrorOf([&] { LockDirectory(machine.root(), kDirectory, kShort); }),
            "/run/kexec-helper: held by another process for 0 s");
  first.Reset();
  EXPECT_TRUE(LockDirectory(machine.root(), kDirectory, kShort));
}

TEST(DirectoryLockTest, WaitsForItsTurn) {
  TemporaryRoot machine;
  machine.MakeDirectory(kDirectory);
  int ends[2];
  ASSERT_EQ(::pipe(ends), 0);
  pid_t other = ::fork();
  if (other == 0) {
    Fd held = LockDirectory(machine.root(), kDirectory, kShort);
    if (::write(ends[1], "x", 1) != 1) ::_exit(1);
    ::usleep(300'000);
    ::_exit(0);
  }
  char held = 0;
  ASSERT_EQ(::read(ends[0], &held, 1), 1);
  EXPECT_TRUE(LockDirectory(machine.root(), kDirectory, std::chrono::seconds(20)));
  EXPECT_EQ(::waitpid(other, nullptr, 0), other);
  ::close(ends[0]);
  ::close(ends[1]);
}

}  // namespace
}  // namespace kexec_helper
