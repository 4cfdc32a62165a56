#include "bootloader/bls/order.h"

#include <gtest/gtest.h>

namespace kexec_helper::bls {
namespace {

MenuEntry Named(const std::string& file) {
  MenuEntry entry;
  entry.name = ParseEntryFileName(file, ".conf");
  return entry;
}

MenuEntry Keyed(const std::string& file, const std::string& key, const std::string& version,
                const std::string& machine_id = "m") {
  MenuEntry entry = Named(file);
  entry.sort_key = key;
  entry.version = version;
  entry.machine_id = machine_id;
  return entry;
}

std::string Sorted(MenuEntries entries) {
  SortMenu(entries);
  std::string ids;
  for (const MenuEntry& entry : entries) ids += (ids.empty() ? "" : " ") + entry.name.full_id + entry.profile_id;
  return ids;
}

// The examples of UAPI.10, the oldest first.
TEST(VersionTest, TheSpecificationsOwnOrder) {
  const char* const versions[] = {"122.1",   "123~rc1-1", "123",     "123-a",   "123-a.1", "123-1",
                                  "123-1.1", "123^post1", "123.a-1", "123.1-1", "123a-1",  "124-1"};
  for (size_t i = 0; i < std::size(versions); ++i)
    for (size_t j = 0; j < std::size(versions); ++j)
      EXPECT_EQ(CompareVersions(versions[i], versions[j]), i < j   ? -1
                                                           : i > j ? 1
                                                                   : 0)
          << versions[i] << " " << versions[j];
}

TEST(VersionTest, NumbersOfAnyLengthAndLeadingZeros) {
  EXPECT_LT(CompareVersions("6.9.0", "6.10.0"), 0);
  EXPECT_EQ(CompareVersions("6.0012", "6.12"), 0);
  EXPECT_EQ(CompareVersions("0", "00"), 0);
  EXPECT_LT(CompareVersions("99999999999999999999", "100000000000000000000"), 0);
  EXPECT_LT(CompareVersions("", "0"), 0);
  EXPECT_LT(CompareVersions("6.12.48+deb13-amd64", "6.12.57+deb13-amd64"), 0);
  EXPECT_LT(CompareVersions("6.12.57+deb13-amd64", "6.12.57+deb13-1-amd64"), 0) << "numbers are newer than words";
}

TEST(VersionTest, OtherCharactersAreSeparatorsOnly) {
  EXPECT_EQ(CompareVersions("123_a", "123a"), 0);
  EXPECT_EQ(CompareVersions("\xc3\xa9", ""), 0);
  EXPECT_EQ(CompareVersions("~", "~"), 0);
  EXPECT_LT(CompareVersions("~", ""), 0);
  EXPECT_EQ(CompareVersions("--", "--"), 0);
}

TEST(OrderTest, BySortKeyMachineAndVersionTheNewestFirst) {
  EXPECT_EQ(Sorted({Keyed("a.conf", "debian", "6.1"), Keyed("b.conf", "debian", "6.12"), Keyed("c.conf", "arch", "1"),
                    Keyed("d.conf", "debian", "7", "z"), Keyed("e.conf", "debian", "6.9")}),
            "c.conf b.conf e.conf a.conf d.conf");
}

TEST(OrderTest, EntriesWithoutSortKeyComeAfterThoseByName) {
  EXPECT_EQ(Sorted({Named("debian-6.9.conf"), Named("debian-6.12.conf"), Keyed("a.conf", "zzz", "1")}),
            "a.conf debian-6.12.conf debian-6.9.conf");
}

TEST(OrderTest, OfTheSameVersionTheNameDecides) {
  EXPECT_EQ(Sorted({Keyed("a-1.conf", "d", "6"), Keyed("a-2.conf", "d", "6")}), "a-2.conf a-1.conf");
}

TEST(OrderTest, WhatHasUsedUpItsTriesComesLast) {
  EXPECT_EQ(Sorted({Keyed("new+0-3.conf", "a", "9"), Keyed("old.conf", "b", "1"), Named("older.conf")}),
            "old.conf older.conf new+0-3.conf");
  EXPECT_EQ(Sorted({Named("a+1-2.conf"), Named("a+2-1.conf"), Named("a+2.conf")}), "a+2.conf a+2-1.conf a+1-2.conf");
}

TEST(OrderTest, ProfilesFollowTheirImage) {
  MenuEntry first = Named("a.efi"), second = Named("a.efi"), third = Named("a.efi");
  second.profile = 1;
  second.profile_id = "@z";
  third.profile = 2;
  third.profile_id = "@a";
  EXPECT_EQ(Sorted({first, second, third, Named("b.efi")}), "b.efi a.efi a.efi@z a.efi@a");
}

TEST(OrderTest, EqualEntriesStayAsTheyAre) {
  MenuEntry esp = Keyed("a.conf", "d", "6"), extended = esp;
  esp.partition = "/efi";
  extended.partition = "/boot";
  MenuEntries entries{esp, extended};
  SortMenu(entries);
  EXPECT_EQ(entries[0].partition, "/efi");
}

}  // namespace
}  // namespace kexec_helper::bls
