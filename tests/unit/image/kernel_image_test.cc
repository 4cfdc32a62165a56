#include "image/kernel_image.h"

#include <gtest/gtest.h>

#include "error_of.h"
#include "fake_images.h"

namespace kexec_helper {
namespace {

using namespace std::string_view_literals;

KernelImage Check(const std::string& image, const std::string& machine = "x86_64") {
  return CheckKernelImage("/boot/k", image, image.size(), machine);
}

std::string Refusal(const std::string& image, const std::string& machine = "x86_64") {
  return ErrorOf([&] { Check(image, machine); });
}

// The head of a file of 4 KiB that begins with `magic`.
std::string Beginning(std::string_view magic, size_t offset = 0) {
  std::string image(4096, '\0');
  PutText(image, offset, magic);
  return image;
}

TEST(KernelImageTest, ABzImage) {
  KernelImage image = Check(FakeBzImage("6.1.0-41-amd64 (debian-kernel@lists.debian.org) #1 SMP"));
  EXPECT_EQ(image.version, "6.1.0-41-amd64 (debian-kernel@lists.debian.org) #1 SMP");
  EXPECT_EQ(image.command_line_limit, 2016u);  // cmdline_size 2047 less 30 less the NUL
}

TEST(KernelImageTest, TheCommandLineLimitIsTheImagesOwn) {
  std::string image = FakeBzImage();
  PutNumber(image, 0x238, 255, 4);
  EXPECT_EQ(Check(image).command_line_limit, 224u);
  PutNumber(image, 0x238, 31, 4);
  EXPECT_EQ(Check(image).command_line_limit, 0u);
  PutNumber(image, 0x238, 0, 4);
  EXPECT_EQ(Check(image).command_line_limit, 0u);
}

TEST(KernelImageTest, AVersionThatIsNotThereIsEmpty) {
  std::string image = FakeBzImage();
  PutNumber(image, 0x20e, 0, 2);
  EXPECT_EQ(Check(image).version, "");
  PutNumber(image, 0x20e, 0xffff, 2);
  EXPECT_EQ(Check(image).version, "");
}

TEST(KernelImageTest, AVersionWithoutEndIsCut) {
  EXPECT_EQ(Check(FakeBzImage(std::string(1000, 'v'))).version, std::string(256, 'v'));
}

TEST(KernelImageTest, WhatIsNoBzImageIsNamed) {
  EXPECT_EQ(
      Refusal(Beginning("\x7f"
                        "ELF")),
      "/boot/k: an ELF file (vmlinux, or a program): an x86-64 bzImage is needed (as in Debian's /boot/vmlinuz-*)");
  struct {
    std::string image;
    const char* found;
  } const rows[] = {
      {Beginning("\x1f\x8b"), "gzip data"},
      {Beginning("\x28\xb5\x2f\xfd"), "zstd data"},
      {Beginning("\xfd"
                 "7zXZ"),
       "xz data"},
      {Beginning("070701"), "a cpio archive (an initrd?)"},
      {FakeArm64Image(), "an arm64 kernel"},
      {Beginning("MZ\0\0zimg"sv), "an EFI zboot image"},
      {Beginning("MZ"),
       "an EFI program without a Linux boot header and, unlike a unified kernel image, without a .linux section"},
      {Beginning(""), "no known kernel format"},
      {"#!/bin/sh\n", "no known kernel format"},
  };
  for (const auto& row : rows)
    EXPECT_EQ(Refusal(row.image).find(std::string("/boot/k: ") + row.found + ": an x86-64 bzImage"), 0u)
        << row.found << " / " << Refusal(row.image);
}

TEST(KernelImageTest, AnEmptyFile) { EXPECT_EQ(Refusal(""), "/boot/k: empty: reinstall the kernel's package"); }

TEST(KernelImageTest, AHeaderCutShortIsRefused) {
  std::string image = FakeBzImage();
  for (size_t bytes : {1UL, 0x1ffUL, 0x202UL, 0x206UL, 0x250UL, 0x263UL})
    EXPECT_NE(Refusal(image.substr(0, bytes)), "") << bytes;
}

TEST(KernelImageTest, BothMagicsAreNeeded) {
  std::string image = FakeBzImage();
  PutNumber(image, 0x1fe, 0, 2);
  EXPECT_NE(Refusal(image), "");
  image = FakeBzImage();
  PutText(image, 0x202, "HdrX");
  EXPECT_NE(Refusal(image), "");
}

TEST(KernelImageTest, A32BitOrOldOrUnrelocatableKernelIsRefused) {
  struct {
    size_t offset;
    uint64_t value;
    size_t bytes;
  } const rows[] = {{0x206, 0x20b, 2}, {0x211, 0, 1}, {0x236, 0, 2}, {0x236, 1, 2}, {0x236, 2, 2}};
  for (const auto& row : rows) {
    std::string image = FakeBzImage();
    PutNumber(image, row.offset, row.value, row.bytes);
    EXPECT_NE(Refusal(image).find("not 64-bit and relocatable"), std::string::npos) << row.offset << " " << row.value;
  }
  std::string oldest = FakeBzImage();
  PutNumber(oldest, 0x206, 0x20c, 2);
  EXPECT_EQ(Refusal(oldest), "");
}

TEST(KernelImageTest, AFileThatEndsEarlyIsRefused) {
  std::string image = FakeBzImage();
  EXPECT_EQ(Refusal(image.substr(0, image.size() - 1)),
            "/boot/k: truncated: 3071 bytes, but its header requires 3072: reinstall the kernel's package");
  PutNumber(image, 0x1f4, 0, 4);  // no syssize: the payload still tells
  EXPECT_EQ(Refusal(image.substr(0, 1024 + 512 + 1024)), "");
  EXPECT_NE(Refusal(image.substr(0, 1024 + 512 + 1023)), "");
}

TEST(KernelImageTest, NoSetupSectorsMeansFour) {
  std::string image = FakeBzImage();
  PutNumber(image, 0x1f1, 0, 1);
  EXPECT_NE(Refusal(image), "");
  image.resize(5 * 512 + 2048);
  EXPECT_EQ(Refusal(image), "");
}

TEST(KernelImageTest, TheSignatureAtTheEndBelongsToTheFile) {
  std::string image = FakeBzImage();
  PutSignature(image, kFakeBzImageBytes, 1400);
  EXPECT_NE(Refusal(image), "");
  image.resize(kFakeBzImageBytes + 1399);
  EXPECT_EQ(Refusal(image),
            "/boot/k: truncated: 4471 bytes, but its header requires 4472: reinstall the kernel's package");
  image.resize(kFakeBzImageBytes + 1400);
  EXPECT_EQ(Refusal(image), "");
}

TEST(KernelImageTest, APeHeaderOutsideTheHeadIsNotLookedFor) {
  std::string image = FakeBzImage();
  PutText(image, 0, "MZ");
  for (uint64_t offset : {uint64_t{0xffffffff}, uint64_t{kFakeBzImageBytes}, uint64_t{kFakeBzImageBytes - 4}}) {
    PutNumber(image, 0x3c, offset, 4);
    EXPECT_EQ(Refusal(image), "") << offset;
  }
}

TEST(KernelImageTest, OnlyPe32PlusHasItsTableThere) {
  std::string image = FakeBzImage();
  PutSignature(image, kFakeBzImageBytes, 1400);
  PutNumber(image, kFakePeOffset + 24, 0x10b, 2);
  EXPECT_EQ(Refusal(image), "");
}

TEST(KernelImageTest, AnArm64Image) {
  KernelImage image = Check(FakeArm64Image(), "aarch64");
  EXPECT_EQ(image.version, "");
  EXPECT_EQ(image.command_line_limit, 2047u);
}

TEST(KernelImageTest, OnArm64NothingElseWillDo) {
  EXPECT_EQ(Refusal(FakeBzImage(), "aarch64"), "/boot/k: an x86 kernel: an uncompressed arm64 Image is needed");
  EXPECT_EQ(Refusal(Beginning("\x1f\x8b"), "aarch64"), "/boot/k: gzip data: an uncompressed arm64 Image is needed");
  EXPECT_NE(Refusal(FakeArm64Image().substr(0, 0x3b), "aarch64"), "");
  std::string image = FakeArm64Image();
  PutSignature(image, 2048, 100, 0x100);
  EXPECT_NE(Refusal(image, "aarch64").find("truncated: 2048 bytes, but its header requires 2148"), std::string::npos);
}

TEST(KernelImageTest, OtherMachinesAreNotSupported) {
  EXPECT_NE(Refusal(FakeBzImage(), "riscv64").find("no kernel image format is known for riscv64"), std::string::npos);
  EXPECT_NE(Refusal(FakeBzImage(), ""), "");
}

}  // namespace
}  // namespace kexec_helper
