#include "image/initrd.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include "error_of.h"
#include "temporary_root.h"

namespace kexec_helper {
namespace {

using namespace std::string_view_literals;

std::string Refusal(std::string_view head) {
  return ErrorOf([&] { CheckInitrd("/boot/i", head, head.size()); });
}

InitrdFile Opened(const TemporaryRoot& machine, const std::string& path, const std::string& content) {
  machine.Write(path, content);
  return {path, machine.root().Open(path, O_RDONLY), content.size()};
}

// From the beginning, as the kernel reads it.
std::string All(const Fd& fd) {
  ::lseek(fd.get(), 0, SEEK_SET);
  return ReadDescriptor(fd.get(), "joined", 1 << 20);
}

ino_t Inode(int fd) {
  struct stat status = {};
  ::fstat(fd, &status);
  return status.st_ino;
}

TEST(InitrdTest, WhatTheKernelUnpacks) {
  for (std::string_view head :
       {"07070100"sv, "07070200"sv, "\x1f\x8b\x08zzzzz"sv, "\x1f\x9ezzzzzz"sv, "BZh91AY&"sv,
        "\xfd"
        "7zXZ\0zz"sv,
        "\x5d\0\0\x80zzzz"sv, "\x89LZO\0zzz"sv, "\x02\x21\x4c\x18zzzz"sv, "\x28\xb5\x2f\xfdzzzz"sv})
    EXPECT_EQ(Refusal(head), "") << head;
}

TEST(InitrdTest, ZerosMayComeFirst) { EXPECT_EQ(Refusal("\0\0\0\00707"sv), ""); }

TEST(InitrdTest, AnythingElseIsRefused) {
  for (std::string_view head : {"0707"sv, "07070"sv, "070700zz"sv, "\x1f"sv, "MZ\0\0\0\0\0\0"sv,
                                "\x7f"
                                "ELF\2\1\1\0"sv,
                                "<html>\n"sv, "\n07070"sv})
    EXPECT_EQ(Refusal(head),
              "/boot/i: neither a cpio archive nor a compressed one: rebuild it with update-initramfs -u");
}

TEST(InitrdTest, AnEmptyOneIsRefused) { EXPECT_EQ(Refusal(""), "/boot/i: empty: rebuild it with update-initramfs -u"); }

TEST(InitrdTest, NoneIsNone) { EXPECT_FALSE(JoinInitrds({})); }

TEST(InitrdTest, ASingleOneIsPassedAsItIs) {
  TemporaryRoot machine;
  std::vector<InitrdFile> files;
  files.push_back(Opened(machine, "/boot/one", "070701abc"));
  int descriptor = files[0].fd.get();
  ino_t inode = Inode(descriptor);
  Fd joined = JoinInitrds(std::move(files));
  EXPECT_EQ(joined.get(), descriptor);
  EXPECT_EQ(Inode(joined.get()), inode);
  EXPECT_EQ(All(joined), "070701abc");
}

TEST(InitrdTest, SeveralAreJoinedEachAtAMultipleOfFour) {
  for (size_t bytes = 1; bytes <= 9; ++bytes) {
    TemporaryRoot machine;
    std::string first(bytes, 'a'), padding((4 - bytes % 4) % 4, '\0');
    std::vector<InitrdFile> files;
    files.push_back(Opened(machine, "/boot/one", first));
    files.push_back(Opened(machine, "/boot/two", first + "b"));
    files.push_back(Opened(machine, "/boot/three", "cccc"));
    std::string last_padding((4 - (bytes + 1) % 4) % 4, '\0');
    EXPECT_EQ(All(JoinInitrds(std::move(files))), first + padding + first + "b" + last_padding + "cccc") << bytes;
  }
}

TEST(InitrdTest, TheOrderStaysAndALargeOneIsWhole) {
  TemporaryRoot machine;
  std::string large;
  for (int i = 0; i < 300000; ++i) large += static_cast<char>(i * 7 + i / 251);
  std::vector<InitrdFile> files;
  files.push_back(Opened(machine, "/boot/microcode", "070701m!"));
  files.push_back(Opened(machine, "/boot/initrd", large));
  EXPECT_EQ(All(JoinInitrds(std::move(files))), "070701m!" + large);
}

TEST(InitrdTest, TheDescriptorsPositionDoesNotMatter) {
  TemporaryRoot machine;
  std::vector<InitrdFile> files;
  files.push_back(Opened(machine, "/boot/one", "aaaa"));
  files.push_back(Opened(machine, "/boot/two", "bbbb"));
  ::lseek(files[0].fd.get(), 3, SEEK_SET);
  EXPECT_EQ(All(JoinInitrds(std::move(files))), "aaaabbbb");
}

TEST(InitrdTest, OneThatBecameShorterIsAnError) {
  TemporaryRoot machine;
  std::vector<InitrdFile> files;
  files.push_back(Opened(machine, "/boot/one", "aaaa"));
  files.push_back(Opened(machine, "/boot/two", "bbbb"));
  files[1].size = 5;
  EXPECT_EQ(ErrorOf([&] { JoinInitrds(std::move(files)); }), "/boot/two: became shorter while it was read");
}

}  // namespace
}  // namespace kexec_helper
