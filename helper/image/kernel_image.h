// What a kernel file is, from its headers alone.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace kexec_helper {

// An acceptable kernel image for kexec_file_load(2) on one machine.
struct KernelImage {
  std::string version;              // "6.1.0-41-amd64 (…) #1 SMP …"; "" when the image does not say (arm64)
  uint64_t command_line_limit = 0;  // most characters, without the final NUL
  bool is_signed = false;           // carries a signature; whose is not looked at
};

// How many bytes of the file's beginning CheckKernelImage looks at, at most.
inline constexpr size_t kImageHeadBytes = 64 << 10;

// Begins as a kernel does that is not a unified image: an x86 setup header, an arm64 header. Pure.
bool HasKernelHeader(std::string_view head);

// Checks the image by its first bytes and its size against what the kernel for `machine` (uname -m) accepts, and
// against truncation. x86-64: bzImage (Documentation/arch/x86/boot.rst, arch/x86/kernel/kexec-bzimage64.c); arm64:
// Image (Documentation/arch/arm64/booting.rst). Throws Error "PATH: what was found: what is accepted". Pure.
KernelImage CheckKernelImage(const std::string& path, std::string_view head, uint64_t file_size,
                             const std::string& machine);

}  // namespace kexec_helper
