#include "bootloader/grub/disks/environment_block.h"

#include <gtest/gtest.h>

namespace kexec_helper::grub {
namespace {

using Records = std::vector<std::pair<std::string, std::string>>;

EnvironmentBlock Block(const std::string& records, size_t size = 1024) {
  std::string text = "# GRUB Environment Block\n" + records;
  text.resize(size, '#');
  return *EnvironmentBlock::Parse(text);
}

TEST(EnvironmentBlockTest, OnlyTheSignatureMakesABlock) {
  EXPECT_FALSE(EnvironmentBlock::Parse(""));
  EXPECT_FALSE(EnvironmentBlock::Parse("# GRUB Environment Block\n"));
  EXPECT_FALSE(EnvironmentBlock::Parse("# GRUB Environment Block\r\n###"));
  EXPECT_TRUE(EnvironmentBlock::Parse("# GRUB Environment Block\n#"));
}

TEST(EnvironmentBlockTest, RecordsWithTheirEscapesUndone) {
  EXPECT_EQ(Block("a=1\nb=x\\\\y\\\nz\n# no record\nc=\nlast=lost").Records(),
            (Records{{"a", "1"}, {"b", "x\\y\nz"}, {"c", ""}}));
}

TEST(EnvironmentBlockTest, BlankLinesBelongToTheNextNameOrAreSkipped) {
  const EnvironmentBlock block = Block("a=1\n\nb=2\n\r\nc=3\n");
  EXPECT_EQ(block.Records(), (Records{{"a", "1"}, {"\nb", "2"}, {"\r\nc", "3"}}));
  EXPECT_EQ(block.Records(EnvironmentBlock::BlankLines::kSkipped), (Records{{"a", "1"}, {"b", "2"}, {"c", "3"}}));
}

TEST(EnvironmentBlockTest, SetKeepsTheSizeAndEveryOtherRecord) {
  EnvironmentBlock block = Block("a=1\nb=2\nc=3\n");
  for (const char* value : {"longer than before", "", "back\\slash and\nnewline", "2"}) {
    ASSERT_TRUE(block.Set("b", value));
    EXPECT_EQ(block.text().size(), 1024u);
    EXPECT_EQ(block.Records(), (Records{{"a", "1"}, {"b", value}, {"c", "3"}}));
  }
  ASSERT_TRUE(block.Set("d", "new"));
  EXPECT_EQ(block.Records().back(), (std::pair<std::string, std::string>{"d", "new"}));
}

TEST(EnvironmentBlockTest, WhatDoesNotFitChangesNothing) {
  EnvironmentBlock block = Block("a=1\n", 25 + 4 + 8);
  EnvironmentBlock before = block;
  EXPECT_FALSE(block.Set("b", "123456"));
  EXPECT_FALSE(block.Set("a", "1234567890"));
  EXPECT_EQ(block, before);
  EXPECT_TRUE(block.Set("b", "12345"));
  EXPECT_FALSE(block.Set("c", ""));
}

TEST(EnvironmentBlockTest, RemoveFillsUpWithPadding) {
  EnvironmentBlock block = Block("a=1\nab=2\n");
  block.Remove("none");
  EXPECT_EQ(block, Block("a=1\nab=2\n"));
  block.Remove("a");
  EXPECT_EQ(block, Block("ab=2\n"));
}

TEST(EnvironmentBlockTest, ABlockWithoutPaddingsNewlineIsBroken) {
  EnvironmentBlock block = Block("a=1");
  EnvironmentBlock before = block;
  EXPECT_FALSE(block.Set("b", "2"));
  block.Remove("a");
  EXPECT_EQ(block, before);
}

}  // namespace
}  // namespace kexec_helper::grub
