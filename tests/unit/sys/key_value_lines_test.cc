#include "sys/key_value_lines.h"

#include <gtest/gtest.h>

namespace kexec_helper {
namespace {

using namespace std::string_view_literals;

// "key=value|key=value".
std::string Read(std::string_view text, std::string_view separators = " \t") {
  std::string result;
  for (const KeyValue& line : ReadKeyValueLines(text, separators))
    result += (result.empty() ? "" : "|") + line.key + "=" + line.value;
  return result;
}

TEST(KeyValueLinesTest, BlanksAndTabsDoNotCount) {
  EXPECT_EQ(Read("title Debian\n\t linux \t /vmlinuz \t\ninitrd\t/i"), "title=Debian|linux=/vmlinuz|initrd=/i");
}

TEST(KeyValueLinesTest, EveryKindOfLineEnd) { EXPECT_EQ(Read("a 1\r\nb 2\rc 3\n\n\nd 4"), "a=1|b=2|c=3|d=4"); }

TEST(KeyValueLinesTest, CommentsAndKeysWithoutValueArePassedOver) {
  EXPECT_EQ(Read("# a 1\n  #b 2\nc\nd \ne 5 # no comment"), "e=5 # no comment");
}

TEST(KeyValueLinesTest, ANulEndsTheText) { EXPECT_EQ(Read("a 1\nb 2\0c 3\nd 4"sv), "a=1|b=2"); }

TEST(KeyValueLinesTest, AByteOrderMarkBelongsToTheFirstKey) {
  EXPECT_EQ(Read("\xef\xbb\xbftitle x\nlinux /l"), "\xef\xbb\xbftitle=x|linux=/l");
}

TEST(KeyValueLinesTest, QuotesAroundTheWholeValueAreRemoved) {
  EXPECT_EQ(Read("a \"b c\"\nd 'e'\nf \"g\" h\ni \"\nj \"\"\nk 'l\""), "a=b c|d=e|f=\"g\" h|i=\"|j=|k='l\"");
  EXPECT_EQ(ReadKeyValueLines("d 'e'", " ")[0].quote, '\'');
  EXPECT_EQ(ReadKeyValueLines("d e", " ")[0].quote, '\0');
}

TEST(KeyValueLinesTest, OtherSeparators) {
  EXPECT_EQ(Read("NAME=\"Debian GNU/Linux\"\nID=debian\nEMPTY=\nno value", "="),
            "NAME=Debian GNU/Linux|ID=debian|EMPTY=");
}

TEST(KeyValueLinesTest, ALongLineIsALine) {
  std::string options(1 << 20, 'x');
  EXPECT_EQ(Read("options " + options), "options=" + options);
}

}  // namespace
}  // namespace kexec_helper
