#include "survey/crash_logs.h"

#include <gtest/gtest.h>
#include <utime.h>

#include "temporary_root.h"

namespace kexec_helper {
namespace {

constexpr const char* kLog =
    "[    1.0] Linux version 6.1\n"
    "[   42.1] sysrq: Trigger a crash\n"
    "[   42.2] Kernel panic - not syncing: sysrq triggered crash\n"
    "[   42.3] CPU: 0 PID: 1\n";

class CrashLogTest : public testing::Test {
 protected:
  void WriteAt(const std::string& path, std::time_t time, const std::string& text = kLog) {
    machine.Write(path, text);
    struct utimbuf times = {time, time};
    ::utime(machine.Host(path).c_str(), &times);
  }
  std::string Found() {
    auto log = FindCrashLog(machine.root());
    return log ? log->path : "";
  }

  TemporaryRoot machine;
};

TEST_F(CrashLogTest, TheNewestOfAllPlaces) {
  EXPECT_EQ(Found(), "");
  WriteAt("/var/crash/20261127120000/dmesg.20261127120000", 1000);
  WriteAt("/var/crash/20261127120000/dump.20261127120000", 5000);
  EXPECT_EQ(Found(), "/var/crash/20261127120000/dmesg.20261127120000");
  WriteAt("/var/lib/systemd/pstore/7/001/dmesg.txt", 2000);
  EXPECT_EQ(Found(), "/var/lib/systemd/pstore/7/001/dmesg.txt");
  WriteAt("/sys/fs/pstore/dmesg-ramoops-0", 3000);
  EXPECT_EQ(Found(), "/sys/fs/pstore/dmesg-ramoops-0");
  EXPECT_EQ(FindCrashLog(machine.root())->time, "1970-01-01T00:50:00Z");
}

TEST_F(CrashLogTest, NoLinkAndNothingThatOthersWrite) {
  WriteAt("/var/crash/1/dmesg.1", 1000);
  machine.Link("/etc/default/kexec", "/var/crash/2/dmesg.2");
  machine.MakeFifo("/var/crash/1/dmesg.fifo");
  WriteAt("/var/crash/3/dmesg.3", 2000);
  ::chmod(machine.Host("/var/crash/3").c_str(), 0777);
  EXPECT_EQ(Found(), "/var/crash/1/dmesg.1");
  ::chmod(machine.Host("/var/crash").c_str(), 01777);
  EXPECT_EQ(Found(), "/var/crash/1/dmesg.1") << "in a sticky directory nobody can replace what is root's";
}

TEST(MeaningfulLinesTest, ThePanicAndWhatLedToIt) {
  using Lines = std::vector<std::string>;
  EXPECT_EQ(MeaningfulLines(kLog),
            (Lines{"[   42.1] sysrq: Trigger a crash", "[   42.2] Kernel panic - not syncing: sysrq triggered crash"}));
  EXPECT_EQ(MeaningfulLines("<1>[ 1.0] BUG: unable\n<0>[ 2.0] Kernel panic - not syncing: Fatal\nafter\n"),
            (Lines{"[ 1.0] BUG: unable", "[ 2.0] Kernel panic - not syncing: Fatal"}));
  EXPECT_EQ(MeaningfulLines("a\nb\n\nc\nd"), (Lines{"b", "c", "d"}));
  EXPECT_EQ(MeaningfulLines(""), Lines{});
}

}  // namespace
}  // namespace kexec_helper
