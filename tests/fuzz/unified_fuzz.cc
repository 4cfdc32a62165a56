// libFuzzer target: any bytes as an EFI program, of a file that is as long as the last 8 of them say. What is accepted
// as a unified image must lie within the file.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <string>
#include <vector>

#include "image/unified_image.h"
#include "sys/error.h"

namespace {

using kexec_helper::FileSlice;

void Require(bool condition) {
  if (!condition) std::abort();
}

void Read(const std::string& content, uint64_t size) {
  constexpr uint64_t kMaxRead = 1 << 20;
  auto read = [&](FileSlice slice) {
    Require(slice.size <= kMaxRead);
    return slice.offset < content.size() ? content.substr(slice.offset, slice.size) : "";
  };
  try {
    auto image = kexec_helper::ReadUnifiedImage("/u.efi", read, size);
    if (!image) return;
    std::vector<FileSlice> slices = image->initrds;
    slices.push_back(image->kernel);
    for (const FileSlice& slice : slices) {
      Require(slice.size > 0 && slice.offset <= size && slice.size <= size - slice.offset);
      for (const FileSlice& other : slices)
        Require(slice == other || slice.offset + slice.size <= other.offset ||
                other.offset + other.size <= slice.offset);
    }
    Require(!image->profiles.empty() && image->profiles.size() <= 256);
    for (const auto& profile : image->profiles)
      for (char c : profile.command_line) Require(static_cast<unsigned char>(c) >= ' ' && c != 0x7f);
  } catch (const kexec_helper::Error& error) {
    Require(std::string(error.what()).rfind("/u.efi: ", 0) == 0);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size < sizeof(uint64_t)) return 0;
  std::string content(reinterpret_cast<const char*>(data), size - sizeof(uint64_t));
  uint64_t file_size;
  std::memcpy(&file_size, data + content.size(), sizeof file_size);
  Read(content, content.size());
  Read(content, file_size);
  return 0;
}
