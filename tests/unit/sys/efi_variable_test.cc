#include "sys/efi_variable.h"

#include <gtest/gtest.h>

#include "error_of.h"
#include "temporary_root.h"

namespace kexec_helper {
namespace {

using namespace std::string_view_literals;

constexpr const char* kName = "LoaderEntryOneShot-4a67b082-0a4c-41cf-b6c7-440b29bb8c4f";

class EfiVariableTest : public testing::Test {
 protected:
  void Set(const std::string& bytes) { machine.Write(EfiVariablePath(kName), bytes); }

  TemporaryRoot machine;
};

TEST_F(EfiVariableTest, TheValueComesWithoutItsAttributes) {
  EXPECT_EQ(ReadEfiVariable(machine.root(), kName), std::nullopt);
  Set({"\x07\0\0\0ab", 6});
  EXPECT_EQ(ReadEfiVariable(machine.root(), kName), "ab");
  Set({"\x07\0\0\0", 4});
  EXPECT_EQ(ReadEfiVariable(machine.root(), kName), "");
}

TEST_F(EfiVariableTest, OneWithoutAttributesIsAnError) {
  Set("\x07");
  EXPECT_EQ(ErrorOf([&] { ReadEfiVariable(machine.root(), kName); }),
            std::string("EFI variable ") + kName + ": has no attributes: it is damaged");
}

TEST_F(EfiVariableTest, TextIsUtf16) {
  EXPECT_EQ(ReadEfiText(machine.root(), kName), std::nullopt);
  Set({"\x07\0\0\0d\0e\0\0\0", 10});
  EXPECT_EQ(ReadEfiText(machine.root(), kName), "de");
  Set({"\x07\0\0\0d\0e\0\0", 9});
  EXPECT_EQ(ErrorOf([&] { ReadEfiText(machine.root(), kName); }),
            std::string("EFI variable ") + kName + ": is not UTF-16 text (5 bytes)");
}

TEST(Utf16Test, EveryLengthOfUtf8) {
  EXPECT_EQ(DecodeUtf16(""), "");
  EXPECT_EQ(DecodeUtf16("a\0\xe9\0\xac\x20"sv), "a\u00e9\u20ac");
  EXPECT_EQ(DecodeUtf16("\x3d\xd8\x00\xde"sv), "\U0001f600");
  EXPECT_EQ(DecodeUtf16("a\0\0\0b\0"sv), "a") << "a NUL ends it";
}

TEST(Utf16Test, HalvesAreNoText) {
  for (std::string_view bytes : {"a"sv, "a\0b"sv, "\x3d\xd8"sv, "\x3d\xd8z\0"sv, "\x00\xde"sv})
    EXPECT_EQ(DecodeUtf16(bytes), std::nullopt);
}

TEST_F(EfiVariableTest, RemovalIsOfThatVariable) {
  EXPECT_FALSE(RemoveEfiVariable(machine.root(), kName));
  Set("\x07");
  machine.Write(EfiVariablePath("Other"), "x");
  EXPECT_TRUE(RemoveEfiVariable(machine.root(), kName));
  EXPECT_FALSE(machine.Has(EfiVariablePath(kName)));
  EXPECT_TRUE(machine.Has(EfiVariablePath("Other")));
}

TEST_F(EfiVariableTest, WhatIsWrittenIsRead) {
  machine.MakeDirectory(kEfiVariables);
  for (std::string text : {"debian.conf", "", "\u00e4\u20ac\U0001f600"}) {
    WriteEfiVariable(machine.root(), kName, EncodeUtf16(text));
    EXPECT_EQ(ReadEfiText(machine.root(), kName), text);
  }
  EXPECT_EQ(EncodeUtf16("a"), std::string("a\0\0\0", 4));
  machine.Delete("/sys/firmware");
  EXPECT_EQ(ErrorOf([&] { WriteEfiVariable(machine.root(), kName, "x"); }),
            EfiVariablePath(kName) + ": No such file or directory");
}

}  // namespace
}  // namespace kexec_helper
