#include "survey/flag_files.h"

#include <gtest/gtest.h>

#include "temporary_root.h"

namespace kexec_helper {
namespace {

std::vector<std::string> Paths(const Root& root) {
  std::vector<std::string> paths;
  for (const FlagFile& flag : FindFlagFiles(root)) paths.push_back(flag.path);
  return paths;
}

TEST(FlagFilesTest, NoneIsThereByItself) {
  TemporaryRoot machine;
  EXPECT_TRUE(FindFlagFiles(machine.root()).empty());
}

TEST(FlagFilesTest, EachPlaceCounts) {
  for (const char* path : {"/tmp/no-kexec-reboot", "/run/no-kexec-reboot", "/no-kexec-reboot"}) {
    TemporaryRoot machine;
    machine.Write(path, "");
    EXPECT_EQ(Paths(machine.root()), std::vector<std::string>{path});
  }
}

TEST(FlagFilesTest, WhatItIsDoesNotMatterAndItIsNeverOpened) {
  TemporaryRoot machine;
  machine.Link("/nowhere", "/tmp/no-kexec-reboot");
  machine.MakeDirectory("/run/no-kexec-reboot");
  machine.MakeFifo("/no-kexec-reboot");
  EXPECT_EQ(Paths(machine.root()),
            (std::vector<std::string>{"/tmp/no-kexec-reboot", "/run/no-kexec-reboot", "/no-kexec-reboot"}));
}

TEST(FlagFilesTest, TheOwnerIsNamedAsThatSystemNamesHim) {
  TemporaryRoot machine;
  std::string uid = std::to_string(::geteuid());
  machine.Write("/tmp/no-kexec-reboot", "");
  machine.Write("/etc/passwd",
                "broken\n\nother:x:9" + uid + ":0::/:\nalice:x:" + uid + ":0::/:\nbob:x:" + uid + ":0::/:\n");
  EXPECT_EQ(FindFlagFiles(machine.root())[0].owner, "alice");
}

TEST(FlagFilesTest, AnUnknownOwnerIsANumber) {
  TemporaryRoot machine;
  machine.Write("/tmp/no-kexec-reboot", "");
  std::string number = "uid " + std::to_string(::geteuid());
  machine.Delete("/etc/passwd");
  EXPECT_EQ(FindFlagFiles(machine.root())[0].owner, number);
  machine.MakeDirectory("/etc/passwd");  // cannot be read: no reason to stop
  EXPECT_EQ(FindFlagFiles(machine.root())[0].owner, number);
}

TEST(FlagFilesTest, OneThatCannotBeLookedAtIsThere) {
  TemporaryRoot machine;
  machine.Delete("/tmp");
  machine.Link("tmp", "/tmp");
  std::vector<FlagFile> flags = FindFlagFiles(machine.root());
  ASSERT_EQ(flags.size(), 1U);
  EXPECT_EQ(flags[0].path, "/tmp/no-kexec-reboot");
  EXPECT_NE(flags[0].owner.find("cannot be looked at"), std::string::npos);
}

}  // namespace
}  // namespace kexec_helper
