#include "cli/escape.h"

#include <gtest/gtest.h>

namespace kexec_helper {
namespace {

TEST(EscapeTest, TextStaysAsItIs) {
  for (const char* text : {"", "root=UUID=a ro", "Käfig – «entry» 日本 \xf0\x9f\x90\xa7", "\\x1b"})
    EXPECT_EQ(Escaped(text), text);
}

TEST(EscapeTest, WhatATerminalWouldActOn) {
  EXPECT_EQ(Escaped("a\x1b[31mb\nc\td\x7f"), "a\\x1b[31mb\\x0ac\\x09d\\x7f");
  EXPECT_EQ(Escaped("\xc2\x9b"
                    "31m"),
            "\\x9b31m")
      << "C1";
}

TEST(EscapeTest, WhatHidesTheRest) {
  EXPECT_EQ(Escaped("\xe2\x80\xae"
                    "x\xe2\x81\xa6"),
            "\\u202ex\\u2066");
  EXPECT_EQ(Escaped("\xef\xbf\xbe"), "\\ufffe");
}

TEST(EscapeTest, BytesThatAreNoUtf8) {
  EXPECT_EQ(Escaped("\xff"), "\\xff");
  EXPECT_EQ(Escaped("\xc0\xaf"), "\\xc0\\xaf") << "overlong";
  EXPECT_EQ(Escaped("\xed\xa0\x80"), "\\xed\\xa0\\x80") << "a surrogate";
  EXPECT_EQ(Escaped("\xe2\x82"), "\\xe2\\x82") << "cut off";
  EXPECT_EQ(Escaped("\xf4\x90\x80\x80"), "\\xf4\\x90\\x80\\x80") << "past U+10FFFF";
}

}  // namespace
}  // namespace kexec_helper
