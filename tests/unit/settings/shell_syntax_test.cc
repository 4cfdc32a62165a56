#include "settings/shell_syntax.h"

#include <gtest/gtest.h>

#include "error_of.h"

namespace kexec_helper {
namespace {

using namespace std::string_view_literals;

// "1:text" for each line.
std::vector<std::string> Split(std::string_view text) {
  std::vector<std::string> lines;
  for (const LogicalLine& line : SplitLogicalLines("/f", text))
    lines.push_back(std::to_string(line.number) + ":" + line.text);
  return lines;
}

using Lines = std::vector<std::string>;

std::string Refusal(std::string_view text) {
  return ErrorOf([&] { SplitLogicalLines("/f", text); });
}

TEST(LogicalLinesTest, BlankLinesAndCommentsAreLeftOut) {
  EXPECT_EQ(Split(""), Lines{});
  EXPECT_EQ(Split("\n \t\n#A=1\n  # B=2\n\nA=1 # not this\n"), Lines{"6:A=1"});
  EXPECT_EQ(Split("# the quote in don't opens nothing\nA=1"), Lines{"2:A=1"});
}

TEST(LogicalLinesTest, AHashInsideAWordIsNoComment) {
  EXPECT_EQ(Split("A=a#b\nB=#c\nC='d'#e\nD='#f' #g\n"), (Lines{"1:A=a#b", "2:B=#c", "3:C='d'#e", "4:D='#f'"}));
}

TEST(LogicalLinesTest, ABackslashJoinsLines) {
  EXPECT_EQ(Split("A=a\\\nb\nB=\\\n\\\n2\n"), (Lines{"1:A=ab", "3:B=2"}));
  EXPECT_EQ(Split("A=a\\\n"), Lines{"1:A=a"});
  EXPECT_EQ(Split("A=a\\\\\nB=b\n"), (Lines{"1:A=a\\\\", "2:B=b"}));
  EXPECT_EQ(Split("# no joining here \\\nA=1"), Lines{"2:A=1"});
}

TEST(LogicalLinesTest, ACommentMayBeginBehindAJoinedLine) {
  EXPECT_EQ(Split("A=1 \\\n# don't\nB=2\n"), (Lines{"1:A=1", "3:B=2"}));
  EXPECT_EQ(Split("\\\n# don't\nB=2\n"), Lines{"3:B=2"});
  EXPECT_EQ(Split("A=1\\\n#2\n"), Lines{"1:A=1#2"});
}

TEST(LogicalLinesTest, QuotesHoldLineBreaks) {
  EXPECT_EQ(Split("A='x\n#y\\\n' \nB=\"1\n2\\\n3\"\nC=4"), (Lines{"1:A='x\n#y\\\n'", "4:B=\"1\n2\\\n3\"", "7:C=4"}));
  EXPECT_EQ(Split("A=\"\\\"\n'\"\nB='\"'"), (Lines{"1:A=\"\\\"\n'\"", "3:B='\"'"}));
}

TEST(LogicalLinesTest, BlanksAroundAreNoPartOfTheLine) {
  EXPECT_EQ(Split(" \tA=1 \t\n"), Lines{"1:A=1"});
  EXPECT_EQ(Split("A=1\\ \nB=\\\\ \nC=\\\\\\  \n"), (Lines{"1:A=1\\ ", "2:B=\\\\", "3:C=\\\\\\ "}));
  EXPECT_EQ(Split("\vA=1\n"), Lines{"1:\vA=1"});
}

TEST(LogicalLinesTest, AnOpenQuoteIsTold) {
  for (char quote : {'\'', '"'}) {
    auto lines = SplitLogicalLines("/f", std::string("A=1\nB=") + quote + "x\nC=3\n");
    ASSERT_EQ(lines.size(), 2u);
    EXPECT_EQ(lines[0].open_quote, 0);
    EXPECT_EQ(lines[1].open_quote, quote);
    EXPECT_EQ(lines[1].number, 2);
  }
}

TEST(LogicalLinesTest, WhatIsNoTextForAShellIsRefusedWithItsLine) {
  EXPECT_EQ(Refusal("A=1\nB=\0\n"sv), "/f:2: contains a NUL byte: it is not a text file");
  EXPECT_EQ(Refusal("A=1\nB=2\r\n"),
            "/f:2: ends with a Windows line end (CR LF): remove the CR, as with sed -i 's/\\r$//'");
  EXPECT_EQ(Refusal("\xef\xbb\xbf"
                    "A=1\n"),
            "/f:1: begins with a byte order mark: save it as plain UTF-8");
  EXPECT_EQ(Refusal("A=\r1\nB=\xef\xbb\xbf"), "");
}

struct Word {
  const char* word;
  const char* value;  // nullptr: needs a shell
};

class UnquoteTest : public testing::TestWithParam<Word> {};

TEST_P(UnquoteTest, AsTheShellDoes) {
  auto value = Unquote(GetParam().word);
  if (GetParam().value)
    EXPECT_EQ(value, GetParam().value) << GetParam().word;
  else
    EXPECT_EQ(value, std::nullopt) << GetParam().word;
}

INSTANTIATE_TEST_SUITE_P(Values, UnquoteTest,
                         testing::Values(Word{"", ""}, Word{"a", "a"}, Word{"'a b'", "a b"}, Word{"\"a b\"", "a b"},
                                         Word{"a'b'\"c\"d", "abcd"}, Word{"''\"\"", ""}, Word{"'$x`y`\\'", "$x`y`\\"},
                                         Word{"\"a'b\"", "a'b"}, Word{"'a\"b'", "a\"b"},
                                         Word{"\"\\$\\`\\\"\\\\\"", "$`\"\\"}, Word{"\"\\a\\ \\'\"", "\\a\\ \\'"},
                                         Word{"\"a\\\nb\"", "ab"}, Word{"\"a\nb\"", "a\nb"}, Word{"'a\\\nb'", "a\\\nb"},
                                         Word{"\\a\\ \\$\\'\\\"\\\\", "a $'\"\\"}, Word{"a\\", "a\\"},
                                         Word{"a#b", "a#b"}, Word{"*[a]?{b,c}!%^=+,.:/@-", "*[a]?{b,c}!%^=+,.:/@-"},
                                         Word{"'; '", "; "}, Word{"\xff\x80\x81", "\xff\x80\x81"}, Word{"a~b", "a~b"},
                                         Word{"'~'", "~"}, Word{"\\~", "~"}, Word{"a\rb", "a\rb"}));

INSTANTIATE_TEST_SUITE_P(NeedsAShell, UnquoteTest,
                         testing::Values(Word{"$x", nullptr}, Word{"a$", nullptr}, Word{"`x`", nullptr},
                                         Word{"\"$x\"", nullptr}, Word{"\"a`x`\"", nullptr}, Word{"a b", nullptr},
                                         Word{"a\tb", nullptr}, Word{"a;", nullptr}, Word{"a&", nullptr},
                                         Word{"a|b", nullptr}, Word{"a<b", nullptr}, Word{"a>b", nullptr},
                                         Word{"(a)", nullptr}, Word{"~", nullptr}, Word{"~/x", nullptr},
                                         Word{"a:~", nullptr}, Word{"'a'$(b)", nullptr}));

}  // namespace
}  // namespace kexec_helper
