#include "bootloader/bls/entry.h"

#include <gtest/gtest.h>

namespace kexec_helper::bls {
namespace {

using Strings = std::vector<std::string>;

TEST(BlsEntryTest, AnEntryOfDebian) {
  Entry entry = ParseEntry(
      "title      Debian GNU/Linux 13 (trixie)\n"
      "version    6.12.48+deb13-amd64\n"
      "machine-id 4098b3f648d74c13b1f04ccfba7798e8\n"
      "sort-key   debian\n"
      "options    root=UUID=6d3376e4 ro quiet\n"
      "linux      /4098b3f648d74c13b1f04ccfba7798e8/6.12.48+deb13-amd64/linux\n"
      "initrd     /4098b3f648d74c13b1f04ccfba7798e8/6.12.48+deb13-amd64/initrd.img-6.12.48+deb13-amd64\n");
  EXPECT_EQ(entry.title, "Debian GNU/Linux 13 (trixie)");
  EXPECT_EQ(entry.version, "6.12.48+deb13-amd64");
  EXPECT_EQ(entry.machine_id, "4098b3f648d74c13b1f04ccfba7798e8");
  EXPECT_EQ(entry.sort_key, "debian");
  EXPECT_EQ(entry.options, "root=UUID=6d3376e4 ro quiet");
  EXPECT_EQ(entry.linux_path, "/4098b3f648d74c13b1f04ccfba7798e8/6.12.48+deb13-amd64/linux");
  EXPECT_EQ(entry.initrds.size(), 1u);
  EXPECT_EQ(entry.notes, Strings{});
  EXPECT_EQ(entry.uncertainty, "");
}

TEST(BlsEntryTest, InitrdsAddUpOptionsAreJoinedOtherKeysReplaced) {
  Entry entry = ParseEntry("linux /a\nlinux /b\ninitrd /ucode\noptions root=x\ninitrd /main\noptions quiet  splash\n");
  EXPECT_EQ(entry.linux_path, "/b");
  EXPECT_EQ(entry.initrds, (Strings{"/ucode", "/main"}));
  EXPECT_EQ(entry.options, "root=x quiet  splash");
}

TEST(BlsEntryTest, UnknownKeysAreNotedThoseOfOtherLoadersAreNot) {
  Entry entry = ParseEntry("linux /l\ngrub_users x\nid y\nkey z\nLINUX /m\n");
  EXPECT_EQ(entry.linux_path, "/l");
  EXPECT_EQ(entry.notes, (Strings{"key key is unknown: ignored", "key LINUX is unknown: ignored"}));
  EXPECT_EQ(entry.uncertainty, "");
}

TEST(BlsEntryTest, WhatOnlyTheBootLoaderCanDoIsDoubt) {
  for (const char* key : {"devicetree", "devicetree-overlay", "profile", "extra"})
    EXPECT_EQ(ParseEntry("linux /l\n" + std::string(key) + " x").uncertainty,
              "key " + std::string(key) + ": only the boot loader can do what it says");
}

TEST(BlsEntryTest, WhatReleasesReadDifferentlyIsDoubt) {
  EXPECT_NE(ParseEntry("linux /l\noptions 'root=x'").uncertainty, "");
  EXPECT_EQ(ParseEntry("linux /l\noptions \"root=x\"").options, "root=x");
  EXPECT_EQ(ParseEntry("linux /l\ntitle 'x'").uncertainty, "");
  EXPECT_NE(ParseEntry("linux /l\noptions name=\xc3\xa9").uncertainty, "");
  EXPECT_NE(ParseEntry("linux /l\noptions a\x01").uncertainty, "");
  EXPECT_EQ(ParseEntry("linux /l\ntitle \xc3\xa9\noptions a\tb").uncertainty, "");
}

TEST(BlsEntryTest, AnEmptyTextIsAnEmptyEntry) {
  Entry entry = ParseEntry("");
  EXPECT_FALSE(entry.linux_path || entry.efi_path || entry.uki_path || entry.uki_url || entry.options ||
               entry.sort_key);
}

TEST(LoaderConfigurationTest, TheDefaultIsAPatternInLowerCase) {
  EXPECT_EQ(ParseLoaderConfiguration("timeout 3\ndefault Debian-*.conf\nconsole-mode keep").default_pattern,
            "debian-*.conf");
  EXPECT_EQ(ParseLoaderConfiguration("default a\ndefault b").default_pattern, "b");
  EXPECT_EQ(ParseLoaderConfiguration("preferred c").preferred_pattern, "c");
  EXPECT_EQ(ParseLoaderConfiguration("#default a").default_pattern, "");
}

TEST(LoaderConfigurationTest, OnlyOneNameBeginsWithAnAtSign) {
  EXPECT_EQ(ParseLoaderConfiguration("default @saved").default_pattern, "@saved");
  EXPECT_EQ(ParseLoaderConfiguration("default @SAVED").default_pattern, "@saved");
  EXPECT_EQ(ParseLoaderConfiguration("default a\ndefault @current").default_pattern, "a");
}

TEST(EntryFileNameTest, Counters) {
  struct {
    const char* name;
    const char* id;
    std::optional<BootCounter> counter;
  } const rows[] = {
      {"Debian-6.12.conf", "debian-6.12.conf", std::nullopt},
      {"Debian-6.12+3.conf", "debian-6.12.conf", BootCounter{3, 0}},
      {"debian-6.12+2-1.CONF", "debian-6.12.conf", BootCounter{2, 1}},
      {"debian-6.12+0-3.conf", "debian-6.12.conf", BootCounter{0, 3}},
      {"debian-6.12+deb13+1.conf", "debian-6.12+deb13.conf", BootCounter{1, 0}},
      {"debian-6.12+deb13.conf", "debian-6.12+deb13.conf", std::nullopt},
      {"debian-6.12+13-amd64.conf", "debian-6.12+13-amd64.conf", std::nullopt},
      {"debian+.conf", "debian+.conf", std::nullopt},
      {"debian+1-.conf", "debian+1-.conf", std::nullopt},
      {"debian+1-2-3.conf", "debian+1-2-3.conf", std::nullopt},
      {"debian+2147483648.conf", "debian+2147483648.conf", std::nullopt},
      {"+1.conf", ".conf", BootCounter{1, 0}},
      {".conf", ".conf", std::nullopt},
      {"debian.conf+1", "debian.conf+1", std::nullopt},
  };
  for (const auto& row : rows) {
    EntryFileName name = ParseEntryFileName(row.name, ".conf");
    EXPECT_EQ(name.id, row.id) << row.name;
    EXPECT_EQ(name.full_id, LowerCase(row.name));
    EXPECT_EQ(name.counter, row.counter) << row.name;
  }
}

}  // namespace
}  // namespace kexec_helper::bls
