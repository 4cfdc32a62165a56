#include "image/boot_image.h"

#include <gtest/gtest.h>

#include "error_of.h"
#include "temporary_root.h"

namespace kexec_helper {
namespace {

constexpr const char* kKernel = "/boot/vmlinuz-6.1.0-41-amd64";
constexpr const char* kInitrd = "/boot/initrd.img-6.1.0-41-amd64";

KernelState X86(uint64_t memory_bytes = 0) {
  KernelState state;
  state.machine = "x86_64";
  state.memory_bytes = memory_bytes;
  return state;
}

BootImage Open(const TemporaryRoot& machine, const BootChoice& choice, const KernelState& state = X86()) {
  return OpenBootImage(machine.root(), choice, state);
}

std::string Refusal(const TemporaryRoot& machine, const BootChoice& choice, const KernelState& state = X86()) {
  return ErrorOf([&] { Open(machine, choice, state); });
}

TEST(BootImageTest, OpensWhatWasChosen) {
  TemporaryRoot machine;
  BootImage image = Open(machine, {kKernel, {kInitrd}, "root=/dev/vda2"});
  EXPECT_EQ(image.kernel_version, "6.1.0-41-amd64");
  EXPECT_EQ(image.command_line, "root=/dev/vda2");
  EXPECT_EQ(ReadDescriptor(image.kernel.fd.get(), kKernel, 1 << 20), FakeBzImage());
  ASSERT_EQ(image.initrds.size(), 1u);
  EXPECT_EQ(image.initrds[0].path, kInitrd);
  EXPECT_EQ(image.initrds[0].size, FakeInitrd().size());
}

TEST(BootImageTest, WhatWasCheckedIsWhatIsLoaded) {
  TemporaryRoot machine;
  BootImage image = Open(machine, {kKernel, {kInitrd}, "x"});
  machine.Delete(kKernel);
  machine.Delete(kInitrd);
  machine.Write(kKernel, "something else");
  machine.Write(kInitrd, "something else");
  LoadableImage loadable = MakeLoadable(std::move(image));
  EXPECT_EQ(ReadDescriptor(loadable.request.kernel_fd, "kernel", 1 << 20), FakeBzImage());
  EXPECT_EQ(ReadDescriptor(loadable.request.initrd_fd, "initrd", 1 << 20), FakeInitrd());
  EXPECT_EQ(loadable.request.command_line, "x");
  EXPECT_EQ(loadable.request.kernel_fd, loadable.kernel.get());
  EXPECT_EQ(loadable.request.initrd_fd, loadable.initrd.get());
}

TEST(BootImageTest, NoInitrdIsNoDescriptor) {
  TemporaryRoot machine;
  EXPECT_EQ(MakeLoadable(Open(machine, {kKernel, {}, ""})).request.initrd_fd, -1);
}

TEST(BootImageTest, MissingFilesAreNamed) {
  TemporaryRoot machine;
  EXPECT_EQ(Refusal(machine, {"/boot/none", {}, ""}), "/boot/none: No such file or directory");
  EXPECT_EQ(Refusal(machine, {kKernel, {kInitrd, "/boot/none"}, ""}), "/boot/none: No such file or directory");
}

TEST(BootImageTest, OnlyRegularFilesAreOpened) {
  TemporaryRoot machine;
  machine.MakeFifo("/boot/fifo");
  for (auto [path, reason] : {std::pair("/boot/fifo", "not a regular file"), std::pair("/boot", "Is a directory")}) {
    std::string refusal = std::string(path) + ": " + reason;
    EXPECT_EQ(Refusal(machine, {path, {}, ""}), refusal);
    EXPECT_EQ(Refusal(machine, {kKernel, {path}, ""}), refusal);
  }
}

TEST(BootImageTest, EveryFileIsChecked) {
  TemporaryRoot machine;
  machine.Write("/boot/bad", "<html>");
  EXPECT_NE(Refusal(machine, {"/boot/bad", {}, ""}), "");
  EXPECT_NE(Refusal(machine, {kKernel, {kInitrd, "/boot/bad"}, ""}), "");
  machine.Write("/boot/bad", "");
  EXPECT_NE(Refusal(machine, {"/boot/bad", {}, ""}), "");
  EXPECT_NE(Refusal(machine, {kKernel, {"/boot/bad"}, ""}), "");
}

TEST(BootImageTest, TheCommandLineMayHave2016Characters) {
  TemporaryRoot machine;
  EXPECT_EQ(Refusal(machine, {kKernel, {}, std::string(2016, 'x')}), "");
  EXPECT_EQ(Refusal(machine, {kKernel, {}, std::string(2017, 'x')}),
            "command line: 2017 characters where the new kernel takes 2016: shorten it");
}

TEST(BootImageTest, TheCommandLineIsOneLine) {
  TemporaryRoot machine;
  EXPECT_EQ(Refusal(machine, {kKernel, {}, "a\nb"}), "command line: contains a line break: remove it");
  EXPECT_EQ(Refusal(machine, {kKernel, {}, "a\r"}), "command line: contains a line break: remove it");
  EXPECT_EQ(Refusal(machine, {kKernel, {}, std::string("a\0b", 3)}), "command line: contains a NUL byte: remove it");
  EXPECT_EQ(Refusal(machine, {kKernel, {}, "\xff\xfe \"q\" 'q' \\"}), "");
}

TEST(BootImageTest, WhatALoadTakesOfTheFreeMemory) {
  TemporaryRoot machine;
  auto shortage = [&](const BootChoice& choice, const KernelState& state) {
    return MemoryShortage(OpenBootImage(machine.root(), choice, state), state);
  };
  uint64_t kernel = FakeBzImage().size(), initrd = FakeInitrd().size();
  KernelState state = X86();
  state.available_bytes = 2 * (kernel + initrd);
  EXPECT_EQ(shortage({kKernel, {kInitrd}, ""}, state), "");
  // Joined, they are in memory a third time.
  EXPECT_NE(shortage({kKernel, {kInitrd, kInitrd}, ""}, state).find("are free"), std::string::npos);
  state.available_bytes = 2 * (kernel + initrd) - 1;
  EXPECT_NE(shortage({kKernel, {kInitrd}, ""}, state).find("are free"), std::string::npos);
}

TEST(BootImageTest, MoreThanHalfOfTheMemoryIsRefused) {
  TemporaryRoot machine;
  uint64_t total = FakeBzImage().size() + FakeInitrd().size();
  EXPECT_EQ(Refusal(machine, {kKernel, {kInitrd}, ""}, X86(2 * total)), "");
  EXPECT_NE(Refusal(machine, {kKernel, {kInitrd}, ""}, X86(2 * total - 2)).find("more than half of the memory"),
            std::string::npos);
  EXPECT_EQ(Refusal(machine, {kKernel, {}, ""}, X86(2 * total - 2)), "");
}

constexpr const char* kUnified = "/efi/EFI/Linux/debian.efi";

std::string Loaded(int fd) {
  ::lseek(fd, 0, SEEK_SET);
  return ReadDescriptor(fd, "loaded", 1 << 20);
}

TEST(BootImageTest, OfAUnifiedImageTheKernelAndItsInitrdsAreLoaded) {
  TemporaryRoot machine;
  machine.Write(kUnified, FakeEfiProgram({{".linux", FakeBzImage("6.12.9 (x)")},
                                          {".initrd", FakeInitrd("main!")},
                                          {".ucode", FakeInitrd("u")},
                                          {".cmdline", "root=/dev/vda2 ro\n"}}));
  BootImage image = Open(machine, {kUnified, {}, "root=/dev/vda2 ro", "root=/dev/vda2 ro"});
  EXPECT_EQ(image.kernel_version, "6.12.9");
  machine.Delete(kUnified);
  LoadableImage loadable = MakeLoadable(std::move(image));
  EXPECT_EQ(Loaded(loadable.request.kernel_fd), FakeBzImage("6.12.9 (x)"));
  EXPECT_EQ(Loaded(loadable.request.initrd_fd), FakeInitrd("u") + std::string("\0", 1) + FakeInitrd("main!"));
  EXPECT_EQ(loadable.request.command_line, "root=/dev/vda2 ro");
}

TEST(BootImageTest, AUnifiedImageWithoutInitrdTakesTheChosenOne) {
  TemporaryRoot machine;
  machine.Write(kUnified, FakeEfiProgram({{".linux", FakeBzImage()}}));
  LoadableImage loadable = MakeLoadable(Open(machine, {kUnified, {kInitrd}, "x"}));
  EXPECT_EQ(Loaded(loadable.request.initrd_fd), FakeInitrd());
  machine.Write(kUnified, FakeUnifiedImage());
  EXPECT_EQ(Refusal(machine, {kUnified, {kInitrd}, "x"}),
            std::string(kUnified) + ": is a unified kernel image with an initrd of its own: set INITRD=\"\"");
}

TEST(BootImageTest, AUnifiedImageThatChangedInBetweenIsRefused) {
  TemporaryRoot machine;
  machine.Write(kUnified, FakeUnifiedImage("root=/dev/vda3 ro"));
  EXPECT_EQ(Refusal(machine, {kUnified, {}, "root=/dev/vda2 ro", "root=/dev/vda2 ro"}),
            std::string(kUnified) + ": its command line has changed while it was read: try again");
  EXPECT_EQ(Refusal(machine, {kUnified, {}, "root=/dev/vda2 ro"}), "") << "the administrator's own line";
}

TEST(BootImageTest, TheKernelInsideAUnifiedImageIsTheOneThatMustBeSigned) {
  TemporaryRoot machine;
  std::string kernel = FakeBzImage();
  std::string signed_outside = FakeUnifiedImage();
  PutSignature(signed_outside, 512, 8);
  machine.Write(kUnified, signed_outside);
  EXPECT_FALSE(Open(machine, {kUnified, {}, ""}).is_signed);
  PutSignature(kernel, kFakeBzImageBytes, 16);
  machine.Write(kUnified, FakeEfiProgram({{".linux", kernel + std::string(16, 's')}}));
  EXPECT_TRUE(Open(machine, {kUnified, {}, ""}).is_signed);
}

TEST(BootImageTest, WhatIsInAUnifiedImageIsChecked) {
  TemporaryRoot machine;
  machine.Write(kUnified, FakeEfiProgram({{".linux", "\x1f\x8b" + std::string(1000, 'z')}}));
  EXPECT_EQ(Refusal(machine, {kUnified, {}, ""}),
            std::string(kUnified) +
                ": section .linux: gzip data: an x86-64 bzImage is needed (as in Debian's "
                "/boot/vmlinuz-*)");
  machine.Write(kUnified, FakeEfiProgram({{".linux", FakeBzImage()}, {".initrd", "<html>"}}));
  EXPECT_NE(Refusal(machine, {kUnified, {}, ""}).find("neither a cpio archive"), std::string::npos);
  machine.Write(kUnified, FakeEfiProgram({{".linux", FakeBzImage()}, {".dtb", "tree"}}));
  EXPECT_NE(Refusal(machine, {kUnified, {}, ""}).find("has a .dtb section"), std::string::npos);
  machine.Write(kUnified, FakeEfiProgram({{".text", "program"}}));
  EXPECT_NE(Refusal(machine, {kUnified, {}, ""}).find("unlike a unified kernel image, without a .linux section"),
            std::string::npos);
}

TEST(BootImageTest, TakingAUnifiedImageApartNeedsMemory) {
  TemporaryRoot machine;
  machine.Write(kUnified, FakeUnifiedImage());
  uint64_t image = FakeBzImage().size() + FakeInitrd().size();
  KernelState state = X86();
  BootImage opened = OpenBootImage(machine.root(), {kUnified, {}, ""}, state);
  state.available_bytes = 3 * image;
  EXPECT_EQ(MemoryShortage(opened, state), "");
  state.available_bytes = 3 * image - 1;
  EXPECT_NE(MemoryShortage(opened, state).find("are free"), std::string::npos);
}

}  // namespace
}  // namespace kexec_helper
