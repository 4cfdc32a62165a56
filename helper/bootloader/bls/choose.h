// Which entry of the menu systemd-boot boots when nobody touches the keyboard.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "bootloader/bls/menu_entry.h"

namespace kexec_helper::bls {

// What has been asked of the boot loader, as patterns for ids; "" where nothing has.
struct Requests {
  std::string one_shot;            // EFI variable LoaderEntryOneShot
  std::string preferred;           // LoaderEntryPreferred, from systemd 260 on
  std::string default_entry;       // LoaderEntryDefault
  std::string last_booted;         // LoaderEntryLastBooted, which @saved stands for
  LoaderConfiguration configured;  // loader.conf
};

struct Chosen {
  std::optional<size_t> index;  // of the entry
  std::string automatic;        // instead: one of the boot loader's own entries, "auto-windows"
  std::string why;
  bool saves = false;  // booting it would make it the saved entry, which it is not yet
};

// The first of the requests that an entry matches, one-shot before preferred before default and EFI variables before
// loader.conf; else the first entry. `entries` are in the menu's order. Pure.
Chosen Choose(const MenuEntries& entries, const Requests& requests);

// True when a pattern with * ? [a-z] and \ matches the whole id (efi_fnmatch of systemd-boot). Pure.
bool MatchesPattern(std::string_view pattern, std::string_view id);

}  // namespace kexec_helper::bls
