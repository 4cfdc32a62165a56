// libFuzzer target: any bytes as the beginning of a kernel or an initrd, of a file that is as long as the last 8 of
// them say. What is accepted must lie within the file.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <string>
#include <string_view>

#include "image/initrd.h"
#include "image/kernel_image.h"
#include "sys/error.h"

namespace {

void Require(bool condition) {
  if (!condition) std::abort();
}

void Kernel(std::string_view head, uint64_t size, const char* machine) {
  try {
    kexec_helper::KernelImage image = kexec_helper::CheckKernelImage("/vmlinuz", head, size, machine);
    Require(image.version.find('\0') == std::string::npos && image.version.size() <= 256);
    Require(image.command_line_limit <= UINT32_MAX);
  } catch (const kexec_helper::Error& error) {
    Require(std::string(error.what()).rfind("/vmlinuz: ", 0) == 0);
  }
}

void Initrd(std::string_view head, uint64_t size) {
  try {
    kexec_helper::CheckInitrd("/initrd.img", head.substr(0, kexec_helper::kInitrdHeadBytes), size);
    Require(size != 0);
  } catch (const kexec_helper::Error& error) {
    Require(std::string(error.what()).rfind("/initrd.img: ", 0) == 0);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size < sizeof(uint64_t)) return 0;
  std::string_view head(reinterpret_cast<const char*>(data), size - sizeof(uint64_t));
  uint64_t told;
  std::memcpy(&told, data + head.size(), sizeof told);
  for (uint64_t file_size : {static_cast<uint64_t>(head.size()), told})
    for (const char* machine : {"x86_64", "aarch64", "riscv64"}) {
      Kernel(head, file_size, machine);
      Initrd(head, file_size);
    }
  return 0;
}
