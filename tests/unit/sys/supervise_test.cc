#include "sys/supervise.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <csignal>
#include <stdexcept>

#include "temporary_root.h"

namespace kexec_helper {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

TEST(SuperviseTest, WorkThatFinishesGivesItsValue) {
  for (int value : {0, 1, 3, 254}) {
    WorkResult result = RunWithin(seconds(20), [=] { return value; });
    EXPECT_EQ(result.end, WorkEnd::kFinished);
    EXPECT_EQ(result.value, value);
  }
}

TEST(SuperviseTest, WhatItChangesInMemoryStaysItsOwnAndWhatItWritesIsThere) {
  TemporaryRoot machine;
  int here = 1;
  RunWithin(seconds(20), [&] {
    here = 2;
    machine.Write("/run/work", "done");
    return 0;
  });
  EXPECT_EQ(here, 1);
  EXPECT_EQ(machine.Content("/run/work"), "done");
}

TEST(SuperviseTest, WorkThatThrowsOrIsKilledIsNoSuccess) {
  EXPECT_EQ(RunWithin(seconds(20), []() -> int { throw std::runtime_error("x"); }).value, 255);
  WorkResult killed = RunWithin(seconds(20), [] { return ::raise(SIGKILL); });
  EXPECT_EQ(killed.end, WorkEnd::kKilled);
  EXPECT_EQ(killed.value, SIGKILL);
}

TEST(SuperviseTest, WorkThatHangsOrIsStoppedIsEnded) {
  auto start = std::chrono::steady_clock::now();
  EXPECT_EQ(RunWithin(milliseconds(100), [] { return ::pause(); }).end, WorkEnd::kTimedOut);
  EXPECT_EQ(RunWithin(milliseconds(100), [] { return ::raise(SIGSTOP); }).end, WorkEnd::kTimedOut);
  EXPECT_LT(std::chrono::steady_clock::now() - start, seconds(10));
}

TEST(SuperviseTest, ItDoesNotOutliveItsCaller) {
  int ends[2];
  ASSERT_EQ(::pipe(ends), 0);
  pid_t caller = ::fork();
  if (caller == 0) {
    ::close(ends[0]);
    RunWithin(seconds(60), [] { return ::pause(); });
    ::_exit(0);
  }
  ::close(ends[1]);
  ::usleep(100000);  // most often the work has begun by now; the test holds either way
  ::kill(caller, SIGKILL);
  char byte;
  EXPECT_EQ(::read(ends[0], &byte, 1), 0) << "ends when the last process that could write is gone";
  ::close(ends[0]);
}

}  // namespace
}  // namespace kexec_helper
