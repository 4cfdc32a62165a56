#include "image/unified_image.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "error_of.h"
#include "fake_images.h"
#include "sys/little_endian.h"

namespace kexec_helper {
namespace {

using namespace std::string_view_literals;

std::optional<UnifiedImage> Read(const std::string& file) {
  return ReadUnifiedImage(
      "/u.efi",
      [&](FileSlice slice) { return slice.offset < file.size() ? file.substr(slice.offset, slice.size) : ""; },
      file.size());
}

std::string Refusal(const std::string& file) {
  return ErrorOf([&] { Read(file); });
}

std::string Content(const std::string& file, FileSlice slice) { return file.substr(slice.offset, slice.size); }

// Where the table's entry of section `index` has the field at `offset`.
void PutField(std::string& file, size_t index, size_t offset, uint64_t value) {
  PutNumber(file, kFakeSectionTable + 40 * index + offset, value, 4);
}

constexpr size_t kMemorySize = 8, kDataSize = 16, kDataOffset = 20;

TEST(UnifiedImageTest, ItsSections) {
  std::string file = FakeEfiProgram({{".text", "stub"},
                                     {".osrel", "ID=debian\n"},
                                     {".initrd", FakeInitrd()},
                                     {".cmdline", "root=/dev/vda2 ro"},
                                     {".ucode", "070701u"},
                                     {".linux", FakeBzImage()}});
  auto image = Read(file);
  ASSERT_TRUE(image);
  EXPECT_EQ(Content(file, image->kernel), FakeBzImage());
  ASSERT_EQ(image->initrds.size(), 2u);
  EXPECT_EQ(Content(file, image->initrds[0]), "070701u") << "the microcode first";
  EXPECT_EQ(Content(file, image->initrds[1]), FakeInitrd());
  ASSERT_EQ(image->profiles.size(), 1u);
  EXPECT_EQ(image->profiles[0].command_line, "root=/dev/vda2 ro");
  EXPECT_EQ(image->profiles[0].os_release, "ID=debian\n");
  EXPECT_FALSE(image->has_device_tree);
}

TEST(UnifiedImageTest, TwoSectionsOfOneNameAreDoubt) {
  std::string file = FakeEfiProgram({{".cmdline", "first"}, {".linux", FakeBzImage()}, {".cmdline", "second"}});
  EXPECT_EQ(Refusal(file).find("/u.efi: has two sections .cmdline"), 0u);
}

TEST(UnifiedImageTest, OtherFilesAreNone) {
  EXPECT_FALSE(Read(""));
  EXPECT_FALSE(Read("MZ"));
  EXPECT_FALSE(Read(std::string(4096, 'x')));
  EXPECT_FALSE(Read(FakeBzImage()));
  EXPECT_FALSE(Read(FakeEfiProgram({{".text", "program"}})));
  EXPECT_FALSE(Read(FakeEfiProgram({{".linux", ""}}))) << "an empty section is none";
  std::string far = FakeUnifiedImage();
  PutNumber(far, 0x3c, 0xffffffff, 4);
  EXPECT_FALSE(Read(far));
}

TEST(UnifiedImageTest, AProfileReplacesWhatItHas) {
  std::string file = FakeEfiProgram({{".osrel", "ID=debian\n"},
                                     {".cmdline", "base"},
                                     {".linux", FakeBzImage()},
                                     {".profile", "ID=main\nTITLE=\"As always\"\n"},
                                     {".cmdline", "always"},
                                     {".profile", "ID=reset"},
                                     {".cmdline", "systemd.factory_reset"}});
  auto image = Read(file);
  ASSERT_EQ(image->profiles.size(), 2u);
  EXPECT_EQ(image->profiles[0].id, "main");
  EXPECT_EQ(image->profiles[0].title, "As always");
  EXPECT_EQ(image->profiles[0].command_line, "always");
  EXPECT_EQ(image->profiles[0].os_release, "ID=debian\n");
  EXPECT_EQ(image->profiles[1].id, "reset");
  EXPECT_EQ(image->profiles[1].command_line, "systemd.factory_reset");
  EXPECT_EQ(Content(file, image->kernel), FakeBzImage());
}

TEST(UnifiedImageTest, TheKernelOfTheFirstProfileIsTheImages) {
  std::string file = FakeEfiProgram(
      {{".linux", FakeBzImage("base")}, {".profile", "ID=a"}, {".linux", FakeBzImage("a")}, {".profile", "ID=b"}});
  EXPECT_EQ(Content(file, Read(file)->kernel), FakeBzImage("a"));
}

TEST(UnifiedImageTest, ADeviceTreeIsNoticed) {
  EXPECT_TRUE(Read(FakeEfiProgram({{".linux", "k"}, {".dtb", "t"}}))->has_device_tree);
  EXPECT_TRUE(Read(FakeEfiProgram({{".linux", "k"}, {".dtbauto", "t"}}))->has_device_tree);
}

TEST(UnifiedImageTest, AFileThatEndsEarlyIsRefused) {
  std::string file = FakeUnifiedImage();
  size_t end = Read(file)->kernel.offset + FakeBzImage().size();
  EXPECT_EQ(Refusal(file.substr(0, end)), "");
  EXPECT_EQ(Refusal(file.substr(0, end - 1)), "/u.efi: truncated: " + std::to_string(end - 1) +
                                                  " bytes, and section .linux ends at " + std::to_string(end) +
                                                  ": rebuild or reinstall it");
  EXPECT_EQ(Refusal(file.substr(0, kFakeSectionTable + 60)),
            "/u.efi: truncated: the file ends within the table of its sections: rebuild or reinstall it");
  for (size_t bytes = 0; bytes < file.size(); bytes += 7) Refusal(file.substr(0, bytes));
}

TEST(UnifiedImageTest, SectionsOutsideTheFileAreRefused) {
  constexpr size_t kLinux = 4;
  for (uint64_t value : {uint64_t{0xffffffff}, uint64_t{0xfffff000}}) {
    std::string file = FakeUnifiedImage();
    PutField(file, kLinux, kDataOffset, value);
    EXPECT_NE(Refusal(file).find("truncated"), std::string::npos);
    file = FakeUnifiedImage();
    PutField(file, kLinux, kMemorySize, value);
    EXPECT_EQ(Refusal(file), "/u.efi: section .linux is longer in memory than in the file: rebuild or reinstall it");
    PutField(file, kLinux, kDataSize, value);
    EXPECT_NE(Refusal(file).find("truncated"), std::string::npos) << "4 GiB in a small file";
  }
}

TEST(UnifiedImageTest, OverlappingSectionsAreRefused) {
  std::string file = FakeUnifiedImage();
  uint64_t initrd = LittleEndian(file, kFakeSectionTable + 40 * 3 + kDataOffset, 4);
  PutField(file, 4, kDataOffset, initrd);
  EXPECT_EQ(Refusal(file), "/u.efi: its sections overlap: rebuild or reinstall it");
}

TEST(UnifiedImageTest, TextsHaveALimit) {
  EXPECT_EQ(Refusal(FakeEfiProgram({{".linux", "k"}, {".cmdline", std::string(65536, 'x')}})), "");
  EXPECT_EQ(Refusal(FakeEfiProgram({{".linux", "k"}, {".cmdline", std::string(65537, 'x')}})),
            "/u.efi: section .cmdline has more than 65536 bytes: rebuild or reinstall it");
}

TEST(UnifiedImageTest, TooManySectionsAreRefused) {
  std::string file = FakeUnifiedImage();
  PutNumber(file, kFakePeOffset + 6, 0xffff, 2);
  EXPECT_EQ(Refusal(file), "/u.efi: an EFI program of 65535 sections, more than 4096: rebuild it");
}

TEST(UnifiedImageTest, TheCommandLineIsOneLine) {
  EXPECT_EQ(StubCommandLine(" \n root=/dev/vda2\tro\nquiet \n\n"), "root=/dev/vda2 ro quiet");
  EXPECT_EQ(StubCommandLine("a\0b"sv), "a");
  EXPECT_EQ(StubCommandLine(" \n"), "");
  EXPECT_EQ(StubCommandLine(""), "");
}

}  // namespace
}  // namespace kexec_helper
