// What the boot loader was asked for before a kexec, so that one that fails ends in the kernel that worked.
#pragma once

#include <optional>
#include <string>

#include "bootloader/boot_loader.h"
#include "sys/root.h"

namespace kexec_helper {

inline constexpr const char* kFallbackRecord = "/var/lib/kexec-helper/fallback.json";

struct FallbackRecord {
  std::string loader;  // "GRUB"
  std::string entry;   // its title
  RequestPlace request;
  std::string boot_id;  // of the boot that made it
};

// nullopt when it is missing or corrupt.
std::optional<FallbackRecord> ReadFallback(const Root& root);

// Throws SystemError.
void WriteFallback(const Root& root, const FallbackRecord& record);

}  // namespace kexec_helper
