#include "breaker/judge.h"

#include <gtest/gtest.h>

#include <functional>

namespace kexec_helper {
namespace {

constexpr const char* kKernel = "/boot/vmlinuz-6.1.0-41-amd64";

Attempt Failed() {
  return {kKernel,    "6.1.0-41-amd64",       "6.1.0-41-amd64 (debian-kernel) #1 SMP",
          {100, 200}, {{300, 400}},           "root=/dev/vda2 ro",
          "old boot", "2026-11-20T10:00:00Z", ""};
}

// The same kexec at another time.
Attempt Next() {
  Attempt next = Failed();
  next.boot_id = "this boot";
  next.time = "2026-11-25T10:00:00Z";
  return next;
}

KernelState Boot(std::optional<int> bootloader_type) {
  KernelState kernel;
  kernel.boot_id = "new boot";
  kernel.bootloader_type = bootloader_type;
  return kernel;
}

TEST(BreakerTest, HowAnAttemptEndedIsToldByTheBootThatFollowed) {
  constexpr int kByKexec = 208, kByGrub = 114;
  EXPECT_EQ(JudgeAttempt(Failed(), Boot(kByKexec)), AttemptEnd::kCameUp);
  EXPECT_EQ(JudgeAttempt(Failed(), Boot(kByGrub)), AttemptEnd::kFailed);
  EXPECT_EQ(JudgeAttempt(Failed(), Boot(std::nullopt)), AttemptEnd::kUnknown);
  KernelState same = Boot(kByGrub);
  same.boot_id = "old boot";
  EXPECT_EQ(JudgeAttempt(Failed(), same), AttemptEnd::kUnderWay);
}

TEST(BreakerTest, AKexecIsTheSameUntilSomethingOfItIsReplaced) {
  const std::vector<Attempt> failures = {Failed()};
  EXPECT_EQ(FindFailure(failures, Next()), Failed());
  auto differs = [&](const std::function<void(Attempt&)>& change) {
    Attempt next = Next();
    change(next);
    return !FindFailure(failures, next);
  };
  EXPECT_TRUE(differs([](Attempt& next) { next.stamp.size = 101; }));
  EXPECT_TRUE(differs([](Attempt& next) { next.stamp.modified = 201; }));
  EXPECT_TRUE(differs([](Attempt& next) { next.kernel = "/boot/other"; }));
  EXPECT_TRUE(differs([](Attempt& next) { next.build += " of another day"; })) << "cp -p keeps the time";
  EXPECT_TRUE(differs([](Attempt& next) { next.initrds[0].modified = 401; })) << "update-initramfs";
  EXPECT_TRUE(differs([](Attempt& next) { next.initrds.clear(); }));
  EXPECT_TRUE(differs([](Attempt& next) { next.command_line += " nomodeset"; }));
  EXPECT_FALSE(FindFailure({}, Next()));
}

// One of 0.1.0, or of a kernel that was loaded by hand.
TEST(BreakerTest, AFailureThatKnowsLessIsOneOfTheKernelsFile) {
  Attempt failed = {kKernel, "6.1.0-41-amd64", "", {100, 200}, {}, "", "old boot", "2026-11-20T10:00:00Z", ""};
  EXPECT_TRUE(FindFailure({failed}, Next()));
  Attempt next = Next();
  next.stamp.size = 101;
  EXPECT_FALSE(FindFailure({failed}, next));
}

TEST(BreakerTest, TheNewestFailureOfAKernelIsTheOneThatIsTold) {
  Attempt later = Failed();
  later.time = "2026-11-21T10:00:00Z";
  EXPECT_EQ(FindFailure({Failed(), later}, Next()), later);
}

TEST(BreakerTest, AFailureIsToldByKernelAndTime) {
  EXPECT_EQ(DescribeFailure(Failed()),
            "the kexec of Linux 6.1.0-41-amd64 (/boot/vmlinuz-6.1.0-41-amd64) on 2026-11-20T10:00:00Z failed: the "
            "machine came up through firmware");
  EXPECT_EQ(DescribeFailure({"", "", "", {}, {}, "", "", "T", ""}),
            "the kexec of a kernel loaded by hand on T failed: the machine came up through firmware");
  EXPECT_EQ(
      DescribeFailure({"", "", "", {}, {}, "", "", "T", "it had hung"}),
      "the kexec of a kernel loaded by hand on T failed: the machine came up through firmware, because it had hung");
}

}  // namespace
}  // namespace kexec_helper
