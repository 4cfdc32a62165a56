#include "settings/read_settings.h"

#include <gtest/gtest.h>

#include "error_of.h"
#include "survey/trust.h"
#include "temporary_root.h"

namespace kexec_helper {
namespace {

using namespace std::string_literals;

SettingsRead ReadAll(const TemporaryRoot& machine) {
  return ReadSettings(machine.root(), [&](const std::string& path) { CheckOnlyRootWrites(machine.root(), {path}); });
}

Settings Read(const TemporaryRoot& machine) { return ReadAll(machine).settings; }

std::string Refusal(const TemporaryRoot& machine) {
  return ErrorOf([&] { ReadAll(machine); });
}

TEST(ReadSettingsTest, TheFileWithItsLine) {
  TemporaryRoot machine;
  SettingsRead read = ReadAll(machine);
  EXPECT_EQ(read.settings.load_kexec, true);
  EXPECT_EQ(read.settings.load_kexec_where, "/etc/default/kexec:2");
  EXPECT_TRUE(read.warnings.empty());
}

TEST(ReadSettingsTest, NoFileIsTheDefaults) {
  TemporaryRoot machine;
  machine.Delete("/etc");
  EXPECT_EQ(Read(machine), InterpretSettings({}));
}

TEST(ReadSettingsTest, SnippetsFollowInTheOrderOfRunParts) {
  TemporaryRoot machine;
  machine.Write("/etc/default/kexec", "APPEND=main\nLOAD_KEXEC=true\n");
  machine.Write("/etc/default/kexec.d/9", "APPEND=nine\n");
  machine.Write("/etc/default/kexec.d/10", "APPEND=ten\nKERNEL_IMAGE=/ten\n");
  machine.Write("/etc/default/kexec.d/B", "KERNEL_IMAGE=/upper\n");
  machine.Write("/etc/default/kexec.d/a", "KERNEL_IMAGE=/lower\n");
  Settings settings = Read(machine);
  EXPECT_EQ(settings.append, "nine");
  EXPECT_EQ(settings.kernel_image, "/lower");
  EXPECT_EQ(settings.load_kexec, true);
}

TEST(ReadSettingsTest, SnippetsAloneWillDo) {
  TemporaryRoot machine;
  machine.Delete("/etc/default/kexec");
  machine.Write("/etc/default/kexec.d/local", "\nLOAD_KEXEC=false\n");
  EXPECT_EQ(Read(machine).load_kexec, false);
  EXPECT_EQ(Read(machine).load_kexec_where, "/etc/default/kexec.d/local:2");
}

TEST(ReadSettingsTest, NamesThatRunPartsPassesOver) {
  TemporaryRoot machine;
  for (const char* name : {"a.dpkg-dist", "a.bak", "a~", ".hidden", "a b", "ä", "#a#"})
    machine.Write(std::string("/etc/default/kexec.d/") + name, "LOAD_KEXEC=rubbish\n");
  machine.MakeDirectory("/etc/default/kexec.d/directory");
  EXPECT_EQ(Read(machine).load_kexec, true);
}

TEST(ReadSettingsTest, RunPartsNames) {
  for (const char* name : {"a", "Z", "0", "_", "-", "10-local_A"}) EXPECT_TRUE(IsRunPartsName(name)) << name;
  for (const char* name : {"", ".", "a.b", "a~", "a b", "a\n", "\xc3\xa4", "a/b", "a+b"})
    EXPECT_FALSE(IsRunPartsName(name)) << name;
}

TEST(ReadSettingsTest, WhatCannotBeReadIsAnError) {
  TemporaryRoot machine;
  machine.Link("/nowhere", "/etc/default/kexec.d/dangling");
  EXPECT_EQ(Refusal(machine), "/etc/default/kexec.d/dangling: No such file or directory");
  machine.Delete("/etc/default/kexec.d/dangling");
  machine.MakeFifo("/etc/default/kexec.d/fifo");
  EXPECT_EQ(Refusal(machine), "/etc/default/kexec.d/fifo: not a regular file");
  machine.Delete("/etc/default/kexec");
  machine.MakeDirectory("/etc/default/kexec");
  EXPECT_EQ(Refusal(machine), "/etc/default/kexec: Is a directory");
}

TEST(ReadSettingsTest, TheLimitIs256KiB) {
  TemporaryRoot machine;
  std::string comment = "#" + std::string((256 << 10) - 2, 'x') + "\n";
  machine.Write("/etc/default/kexec", comment);
  EXPECT_EQ(Refusal(machine), "");
  machine.Write("/etc/default/kexec", "#" + comment);
  EXPECT_EQ(Refusal(machine), "/etc/default/kexec: larger than 262144 bytes");
}

TEST(ReadSettingsTest, BadInputIsToldWithFileAndLine) {
  struct {
    std::string text;
    const char* message;
  } const rows[] = {
      {"\nLOAD_KEXEC=yes\n", "/etc/default/kexec:2: LOAD_KEXEC=\"yes\": must be true or false"},
      {"USE_GRUB_CONFIG=\n", "/etc/default/kexec:1: USE_GRUB_CONFIG=\"\": must be auto, true or false"},
      {"KERNEL_IMAGE=vmlinuz", "/etc/default/kexec:1: KERNEL_IMAGE=\"vmlinuz\": must be an absolute path"},
      {"LOAD_KEXEC=true\r\n", "/etc/default/kexec:1: ends with a Windows line end"},
      {"\xef\xbb\xbfLOAD_KEXEC=true\n", "/etc/default/kexec:1: begins with a byte order mark"},
      {"A=1\nLOAD_KEXEC=tr\0ue\n"s, "/etc/default/kexec:2: contains a NUL byte"},
      {"LOAD_KEXEC=true\nAPPEND='x\n", "/etc/default/kexec:2: APPEND: the quote ' is never closed"},
  };
  for (const auto& row : rows) {
    TemporaryRoot machine;
    machine.Write("/etc/default/kexec", row.text);
    EXPECT_EQ(Refusal(machine).find(row.message), 0u) << Refusal(machine);
  }
}

TEST(ReadSettingsTest, NothingOfAnotherRootIsRun) {
  TemporaryRoot machine;
  std::string mark = machine.Host("/tmp/ran");
  for (const std::string& text :
       {"LOAD_KEXEC=true\ntouch " + mark, "APPEND=\"$(touch " + mark + ")\"", "APPEND=`touch " + mark + "`",
        "LOAD_KEXEC=true; touch " + mark, "APPEND=$(touch${IFS}" + mark + ")"}) {
    machine.Write("/etc/default/kexec", text + "\n");
    EXPECT_EQ(Refusal(machine),
              "/etc/default/kexec: needs a shell to be read, and nothing of another root is run here");
    EXPECT_FALSE(machine.Has("/tmp/ran")) << text;
  }
  machine.Write("/etc/default/kexec", "APPEND='$(touch " + mark + ") `touch " + mark + "`; touch " + mark + "'\n");
  EXPECT_EQ(Read(machine).append, "$(touch " + mark + ") `touch " + mark + "`; touch " + mark);
  EXPECT_FALSE(machine.Has("/tmp/ran"));
}

TEST(ReadSettingsTest, DamageInASnippetIsReportedAlsoWhenAShellIsNeeded) {
  TemporaryRoot machine;
  machine.Write("/etc/default/kexec", "LOAD_KEXEC=$X\n");
  machine.Write("/etc/default/kexec.d/a", "A=1\r\n");
  EXPECT_EQ(Refusal(machine).find("/etc/default/kexec.d/a:1: ends with a Windows line end"), 0u);
}

TEST(ReadSettingsTest, AFileThatIsPassedOverIsNamed) {
  TemporaryRoot machine;
  for (const char* name : {"off.conf", "a.dpkg-old", ".hidden", "b~"})
    machine.Write(std::string("/etc/default/kexec.d/") + name, "LOAD_KEXEC=false\n");
  SettingsRead read = ReadAll(machine);
  EXPECT_EQ(read.settings.load_kexec, true);
  ASSERT_EQ(read.warnings.size(), 1U);
  EXPECT_EQ(read.warnings[0].find("/etc/default/kexec.d/off.conf: not read"), 0U);
}

}  // namespace
}  // namespace kexec_helper
