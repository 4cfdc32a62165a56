#include "image/command_line.h"

#include <gtest/gtest.h>

namespace kexec_helper {
namespace {

TEST(CommandLineWordsTest, WithoutSomeWords) {
  EXPECT_EQ(WithoutWords("BOOT_IMAGE=/k  root=\"a b\" panic=5 ro", {"BOOT_IMAGE=", "panic="}), "root=\"a b\" ro");
  EXPECT_EQ(ComparableCommandLine(" BOOT_IMAGE=/k ro\tquiet panic=60\n"), "ro quiet");
}

}  // namespace
}  // namespace kexec_helper
