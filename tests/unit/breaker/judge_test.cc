#include "breaker/judge.h"

#include <gtest/gtest.h>

namespace kexec_helper {
namespace {

constexpr const char* kKernel = "/boot/vmlinuz-6.1.0-41-amd64";

Attempt Failed() { return {kKernel, "6.1.0-41-amd64", {100, 200, 300}, "old boot", "2026-11-20T10:00:00Z"}; }

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

TEST(BreakerTest, AKernelIsTheSameUntilItsFileIsReplaced) {
  std::vector<Attempt> failures = {Failed()};
  EXPECT_EQ(FindFailure(failures, kKernel, {100, 200, 300}), Failed());
  EXPECT_FALSE(FindFailure(failures, kKernel, {101, 200, 300}));
  EXPECT_FALSE(FindFailure(failures, kKernel, {100, 201, 300}));
  EXPECT_FALSE(FindFailure(failures, kKernel, {100, 200, 301}));
  EXPECT_FALSE(FindFailure(failures, "/boot/other", {100, 200, 300}));
  EXPECT_FALSE(FindFailure({}, kKernel, {100, 200, 300}));
}

TEST(BreakerTest, TheNewestFailureOfAKernelIsTheOneThatIsTold) {
  Attempt later = Failed();
  later.time = "2026-11-21T10:00:00Z";
  EXPECT_EQ(FindFailure({Failed(), later}, kKernel, {100, 200, 300}), later);
}

TEST(BreakerTest, AFailureIsToldByKernelAndTime) {
  EXPECT_EQ(DescribeFailure(Failed()),
            "the kexec of Linux 6.1.0-41-amd64 (/boot/vmlinuz-6.1.0-41-amd64) on 2026-11-20T10:00:00Z failed: the "
            "machine came up through firmware");
  EXPECT_EQ(DescribeFailure({"", "", {}, "", "T"}),
            "the kexec of a kernel loaded by hand on T failed: the machine came up through firmware");
}

}  // namespace
}  // namespace kexec_helper
