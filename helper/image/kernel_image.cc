#include "image/kernel_image.h"

#include "sys/error.h"
#include "sys/little_endian.h"

namespace kexec_helper {

namespace {

bool Has(std::string_view head, size_t offset, std::string_view magic) {
  return head.size() >= offset + magic.size() && head.substr(offset, magic.size()) == magic;
}

bool HasX86Header(std::string_view head) { return Has(head, 0x1fe, "\x55\xaa") && Has(head, 0x202, "HdrS"); }

bool HasArm64Header(std::string_view head) { return Has(head, 0x38, "ARM\x64"); }

// What people put there by mistake.
std::string Describe(std::string_view head) {
  using namespace std::string_view_literals;
  if (Has(head, 0,
          "\x7f"
          "ELF"sv))
    return "an ELF file (vmlinux, or a program)";
  if (Has(head, 0, "\x1f\x8b"sv)) return "gzip data";
  if (Has(head, 0, "\x28\xb5\x2f\xfd"sv)) return "zstd data";
  if (Has(head, 0,
          "\xfd"
          "7zXZ"sv))
    return "xz data";
  if (Has(head, 0, "07070"sv)) return "a cpio archive (an initrd?)";
  if (HasArm64Header(head)) return "an arm64 kernel";
  if (Has(head, 4, "zimg"sv)) return "an EFI zboot image";
  if (HasX86Header(head)) return "an x86 kernel";
  if (Has(head, 0, "MZ"sv))
    return "an EFI program without a Linux boot header and, unlike a unified kernel image, without a .linux section";
  return "no known kernel format";
}

[[noreturn]] void Refuse(const std::string& path, const std::string& found, const std::string& accepted) {
  throw Error(path + ": " + found + ": " + accepted);
}

constexpr const char* kReinstall = "reinstall the kernel's package";

void CheckSize(const std::string& path, uint64_t file_size, uint64_t needed) {
  if (file_size >= needed) return;
  Refuse(path, "truncated: " + std::to_string(file_size) + " bytes, but its header requires " + std::to_string(needed),
         kReinstall);
}

// A signed image carries its signature at the very end: PE certificate table, optional header of a PE32+ file.
uint64_t EndOfSignature(std::string_view head) {
  constexpr size_t kPeOffset = 0x3c, kCertificateTable = 24 + 112 + 4 * 8;
  if (!Has(head, 0, "MZ")) return 0;
  uint64_t pe = LittleEndian(head, kPeOffset, 4);
  if (pe > head.size() || head.size() - pe < kCertificateTable + 8) return 0;
  if (!Has(head, pe, std::string_view("PE\0\0", 4)) || LittleEndian(head, pe + 24, 2) != 0x20b) return 0;
  return LittleEndian(head, pe + kCertificateTable, 4) + LittleEndian(head, pe + kCertificateTable + 4, 4);
}

std::string VersionString(std::string_view head) {
  constexpr size_t kVersionPointer = 0x20e, kSetupBase = 0x200;
  uint64_t at = LittleEndian(head, kVersionPointer, 2) + kSetupBase;
  if (at == kSetupBase || at >= head.size()) return "";
  return std::string(head.substr(at, std::min<size_t>(head.substr(at).find('\0'), 256)));
}

KernelImage CheckBzImage(const std::string& path, std::string_view head, uint64_t file_size) {
  constexpr size_t kHeaderEnd = 0x264;
  if (head.size() < kHeaderEnd || !HasX86Header(head))
    Refuse(path, Describe(head), "an x86-64 bzImage is needed (as in Debian's /boot/vmlinuz-*)");
  uint64_t protocol = LittleEndian(head, 0x206, 2);
  bool loaded_high = LittleEndian(head, 0x211, 1) & 1;
  uint64_t xloadflags = LittleEndian(head, 0x236, 2);
  constexpr uint64_t kKernel64 = 1, kAbove4G = 2;
  if (protocol < 0x20c || !loaded_high || !(xloadflags & kKernel64) || !(xloadflags & kAbove4G))
    Refuse(path, "an x86 kernel that is not 64-bit and relocatable above 4 GiB (boot protocol 2.12)",
           "use a 64-bit kernel with CONFIG_RELOCATABLE");
  uint64_t setup_sectors = LittleEndian(head, 0x1f1, 1);
  uint64_t setup_bytes = ((setup_sectors ? setup_sectors : 4) + 1) * 512;
  uint64_t system_bytes = LittleEndian(head, 0x1f4, 4) * 16;
  CheckSize(path, file_size, setup_bytes + system_bytes);
  CheckSize(path, file_size, setup_bytes + LittleEndian(head, 0x248, 4) + LittleEndian(head, 0x24c, 4));
  uint64_t signature_end = EndOfSignature(head);
  CheckSize(path, file_size, signature_end);
  // The kernel keeps 30 bytes for elfcorehdr= and counts the NUL (MAX_ELFCOREHDR_STR_LEN).
  uint64_t cmdline_size = LittleEndian(head, 0x238, 4);
  return {VersionString(head), cmdline_size > 31 ? cmdline_size - 31 : 0, signature_end != 0};
}

KernelImage CheckArm64Image(const std::string& path, std::string_view head, uint64_t file_size) {
  constexpr size_t kHeaderEnd = 64;
  constexpr uint64_t kCommandLineSize = 2048;  // arch/arm64/include/uapi/asm/setup.h
  if (head.size() < kHeaderEnd || !HasArm64Header(head))
    Refuse(path, Describe(head), "an uncompressed arm64 Image is needed");
  // image_size counts the BSS, which is not in the file; PE's section data is.
  uint64_t signature_end = EndOfSignature(head);
  CheckSize(path, file_size, signature_end);
  return {"", kCommandLineSize - 1, signature_end != 0};
}

}  // namespace

bool HasKernelHeader(std::string_view head) { return HasX86Header(head) || HasArm64Header(head); }

KernelImage CheckKernelImage(const std::string& path, std::string_view head, uint64_t file_size,
                             const std::string& machine) {
  if (file_size == 0) Refuse(path, "empty", kReinstall);
  if (machine == "x86_64") return CheckBzImage(path, head, file_size);
  if (machine == "aarch64") return CheckArm64Image(path, head, file_size);
  Refuse(path, "no kernel image format is known for " + machine, "x86_64 and aarch64 are supported");
}

}  // namespace kexec_helper
