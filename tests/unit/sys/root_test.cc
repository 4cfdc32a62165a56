#include "sys/root.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/resource.h>

#include <atomic>
#include <chrono>
#include <cstdio>
#include <cstring>
#include <thread>

#include "error_of.h"
#include "temporary_root.h"

namespace kexec_helper {
namespace {

int ErrnoOf(const std::function<void()>& call) {
  try {
    call();
  } catch (const SystemError& error) {
    return error.error_number();
  }
  return 0;
}

TEST(RootTest, JoinsAnAbsolutePathBelowItsDirectory) {
  TemporaryRoot machine;
  machine.Write("/etc/hostname", "inside");
  EXPECT_EQ(machine.root().Read("/etc/hostname", 100), "inside");
  EXPECT_EQ(machine.root().Read("//etc//hostname", 100), "inside");
  EXPECT_FALSE(machine.root().IsRunningSystem());
}

TEST(RootTest, TheRunningSystemIsItsOwnRoot) {
  EXPECT_TRUE(Root().IsRunningSystem());
  EXPECT_TRUE(Root("/").IsRunningSystem());
  EXPECT_EQ(Root().Resolve("/"), "/");
  EXPECT_TRUE(Root().Exists("/proc/self/stat"));
}

TEST(RootTest, ADirectoryThatIsNotThereIsAnError) {
  EXPECT_EQ(ErrorOf([] { Root("/nonexistent/root"); }), "/nonexistent/root: No such file or directory");
}

TEST(RootTest, ResolvesPathsOfASecondNameForTheRunningSystem) {
  Root root("/proc/self/root");
  EXPECT_EQ(root.Resolve("/proc"), "/proc");
  EXPECT_EQ(root.Resolve("/"), "/");
}

TEST(RootTest, AbsoluteLinksStayBelowTheRoot) {
  TemporaryRoot machine;
  machine.Write("/boot/vmlinuz-1", "one");
  machine.Link("/boot/vmlinuz-1", "/absolute");
  machine.Link("/absolute", "/twice");
  EXPECT_EQ(machine.root().Read("/absolute", 100), "one");
  EXPECT_EQ(machine.root().Resolve("/twice"), "/boot/vmlinuz-1");
}

TEST(RootTest, LinksCannotLeaveTheRoot) {
  TemporaryRoot machine;
  machine.Write("/etc/passwd", "inside");
  machine.Link("../../../../../../../../etc/passwd", "/tmp/up");
  machine.Link("/", "/tmp/slash");
  EXPECT_EQ(machine.root().Read("/tmp/up", 100), "inside");
  EXPECT_EQ(machine.root().Read("/tmp/slash/etc/passwd", 100), "inside");
  EXPECT_EQ(machine.root().Read("/../../etc/passwd", 100), "inside");
  EXPECT_EQ(machine.root().Resolve("/tmp/up"), "/etc/passwd");
  EXPECT_EQ(machine.root().Resolve("/tmp/slash"), "/");
}

TEST(RootTest, WritesBelowALinkedDirectoryStayInside) {
  TemporaryRoot machine;
  machine.MakeDirectory("/real");
  machine.Link("/real", "/linked");
  machine.root().WriteAtomically("/linked/file", "x");
  EXPECT_EQ(machine.Content("/real/file"), "x");
}

TEST(RootTest, ALoopOfLinksIsAnErrorAndNotThere) {
  TemporaryRoot machine;
  machine.Link("/b", "/a");
  machine.Link("/a", "/b");
  EXPECT_EQ(ErrnoOf([&] { machine.root().Read("/a", 100); }), ELOOP);
  EXPECT_FALSE(machine.root().Exists("/a"));
}

TEST(RootTest, DoesNotWaitForAFifo) {
  TemporaryRoot machine;
  machine.MakeFifo("/tmp/fifo");
  auto start = std::chrono::steady_clock::now();
  EXPECT_EQ(ErrorOf([&] { machine.root().Read("/tmp/fifo", 100); }), "/tmp/fifo: not a regular file");
  EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(5));
}

TEST(RootTest, ADirectoryIsNotRead) {
  TemporaryRoot machine;
  EXPECT_EQ(ErrnoOf([&] { machine.root().Read("/tmp", 100); }), EISDIR);
  EXPECT_EQ(ErrnoOf([&] { machine.root().ReadIfPresent("/tmp", 100); }), EISDIR);
}

TEST(RootTest, TheLimitIsTheLastSizeThatIsRead) {
  TemporaryRoot machine;
  machine.Write("/file", std::string(40000, 'x'));
  EXPECT_EQ(machine.root().Read("/file", 40000).size(), 40000u);
  EXPECT_EQ(ErrorOf([&] { machine.root().Read("/file", 39999); }), "/file: larger than 39999 bytes");
}

TEST(RootTest, ReadsEveryByte) {
  TemporaryRoot machine;
  std::string bytes;
  for (int i = 0; i < 256; ++i) bytes += static_cast<char>(i);
  machine.Write("/file", bytes);
  EXPECT_EQ(machine.root().Read("/file", 256), bytes);
}

TEST(RootTest, WhatIsMissingIsNothing) {
  TemporaryRoot machine;
  const Root& root = machine.root();
  EXPECT_EQ(root.ReadIfPresent("/nothing", 100), std::nullopt);
  EXPECT_EQ(root.ReadIfPresent("/nothing/below", 100), std::nullopt);
  EXPECT_EQ(root.ReadIfPresent("/etc/passwd/below", 100), std::nullopt);
  EXPECT_EQ(root.Lstat("/nothing"), std::nullopt);
  EXPECT_EQ(root.Lstat("/etc/passwd/below"), std::nullopt);
  EXPECT_FALSE(root.Exists("/nothing"));
  EXPECT_TRUE(root.List("/nothing").empty());
  EXPECT_FALSE(root.Remove("/nothing"));
  EXPECT_EQ(ErrnoOf([&] { root.Read("/nothing", 100); }), ENOENT);
}

TEST(RootTest, LstatNeverFollowsTheLastName) {
  TemporaryRoot machine;
  machine.Link("/nowhere", "/tmp/dangling");
  auto status = machine.root().Lstat("/tmp/dangling");
  ASSERT_TRUE(status);
  EXPECT_TRUE(S_ISLNK(status->st_mode));
  EXPECT_FALSE(machine.root().Exists("/tmp/dangling"));
}

TEST(RootTest, LstatDoesNotWaitForAFifo) {
  TemporaryRoot machine;
  machine.MakeFifo("/tmp/fifo");
  auto status = machine.root().Lstat("/tmp/fifo");
  ASSERT_TRUE(status);
  EXPECT_TRUE(S_ISFIFO(status->st_mode));
}

TEST(RootTest, ListsNamesByByte) {
  TemporaryRoot machine;
  for (const char* name : {"b", "B", "10", "2", "a.b", ".hidden"}) machine.Write(std::string("/dir/") + name, "");
  EXPECT_EQ(machine.root().List("/dir"), (std::vector<std::string>{".hidden", "10", "2", "B", "a.b", "b"}));
  EXPECT_EQ(ErrnoOf([&] { machine.root().List("/etc/passwd"); }), ENOTDIR);
}

TEST(RootTest, WriteReplacesTheFileAndLeavesNothingBeside) {
  TemporaryRoot machine;
  machine.Write("/dir/file", "old");
  machine.Write("/dir/.file.new", "left by an interrupted run");
  machine.root().WriteAtomically("/dir/file", "new");
  EXPECT_EQ(machine.Content("/dir/file"), "new");
  EXPECT_EQ(machine.root().List("/dir"), std::vector<std::string>{"file"});
  EXPECT_EQ(machine.root().Lstat("/dir/file")->st_mode & 0777, 0644u);
}

TEST(RootTest, WriteMakesTheDirectory) {
  TemporaryRoot machine;
  machine.root().WriteAtomically("/run/kexec-helper/jump", "");
  EXPECT_EQ(machine.Content("/run/kexec-helper/jump"), "");
  EXPECT_EQ(machine.root().Lstat("/run/kexec-helper")->st_mode & 0777, 0755u);
}

TEST(RootTest, WriteDoesNotGoThroughALink) {
  TemporaryRoot machine;
  machine.Write("/victim", "untouched");
  machine.Link("/victim", "/dir/file");
  machine.Link("/victim", "/dir/.file.new");
  machine.root().WriteAtomically("/dir/file", "new");
  EXPECT_EQ(machine.Content("/victim"), "untouched");
  EXPECT_TRUE(S_ISREG(machine.root().Lstat("/dir/file")->st_mode));
}

TEST(RootTest, AFailedWriteLeavesTheOldFile) {
  TemporaryRoot machine;
  machine.Write("/dir/file/inside", "old");  // rename(2) of a file onto a directory fails
  EXPECT_NE(ErrnoOf([&] { machine.root().WriteAtomically("/dir/file", "new"); }), 0);
  EXPECT_EQ(machine.Content("/dir/file/inside"), "old");
  EXPECT_EQ(machine.root().List("/dir"), std::vector<std::string>{"file"});
  machine.MakeDirectory("/dir/.other.new");
  machine.Write("/dir/other", "old");
  EXPECT_EQ(ErrnoOf([&] { machine.root().WriteAtomically("/dir/other", "new"); }), EEXIST);
  EXPECT_EQ(machine.Content("/dir/other"), "old");
}

TEST(RootTest, RemoveTakesFilesAndEmptyDirectories) {
  TemporaryRoot machine;
  machine.Write("/tmp/file", "");
  machine.MakeDirectory("/tmp/directory");
  EXPECT_TRUE(machine.root().Remove("/tmp/file"));
  EXPECT_TRUE(machine.root().Remove("/tmp/directory"));
  EXPECT_FALSE(machine.Has("/tmp/file"));
  EXPECT_FALSE(machine.Has("/tmp/directory"));
}

TEST(RootTest, RemoveTakesTheLinkAndNotItsTarget) {
  TemporaryRoot machine;
  machine.Write("/target", "kept");
  machine.Link("/target", "/tmp/link");
  machine.Link("/nowhere", "/tmp/dangling");
  EXPECT_TRUE(machine.root().Remove("/tmp/link"));
  EXPECT_TRUE(machine.root().Remove("/tmp/dangling"));
  EXPECT_FALSE(machine.Has("/tmp/link"));
  EXPECT_EQ(machine.Content("/target"), "kept");
}

TEST(RootTest, RemoveTellsOfADirectoryThatIsNotEmpty) {
  TemporaryRoot machine;
  machine.Write("/tmp/directory/file", "");
  EXPECT_EQ(ErrnoOf([&] { machine.root().Remove("/tmp/directory"); }), ENOTEMPTY);
  EXPECT_TRUE(machine.Has("/tmp/directory/file"));
}

// As while file systems are unmounted at a shutdown.
TEST(RootTest, OthersRenamingMeanwhileIsNoError) {
  TemporaryRoot machine;
  machine.Write("/dir/inner/file", "kept");
  machine.Write("/one", "");
  std::atomic<bool> stop{false};
  std::thread renaming([&] {
    std::string one = machine.Host("/one");
    std::string other = machine.Host("/other");
    while (!stop) {
      ::rename(one.c_str(), other.c_str());
      ::rename(other.c_str(), one.c_str());
    }
  });
  int found = 0;
  for (int i = 0; i < 20'000; ++i) found += machine.root().Exists("/dir/inner/../inner/../inner/file") ? 1 : 0;
  stop = true;
  renaming.join();
  EXPECT_EQ(found, 20'000);
}

TEST(RootTest, WhatCannotBeLookedAtIsNotTakenForMissing) {
  TemporaryRoot machine;
  EXPECT_FALSE(machine.root().Exists("/etc/passwd/below"));
  EXPECT_FALSE(machine.root().Exists("/" + std::string(300, 'x')));
  struct rlimit before = {};
  ASSERT_EQ(::getrlimit(RLIMIT_NOFILE, &before), 0);
  struct rlimit none = {0, before.rlim_max};
  ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &none), 0);
  int number = ErrnoOf([&] { machine.root().Exists("/etc/passwd"); });
  ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &before), 0);
  EXPECT_EQ(number, EMFILE);
}

TEST(RootTest, DescriptorsAreNotInherited) {
  TemporaryRoot machine;
  Fd fd = machine.root().Open("/etc/passwd", O_RDONLY);
  EXPECT_TRUE(::fcntl(fd.get(), F_GETFD) & FD_CLOEXEC);
}

}  // namespace
}  // namespace kexec_helper
