#include "commands/hooks.h"

#include <gtest/gtest.h>

#include <boost/filesystem/operations.hpp>

#include "survey/hooks.h"
#include "temporary_root.h"

namespace kexec_helper {
namespace {

using Lines = std::vector<std::string>;

class HooksTest : public testing::Test {
 protected:
  static std::string Path(const std::string& name) { return std::string(kHookDirectory) + "/" + name; }
  void Hook(const std::string& name, const std::string& script) { machine.Script(Path(name), "#!/bin/sh\n" + script); }
  HooksReport Run(const HookLimits& limits = {}) const { return RunHooks(machine.root(), limits); }
  Lines Said() const { return Run().messages; }

  TemporaryRoot machine;
};

TEST_F(HooksTest, NoneIsNoFault) {
  EXPECT_EQ(Said(), Lines{});
  EXPECT_EQ(Run().veto, "");
}

TEST_F(HooksTest, InOrderWithWhatTheySay) {
  Hook("20-b", "echo two; echo three >&2");
  Hook("10-a", "echo one; cat");
  EXPECT_EQ(Said(), (Lines{Path("10-a") + ": one", Path("20-b") + ": two", Path("20-b") + ": three"}));
}

TEST_F(HooksTest, AFailureIsToldAndStopsNothing) {
  Hook("1", "exit 1");
  Hook("2", "kill -9 $$");
  machine.Script(Path("3"), "#!/nonexistent\n");
  Hook("4", "echo $PATH $LC_ALL $HOME");
  EXPECT_EQ(Said(), (Lines{Path("1") + ": failed with exit status 1", Path("2") + ": was killed by signal 9",
                           Path("3") + ": cannot be run", Path("4") + ": /usr/sbin:/usr/bin:/sbin:/bin C"}));
  EXPECT_EQ(Run().veto, "");
}

TEST_F(HooksTest, AVetoEndsIt) {
  Hook("1", "echo not now; exit 3");
  Hook("2", "echo too late");
  EXPECT_EQ(Run().veto, Path("1"));
  EXPECT_EQ(Said(), Lines{Path("1") + ": not now"});
}

TEST_F(HooksTest, WhatOthersCanChangeIsNotRun) {
  Hook("1", "exit 3");
  boost::filesystem::permissions(machine.Host(Path("1")), boost::filesystem::perms(0777));
  ASSERT_EQ(Said().size(), 1U);
  EXPECT_EQ(Said()[0], Path("1") + ": can be written by everybody: make it writable by root alone (not run)");
  EXPECT_EQ(Run().veto, "");
}

TEST_F(HooksTest, WhatIsNoProgramIsNotRun) {
  machine.Link("/nonexistent", Path("1"));
  machine.MakeDirectory(Path("2"));
  machine.Write(Path("3"), "#!/bin/sh\nexit 3\n");
  Hook("4.dpkg-old", "exit 3");
  Hook("5~", "exit 3");
  Lines said = Said();
  ASSERT_EQ(said.size(), 3U) << testing::PrintToString(said);
  EXPECT_EQ(said[0], "/nonexistent: No such file or directory (not run)");
  EXPECT_EQ(said[1], Path("2") + ": Is a directory (not run)");
  EXPECT_EQ(said[2], Path("3") + ": is not executable: chmod a+x " + Path("3") + " (not run)");
}

TEST_F(HooksTest, OneThatHangsIsEnded) {
  Hook("1", "exec sleep 60");
  Hook("2", "echo next");
  EXPECT_EQ(Run({std::chrono::milliseconds(1000), std::chrono::milliseconds(20'000)}).messages,
            (Lines{Path("1") + ": not done after 1 s, ended", Path("2") + ": next"}));
  EXPECT_EQ(Run({std::chrono::milliseconds(1000), std::chrono::milliseconds(500)}).messages.back(),
            Path("2") + ": not run, the hooks before it have taken all the time");
}

TEST_F(HooksTest, OneThatFloodsTheConsoleIsEnded) {
  Hook("1", "exec yes");
  Lines said = Said();
  EXPECT_LT(said.size(), 1100U);
  EXPECT_EQ(said.back(), Path("1") + ": was killed by signal 25");
}

}  // namespace
}  // namespace kexec_helper
