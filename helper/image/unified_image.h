// Unified kernel images: an EFI program that carries a kernel, its initrd and its command line as sections (UAPI.5
// Unified Kernel Image specification; systemd-stub(7)).
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "image/pe.h"
#include "sys/root.h"

namespace kexec_helper {

// One way to boot the image; one without .profile sections has a single one.
struct UnifiedProfile {
  std::string id;            // of its .profile section; "" if it has none
  std::string title;         // likewise
  std::string os_release;    // text of .osrel; "" without one
  std::string command_line;  // .cmdline as systemd-stub passes it to the kernel
};

struct UnifiedImage {
  // Of the first profile, which boots unless the boot loader asks for another one.
  FileSlice kernel;                // .linux
  std::vector<FileSlice> initrds;  // .ucode, then .initrd
  bool has_device_tree = false;    // .dtb or .dtbauto
  std::vector<UnifiedProfile> profiles;
};

// What the image holds; nullopt if the file is no PE file or has no .linux section. Every slice lies within the file
// and overlaps no other. Throws Error "PATH: what: remedy" for an image that is cut off or otherwise damaged. Pure but
// for `read`.
std::optional<UnifiedImage> ReadUnifiedImage(const std::string& path, const ReadSlice& read, uint64_t file_size);

// The same of an opened file; nullopt also for a kernel by itself.
std::optional<UnifiedImage> FindUnifiedImage(const std::string& path, const RegularFile& file);

// Why a kexec cannot start an image that brings a device tree.
std::string DeviceTreeProblem(const std::string& path);

// A command line as systemd-stub takes it from a section: up to a NUL, control characters are blanks, none at either
// end. Pure.
std::string StubCommandLine(std::string_view section);

}  // namespace kexec_helper
