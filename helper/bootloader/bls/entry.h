// Boot entries as text: type 1 of the Boot Loader Specification (UAPI.1), and loader.conf(5).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace kexec_helper::bls {

// What an entry file says. Later lines replace earlier ones; initrd lines add up, options lines are joined by a blank.
// Paths are as written, relative to the partition of the file.
struct Entry {
  std::string title;
  std::optional<std::string> sort_key;
  std::string machine_id;
  std::string version;
  std::string architecture;
  std::optional<std::string> linux_path;
  std::optional<std::string> efi_path;
  std::optional<std::string> uki_path;
  std::optional<std::string> uki_url;
  std::vector<std::string> initrds;
  std::optional<std::string> options;
  std::vector<std::string> notes;  // lines that are passed over
  std::string uncertainty;         // why what it starts is not certain; "" if it is
  bool place_known = true;         // false when that makes its place in the menu uncertain, too
};

// Reads an entry as systemd-boot does (ReadKeyValueLines). Pure.
Entry ParseEntry(std::string_view text);

// What loader.conf(5) says about the default; "" if nothing.
struct LoaderConfiguration {
  std::string default_pattern;
  std::string preferred_pattern;
  std::string uncertainty = "";  // why what it asks for is not certain; "" if it is
};
LoaderConfiguration ParseLoaderConfiguration(std::string_view text);

// A boot counter in a file's name (systemd.io/AUTOMATIC_BOOT_ASSESSMENT).
struct BootCounter {
  uint64_t left = 0;
  uint64_t done = 0;

  friend bool operator==(const BootCounter&, const BootCounter&) = default;
};

// The name of an entry file, "Debian-6.12+2-1.conf".
struct EntryFileName {
  std::string id;       // in lower case, without the counter: "debian-6.12.conf"
  std::string full_id;  // with it, as systemd-boot up to 253 calls the entry
  std::optional<BootCounter> counter;
};

// Takes a name that ends in `suffix` (".conf", ".efi", in any case) apart. Pure.
EntryFileName ParseEntryFileName(const std::string& name, const std::string& suffix);

// ASCII letters in lower case; ends in `suffix` in any case.
std::string LowerCase(std::string text);
bool EndsWithAnyCase(const std::string& text, const std::string& suffix);

}  // namespace kexec_helper::bls
