#include "bootloader/bls/choose.h"

#include <gtest/gtest.h>

namespace kexec_helper::bls {
namespace {

MenuEntries Menu(std::initializer_list<const char*> files) {
  MenuEntries entries;
  for (const char* file : files) entries.emplace_back().name = ParseEntryFileName(file, ".conf");
  return entries;
}

// The id of what is chosen, and why.
std::string Result(const MenuEntries& entries, const Requests& requests) {
  Chosen chosen = Choose(entries, requests);
  std::string id = chosen.index ? IdOf(entries[*chosen.index]) : chosen.automatic;
  return id + ": " + chosen.why + (chosen.saves ? " (saved)" : "");
}

TEST(PatternTest, LikeShellPatterns) {
  struct {
    const char* pattern;
    const char* id;
    bool matches;
  } const rows[] = {
      {"a.conf", "a.conf", true},
      {"a.conf", "a.confx", false},
      {"a", "a.conf", false},
      {"a*", "a.conf", true},
      {"*.conf", "a.conf", true},
      {"*", "", true},
      {"", "", true},
      {"", "a", false},
      {"?", "", false},
      {"a?c", "abc", true},
      {"*b*d*", "abcde", true},
      {"*b*d", "abcde", false},
      {"a*a", "a", false},
      {"a**a", "aa", true},
      {"[ab]c", "bc", true},
      {"[ab]c", "cc", false},
      {"[a-c]", "b", true},
      {"[a-c]", "d", false},
      {"[]a]", "]", true},
      {"[]a]", "a", true},
      {"[a-]", "-", true},
      {"[a-c-f]", "-", true},
      {"[a-c-f]", "e", false},
      {"[a", "a", false},
      {"[", "[", false},
      {"\\*", "*", true},
      {"\\*", "a", false},
      {"\\", "\\", false},
      {"[\\]]", "]", true},
      {"[\\", "a", false},
      {"[a-\\c]", "b", true},
      {"*[0-9].conf", "a9.conf", true},
      {"foo+[1-9].conf", "foo+2.conf", true},
  };
  for (const auto& row : rows)
    EXPECT_EQ(MatchesPattern(row.pattern, row.id), row.matches) << row.pattern << " " << row.id;
}

TEST(PatternTest, ManyStarsAreNoTrouble) {
  std::string pattern;
  for (int i = 0; i < 1000; ++i) pattern += "*a";
  EXPECT_FALSE(MatchesPattern(pattern + "b", std::string(5000, 'a')));
}

TEST(ChooseTest, TheRequestsInTheirOrder) {
  MenuEntries menu = Menu({"first.conf", "a.conf", "b.conf", "c.conf", "d.conf", "e.conf"});
  Requests requests{"a.conf", "b.conf", "d.conf", "", {"e.conf", "c.conf"}};
  EXPECT_EQ(Result(menu, requests), "a.conf: EFI variable LoaderEntryOneShot (for one boot)");
  requests.one_shot = "gone.conf";
  EXPECT_EQ(Result(menu, requests), "b.conf: EFI variable LoaderEntryPreferred");
  requests.preferred = "";
  EXPECT_EQ(Result(menu, requests), "c.conf: loader.conf: preferred");
  requests.configured.preferred_pattern = "";
  EXPECT_EQ(Result(menu, requests), "d.conf: EFI variable LoaderEntryDefault");
  requests.default_entry = "@current";
  EXPECT_EQ(Result(menu, requests), "e.conf: loader.conf: default");
  requests.configured.default_pattern = "x*";
  EXPECT_EQ(Result(menu, requests), "first.conf: the first entry");
}

TEST(ChooseTest, APatternTakesTheFirstThatMatches) {
  EXPECT_EQ(Result(Menu({"arch.conf", "debian-2.conf", "debian-1.conf"}), {"", "", "", "", {"debian-*", ""}}),
            "debian-2.conf: loader.conf: default");
}

TEST(ChooseTest, TheSavedEntryIsTheOneBootedLast) {
  MenuEntries menu = Menu({"a.conf", "b.conf"});
  EXPECT_EQ(Result(menu, {"", "", "@saved", "b.conf", {}}), "b.conf: EFI variable LoaderEntryDefault: @saved");
  EXPECT_EQ(Result(menu, {"", "", "", "b.conf", {"@saved", ""}}), "b.conf: loader.conf: default @saved");
  EXPECT_EQ(Result(menu, {"", "", "", "b.conf", {}}), "a.conf: the first entry") << "nobody asked for it";
}

TEST(ChooseTest, BootingAnotherEntryWouldSaveIt) {
  MenuEntries menu = Menu({"a.conf", "b.conf"});
  EXPECT_EQ(Result(menu, {"", "", "@saved", "", {}}), "a.conf: the first entry (saved)");
  EXPECT_EQ(Result(menu, {"", "", "", "gone.conf", {"@saved", ""}}), "a.conf: the first entry (saved)");
  EXPECT_EQ(Result(menu, {"", "", "b.conf", "", {"@saved", ""}}), "b.conf: EFI variable LoaderEntryDefault");
  EXPECT_EQ(Result(menu, {"b.conf", "", "@saved", "a.conf", {}}),
            "b.conf: EFI variable LoaderEntryOneShot (for one boot)")
      << "a boot by one-shot is not saved";
}

TEST(ChooseTest, OnlyPreferredLeavesOutWhatHasUsedUpItsTries) {
  MenuEntries menu = Menu({"good.conf", "bad+0-3.conf"});
  EXPECT_EQ(Result(menu, {"", "bad*", "", "", {}}), "good.conf: the first entry");
  EXPECT_EQ(Result(menu, {"", "", "bad*", "", {}}), "bad.conf: EFI variable LoaderEntryDefault");
}

TEST(ChooseTest, CountersAreNotPartOfTheIdBothFormsMatch) {
  MenuEntries menu = Menu({"a.conf", "b+2-1.conf"});
  EXPECT_EQ(Result(menu, {"", "", "b.conf", "", {}}), "b.conf: EFI variable LoaderEntryDefault");
  EXPECT_EQ(Result(menu, {"", "", "b+2-1.conf", "", {}}), "b.conf: EFI variable LoaderEntryDefault");
}

TEST(ChooseTest, TheBootLoadersOwnEntriesComeAfterTheFiles) {
  EXPECT_EQ(Result(Menu({"a.conf"}), {"", "", "auto-windows", "", {}}),
            "auto-windows: EFI variable LoaderEntryDefault");
  EXPECT_EQ(Result(Menu({"a.conf"}), {"auto-reboot-to-firmware-setup", "", "", "", {}}),
            "auto-reboot-to-firmware-setup: EFI variable LoaderEntryOneShot (for one boot)");
  EXPECT_EQ(Result(Menu({"a.conf"}), {"", "", "*", "", {}}), "a.conf: EFI variable LoaderEntryDefault");
}

TEST(ChooseTest, AnEmptyMenuBootsNothing) { EXPECT_EQ(Result({}, {}), ": "); }

}  // namespace
}  // namespace kexec_helper::bls
