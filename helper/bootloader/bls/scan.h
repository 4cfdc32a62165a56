// The entries that systemd-boot finds on its partitions.
#pragma once

#include <string>
#include <vector>

#include "bootloader/bls/menu_entry.h"
#include "bootloader/bls/partitions.h"
#include "sys/root.h"

namespace kexec_helper::bls {

// The boot loader that reads the entries.
struct LoaderTraits {
  std::string architecture;  // as entries name it: "x64", "aa64"
  int version = 0;           // of systemd-boot; 0: not known
  size_t max_entries = 32766;
};

struct Scan {
  MenuEntries entries;  // in the menu's order
  LoaderConfiguration configuration;
  std::vector<std::string> files;  // that were read and are not an entry's own
  std::vector<std::string> notes;  // about files that are no entries
};

// Reads EFI/Linux/*.efi and loader/entries/*.conf of each partition, and loader.conf of the first. Entries for other
// machines and those whose kernel is missing are left out, as the boot loader does. What is wrong with one file is that
// entry's doubt. Throws Error when a partition cannot be read at all.
Scan ScanPartitions(const Root& root, const std::vector<Partition>& partitions, const LoaderTraits& loader);

}  // namespace kexec_helper::bls
