#include "bootloader/grub/commands/file_version.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <iterator>

namespace kexec_helper::grub {
namespace {

TEST(FileVersionTest, EachNameIsOlderThanTheNext) {
  const char* names[] = {
      "",       ".",        "..",         ".conf",        ".h.conf",     "6.conf",   "A1.conf",  "a~1.conf",
      "a.conf", "a1.conf",  "a9.conf",    "a10.conf",     "a-1.conf",    "a.1.conf", "a_1.conf", "b-6.1~rc1.conf",
      "b-6.1",  "b-6.1.c~", "b-6.1.conf", "b-6.1-2.conf", "b-6.1.1.conf"};
  for (const char* a : names)
    for (const char* b : names) {
      bool same = a == b;
      int order = CompareFileVersions(a, b);
      EXPECT_EQ(order == 0, same) << a << " " << b;
      EXPECT_EQ(order < 0,
                &*std::find(std::begin(names), std::end(names), a) < &*std::find(std::begin(names), std::end(names), b))
          << a << " " << b;
    }
}

TEST(FileVersionTest, ZerosBeforeANumberDoNotCount) {
  EXPECT_EQ(CompareFileVersions("a01.conf", "a1.conf"), 0);
  EXPECT_LT(CompareFileVersions("a01.conf", "a2.conf"), 0);
  EXPECT_GT(CompareFileVersions("a18446744073709551616.conf", "a18446744073709551615.conf"), 0) << "of any length";
}

}  // namespace
}  // namespace kexec_helper::grub
