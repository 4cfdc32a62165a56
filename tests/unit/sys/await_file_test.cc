#include "sys/await_file.h"

#include <gtest/gtest.h>

#include <thread>

#include "temporary_root.h"

namespace kexec_helper {
namespace {

constexpr std::chrono::seconds kLong{60};

TEST(AwaitFileTest, AFileThatIsThereIsNotWaitedFor) {
  TemporaryRoot machine;
  machine.Write("/run/x/up", "");
  EXPECT_TRUE(AwaitFile(machine.root(), "/run/x", "up", std::chrono::seconds(0)));
}

TEST(AwaitFileTest, TheTimeMayBeOver) {
  TemporaryRoot machine;
  EXPECT_FALSE(AwaitFile(machine.root(), "/run/x", "up", SinceKernelStart() + std::chrono::milliseconds(20)));
  EXPECT_TRUE(machine.Has("/run/x"));
}

TEST(AwaitFileTest, AFileThatIsRenamedIntoPlaceEndsTheWait) {
  TemporaryRoot machine;
  machine.MakeDirectory("/run/x");
  std::thread writer([&] {
    machine.root().WriteAtomically("/run/x/other", "");
    machine.root().WriteAtomically("/run/x/up", "");
  });
  EXPECT_TRUE(AwaitFile(machine.root(), "/run/x", "up", SinceKernelStart() + kLong));
  writer.join();
}

}  // namespace
}  // namespace kexec_helper
