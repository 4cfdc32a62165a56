// Small files with the headers of kernels and initrds: enough for every check, nothing behind it.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace kexec_helper {

// Writes `value` little-endian into `bytes` bytes at `offset`.
inline void PutNumber(std::string& image, size_t offset, uint64_t value, size_t bytes) {
  for (size_t i = 0; i < bytes; ++i, value >>= 8) image[offset + i] = static_cast<char>(value & 0xff);
}

inline void PutText(std::string& image, size_t offset, std::string_view text) {
  image.replace(offset, text.size(), text);
}

inline constexpr size_t kFakeBzImageBytes = 1024 + 2048;

// A bzImage as Debian builds it, 64-bit and relocatable (Documentation/arch/x86/boot.rst): one setup sector besides the
// boot sector, 2048 bytes of protected-mode code that hold the payload.
inline std::string FakeBzImage(const std::string& version = "6.1.0-41-amd64 (build@host) #1 SMP") {
  std::string image(kFakeBzImageBytes, '\0');
  PutNumber(image, 0x1f1, 1, 1);          // setup_sects
  PutNumber(image, 0x1f4, 2048 / 16, 4);  // syssize
  PutNumber(image, 0x1fe, 0xaa55, 2);
  PutText(image, 0x202, "HdrS");
  PutNumber(image, 0x206, 0x20f, 2);  // protocol 2.15
  PutNumber(image, 0x20e, 0x100, 2);  // the version string lies at 0x300
  PutNumber(image, 0x211, 1, 1);      // LOADED_HIGH
  PutNumber(image, 0x236, 3, 2);      // XLF_KERNEL_64, XLF_CAN_BE_LOADED_ABOVE_4G
  PutNumber(image, 0x238, 2047, 4);   // cmdline_size
  PutNumber(image, 0x248, 512, 4);    // payload_offset
  PutNumber(image, 0x24c, 1024, 4);   // payload_length
  PutText(image, 0x300, version);
  return image;
}

inline constexpr size_t kFakePeOffset = 0x80;

// Makes it a PE32+ file with a certificate table (Microsoft PE format, optional header, data directory 4).
inline void PutSignature(std::string& image, uint64_t offset, uint64_t bytes, uint64_t pe_offset = kFakePeOffset) {
  PutText(image, 0, "MZ");
  PutNumber(image, 0x3c, pe_offset, 4);
  PutText(image, pe_offset, std::string_view("PE\0\0", 4));
  PutNumber(image, pe_offset + 24, 0x20b, 2);
  PutNumber(image, pe_offset + 24 + 112 + 32, offset, 4);
  PutNumber(image, pe_offset + 24 + 112 + 36, bytes, 4);
}

// An arm64 Image (Documentation/arch/arm64/booting.rst).
inline std::string FakeArm64Image() {
  std::string image(2048, '\0');
  PutNumber(image, 0x10, 1 << 20, 8);  // image_size, more than the file holds: it counts the BSS
  PutText(image, 0x38, "ARM\x64");
  return image;
}

// An uncompressed cpio archive's beginning.
inline std::string FakeInitrd(const std::string& content = "files") { return "070701" + content; }

// A section of an EFI program. `memory_size` 0: as long as its content.
struct FakeSection {
  std::string name;
  std::string content;
  size_t memory_size = 0;
};

inline constexpr size_t kFakeSectionTable = kFakePeOffset + 24 + 240;

// An EFI program (PE32+) of these sections, each padded to 512 bytes in the file.
inline std::string FakeEfiProgram(const std::vector<FakeSection>& sections) {
  auto align = [](size_t bytes) { return (bytes + 511) / 512 * 512; };
  std::string image(align(kFakeSectionTable + 40 * sections.size()), '\0');
  PutText(image, 0, "MZ");
  PutNumber(image, 0x3c, kFakePeOffset, 4);
  PutText(image, kFakePeOffset, std::string_view("PE\0\0", 4));
  PutNumber(image, kFakePeOffset + 4, 0x8664, 2);
  PutNumber(image, kFakePeOffset + 6, sections.size(), 2);
  PutNumber(image, kFakePeOffset + 20, 240, 2);
  PutNumber(image, kFakePeOffset + 24, 0x20b, 2);
  size_t entry = kFakeSectionTable;
  for (const FakeSection& section : sections) {
    PutText(image, entry, section.name);
    PutNumber(image, entry + 8, section.memory_size ? section.memory_size : section.content.size(), 4);
    PutNumber(image, entry + 16, align(section.content.size()), 4);
    PutNumber(image, entry + 20, image.size(), 4);
    image += section.content;
    image.resize(align(image.size()), '\0');
    entry += 40;
  }
  return image;
}

inline constexpr const char* kFakeOsRelease =
    "PRETTY_NAME=\"Debian GNU/Linux 13 (trixie)\"\nID=debian\nVERSION_ID=\"13\"\n";

// A unified kernel image as ukify builds it.
inline std::string FakeUnifiedImage(const std::string& command_line = "root=/dev/vda2 ro",
                                    const std::string& os_release = kFakeOsRelease) {
  return FakeEfiProgram({{".text", "stub"},
                         {".osrel", os_release},
                         {".cmdline", command_line},
                         {".initrd", FakeInitrd()},
                         {".linux", FakeBzImage()}});
}

}  // namespace kexec_helper
