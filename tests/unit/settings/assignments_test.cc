#include "settings/assignments.h"

#include <gtest/gtest.h>

#include "error_of.h"

namespace kexec_helper {
namespace {

using namespace std::string_view_literals;
using Values = std::map<std::string, std::string>;

// Nothing when the text needs a shell.
std::optional<Values> Read(std::string_view text) {
  Assignments found;
  if (!ReadAssignments("/f", text, found)) return std::nullopt;
  Values values;
  for (const auto& [name, assignment] : found) values[name] = assignment.value;
  return values;
}

std::string Refusal(std::string_view text) {
  return ErrorOf([&] { Read(text); });
}

TEST(AssignmentsTest, NamesValuesAndTheirPlaces) {
  Assignments found;
  ASSERT_TRUE(ReadAssignments("/f", "# x\nA=1\n\nB='two words'\n  C=\n", found));
  EXPECT_EQ(found.size(), 3u);
  EXPECT_EQ(found["A"].value, "1");
  EXPECT_EQ(found["B"].value, "two words");
  EXPECT_EQ(found["C"].value, "");
  EXPECT_EQ(found["B"].Where(), "/f:4");
  EXPECT_EQ((Assignment{"x", "/f", 0}.Where()), "/f");
}

TEST(AssignmentsTest, TheLastOneCounts) {
  Assignments found;
  ASSERT_TRUE(ReadAssignments("/one", "A=1\nB=1\n", found));
  ASSERT_TRUE(ReadAssignments("/two", "A=2\nA=3\n", found));
  EXPECT_EQ(found["A"].value, "3");
  EXPECT_EQ(found["A"].Where(), "/two:2");
  EXPECT_EQ(found["B"].Where(), "/one:2");
}

TEST(AssignmentsTest, AFileThatNeedsAShellAddsNothing) {
  Assignments found;
  ASSERT_TRUE(ReadAssignments("/one", "A=1\n", found));
  EXPECT_FALSE(ReadAssignments("/two", "A=2\nB=3\necho\n", found));
  EXPECT_EQ(found.size(), 1u);
  EXPECT_EQ(found["A"].value, "1");
}

TEST(AssignmentsTest, CharactersThatInihWouldTakeAsItsOwn) {
  EXPECT_EQ(Read("A='a ; b'\nB=\"c ;d\"\nC=e\\ \\;f\n"), (Values{{"A", "a ; b"}, {"B", "c ;d"}, {"C", "e ;f"}}));
  EXPECT_EQ(Read("A='a # b'\nB=\"#c\"\nC=d#e\n"), (Values{{"A", "a # b"}, {"B", "#c"}, {"C", "d#e"}}));
  EXPECT_EQ(Read("A='a=b=c'\nB==\n"), (Values{{"A", "a=b=c"}, {"B", "="}}));
  EXPECT_EQ(Read("A='  blanks  '\nB=\" \t\"\n"), (Values{{"A", "  blanks  "}, {"B", " \t"}}));
  EXPECT_EQ(Read("A='%41%'\nB=%%0\n"), (Values{{"A", "%41%"}, {"B", "%%0"}}));
  EXPECT_EQ(Read("A='a:b'\nB=[x]\nC='[y]'\n"), (Values{{"A", "a:b"}, {"B", "[x]"}, {"C", "[y]"}}));
  EXPECT_EQ(Read("A='\n[s]\nB=1\n;x'\n"), (Values{{"A", "\n[s]\nB=1\n;x"}}));
}

TEST(AssignmentsTest, EveryByteComesThrough) {
  std::string value;
  for (int i = 1; i < 256; ++i)
    if (i != '\'') value += static_cast<char>(i);
  EXPECT_EQ(Read("A='" + value + "'\n"), (Values{{"A", value}}));
}

TEST(AssignmentsTest, ALongValueIsReadToTheByte) {
  std::vector<size_t> sizes = {4000, 100000};
  for (size_t bytes = 115; bytes <= 260; ++bytes) sizes.push_back(bytes);
  for (size_t bytes : sizes) {
    std::string plain, mixed;
    for (size_t i = 0; i < bytes; ++i) {
      plain += static_cast<char>('a' + i % 26);
      mixed += " ;#=%:a[]\t\xff"[i % 11];
    }
    EXPECT_EQ(Read("A=" + plain + "\nB='" + mixed + "'\nC=3"), (Values{{"A", plain}, {"B", mixed}, {"C", "3"}}))
        << bytes;
  }
}

TEST(AssignmentsTest, LongNames) {
  for (size_t bytes : {48u, 49u, 50u, 51u, 60u, 75u}) {
    std::string name(bytes, 'N'), value(150, 'v');
    EXPECT_EQ(Read(name + "=" + value + "\nA=1\n"), (Values{{name, value}, {"A", "1"}})) << bytes;
  }
}

TEST(AssignmentsTest, ALongNameWithALongValueIsOneAssignment) {
  for (size_t length = 60; length <= 120; ++length) {
    const std::string name(length, 'N');
    const std::string value = std::string(length, '\xff') + std::string(length, 'v');
    EXPECT_EQ(Read(name + "='" + value + "'\n"), (Values{{name, value}})) << length;
  }
}

TEST(AssignmentsTest, ANameTooLongForUsIsLeftToTheShellAndNeverMisread) {
  for (size_t bytes = 76; bytes <= 260; ++bytes) {
    std::string name(bytes, 'N'), value(150, 'v');
    auto read = Read(name + "=" + value + "\n");
    EXPECT_TRUE(!read || *read == (Values{{name, value}})) << bytes;
    auto tail = Read("LOAD_KEXEC=true\n" + name + "LOAD_KEXEC=false\n");
    EXPECT_TRUE(!tail || (*tail)["LOAD_KEXEC"] == "true") << bytes;
  }
  EXPECT_EQ(Read(std::string(300, 'N') + "=1\n"), std::nullopt);
}

TEST(AssignmentsTest, WhatIsNoAssignmentNeedsAShell) {
  for (const char* text :
       {"[section]", "[section]\nA=1", "name: value", "A: 1",       "A = 1",       "A =1",    "A= 1",       "=1",
        "1A=1",      "A-B=1",          "A+=1",        "export A=1", "A=1 B=2",     "A=1;B=2", "A",          "echo A=1",
        "A[0]=1",    "if A=1",         ". /x",        "A=1 cmd",    "A=$B",        "A=`b`",   "A=\"$(c)\"", "A=(1 2)",
        "A=~",       "{ A=1",          "\xc3\xa4=1",  ";A=1",       "A=1 \\\nB=2", "\"A\"=1", "A\\B=1",     "'A=1'"})
    EXPECT_EQ(Read(text), std::nullopt) << text;
}

TEST(AssignmentsTest, AQuoteThatIsNeverClosedIsRefusedWithItsLine) {
  EXPECT_EQ(Refusal("A=1\nB='x\nC=3\n"), "/f:2: B: the quote ' is never closed");
  EXPECT_EQ(Refusal("A=1\n\nB=\"x\\\""), "/f:3: B: the quote \" is never closed");
  EXPECT_EQ(Refusal("A=\"x'\""), "");
}

TEST(AssignmentsTest, QuotesInsideASubstitutionAreTheShellsBusiness) {
  EXPECT_EQ(Read("A=\"$(echo \"it's\")\"\n"), std::nullopt);
  EXPECT_EQ(Read("A=\"`echo \"it's\"`\"\n"), std::nullopt);
  EXPECT_EQ(Read("A=\"${B:-\"it's\"}\"\n"), std::nullopt);
}

TEST(AssignmentsTest, WhatNoShellReadsIsRefused) {
  EXPECT_NE(Refusal("A=\0"sv), "");
  EXPECT_NE(Refusal("A=1\r\n"), "");
  EXPECT_NE(Refusal("\xef\xbb\xbf"
                    "A=1"),
            "");
  EXPECT_NE(Refusal("echo\nA=1\r\n"), "") << "also when a shell would have to read it";
}

}  // namespace
}  // namespace kexec_helper
