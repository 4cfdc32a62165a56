#include "sys/text.h"

#include <gtest/gtest.h>

namespace kexec_helper {
namespace {

TEST(TextTest, Join) {
  EXPECT_EQ(Join({}), "");
  EXPECT_EQ(Join({"a"}), "a");
  EXPECT_EQ(Join({"a", "", "b"}), "a, , b");
  EXPECT_EQ(Join({"a", "a"}, "; "), "a; a");
}

TEST(TextTest, FirstLine) {
  EXPECT_EQ(FirstLine(""), "");
  EXPECT_EQ(FirstLine("a"), "a");
  EXPECT_EQ(FirstLine("a\nb\n"), "a");
}

}  // namespace
}  // namespace kexec_helper
