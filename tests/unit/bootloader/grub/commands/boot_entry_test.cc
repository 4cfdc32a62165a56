#include "bootloader/grub/commands/boot_entry.h"

#include <gtest/gtest.h>

#include "error_of.h"

// Whole menus are held against GRUB itself (tests/grub/blscfg-*). Here is what is too odd for them.
namespace kexec_helper::grub {
namespace {

std::vector<EntryField> Fields(const std::string& text) {
  const SourceText source{text, "x.conf", {1, 2, 3, 4, 5, 6, 7, 8, 9}};
  TextReader reader(source);
  return ReadEntryFields(reader);
}

EntryFile File(const std::string& text, const std::string& name = "x.conf") {
  return {name, "/loader/entries/" + name, Fields(text)};
}

Environment Variables() {
  Environment variables;
  variables.Set("x", "1");
  variables.Set("name_2", "two words");
  return variables;
}

TEST(BootEntryTest, FieldsEndAtALineWithoutAValue) {
  std::vector<EntryField> fields = Fields("  title \t A  title \n# no key\n #nor this\nlinux /a\noptions\nlinux /b\n");
  ASSERT_EQ(fields.size(), 2u);
  EXPECT_EQ(fields[0].key, "title");
  EXPECT_EQ(fields[0].value, "A  title ");
  EXPECT_EQ(fields[1].line, 4);
  EXPECT_TRUE(Fields("\nlinux /a\n").empty());
  EXPECT_TRUE(Fields("linux \t\n").empty());
}

TEST(BootEntryTest, VariablesGetABlankAfterThem) {
  const Environment variables = Variables();
  EXPECT_EQ(ExpandField("root=a ro", variables), "root=a ro");
  EXPECT_EQ(ExpandField("ab$name_2-cd $x ef", variables), "abtwo words -cd 1 ef");
  EXPECT_EQ(ExpandField("ab ${x}cd", variables), "ab {x}cd") << "braces are not blscfg's";
  EXPECT_EQ(ExpandField("$none ab", variables), "ab");
  EXPECT_EQ(ExpandField("ab $none", variables), "ab ");
  EXPECT_EQ(ExpandField("ab $", variables), "ab ");
}

TEST(BootEntryTest, APieceOfOneCharacterIsLostAsInGrub) {
  const Environment variables = Variables();
  EXPECT_EQ(ExpandField("a", variables), std::nullopt);
  EXPECT_EQ(ExpandField("", variables), std::nullopt);
  EXPECT_EQ(ExpandField("a$name_2", variables), "two words ");
  EXPECT_EQ(ExpandField("ab $x", variables), "ab ") << "the variable at the end";
  EXPECT_EQ(ExpandField("$none$name_2", variables), std::nullopt);
}

TEST(BootEntryTest, TheNewestNameComesFirstAndNamesThatCountAsTheSameAreRefused) {
  std::vector<EntryFile> files = {File("", "a-9.conf"), File("", "a-10.conf"), File("", "b.conf")};
  SortEntryFiles(files);
  EXPECT_EQ(files[0].name, "b.conf");
  EXPECT_EQ(files[1].name, "a-10.conf");
  files = {File("", "a-1.conf"), File("", "b.conf"), File("", "a-01.conf")};
  EXPECT_NE(ErrorOf([&] { SortEntryFiles(files); }).find("its name as equal to a-"), std::string::npos);
}

TEST(BootEntryTest, TheDefaultIsAFileNameATitleOrAWholeNumber) {
  const EntryFile file = File("title A title\nlinux /a\n");
  for (const char* value : {"x.conf", "A title", "2", " 2", "0x2", "02"}) EXPECT_TRUE(IsDefaultEntry(value, file, 2));
  for (const char* value : {"", "x", "A", "2>0", "2 ", "-2", "18446744073709551618"})
    EXPECT_FALSE(IsDefaultEntry(value, file, 2)) << value;
  EXPECT_TRUE(IsDefaultEntry("-0", file, 0));
  EXPECT_TRUE(IsDefaultEntry("0x", file, 0)) << "read as 0, and nothing is left";
}

TEST(BootEntryTest, AnEntryIsAScriptThatRemembersItsLines) {
  Environment variables = Variables();
  const EntryFile file = File(
      "linux /vmlinuz-$x\ninitrd /a\noptions root=$name_2 ro\ninitrd /b\ngrub_arg one\ndevicetree /dtb\ntitle T\n");
  auto entry = MakeMenuEntry(file, variables);
  ASSERT_TRUE(entry);
  EXPECT_EQ(entry->title, "T");
  EXPECT_EQ(entry->id, "x");
  EXPECT_EQ(entry->parameters, (std::vector<std::string>{"T", "one"}));
  EXPECT_EQ(entry->body.text, "linux /vmlinuz-$x root=two words ro\ninitrd /a /b\ndevicetree /dtb\n");
  EXPECT_EQ(entry->body.lines, (std::vector<int>{1, 2, 6}));
  EXPECT_EQ(entry->body.file, "/loader/entries/x.conf");
  EXPECT_FALSE(entry->restricted);
  variables.Set("blsuki_save_default", "disable");
  EXPECT_EQ(MakeMenuEntry(file, variables)->body.text, entry->body.text);
  variables.Set("blsuki_save_default", "yes");
  EXPECT_EQ(MakeMenuEntry(file, variables)->body.text, "savedefault\n" + entry->body.text);
}

TEST(BootEntryTest, WithoutTitleTheKernelIsItAndWithoutKernelThereIsNoEntry) {
  const Environment variables = Variables();
  EXPECT_EQ(MakeMenuEntry(File("linux /a\n"), variables)->title, "/a");
  EXPECT_FALSE(MakeMenuEntry(File("title T\n"), variables));
  EXPECT_TRUE(MakeMenuEntry(File("linux /a\ngrub_users root\n"), variables)->restricted);
}

}  // namespace
}  // namespace kexec_helper::grub
