#include "bootloader/bls/entry.h"

#include <algorithm>

#include "sys/key_value_lines.h"

namespace kexec_helper::bls {

namespace {

constexpr std::string_view kBlanks = " \t";
constexpr uint64_t kMaxCounter = INT32_MAX;

// Keys of other boot loaders.
bool IsIgnored(const std::string& key) { return key == "id" || key.compare(0, 5, "grub_") == 0; }

// What starts the kernel.
bool IsDecisive(const std::string& key) {
  return key == "linux" || key == "initrd" || key == "options" || key == "efi" || key == "uki";
}

// What the menu is sorted by.
bool IsSortedBy(const std::string& key) { return key == "sort-key" || key == "machine-id" || key == "version"; }

constexpr const char* kSingleQuotes = ": releases of systemd-boot differ in what single quotes mean: remove them";

void MarkUncertain(Entry& entry, const std::string& reason) {
  if (entry.uncertainty.empty()) entry.uncertainty = reason;
}

void CheckValue(const KeyValue& line, Entry& entry) {
  if (IsSortedBy(line.key) && line.quote == '\'') entry.place_known = false;
  if (line.quote == '\'' && (IsDecisive(line.key) || IsSortedBy(line.key)))
    MarkUncertain(entry, "key " + line.key + kSingleQuotes);
  if (!IsDecisive(line.key)) return;
  bool ascii =
      std::all_of(line.value.begin(), line.value.end(), [](char c) { return (c >= ' ' && c <= '~') || c == '\t'; });
  if (!ascii)
    MarkUncertain(entry, "key " + line.key + ": has characters outside ASCII, which firmware may change: remove them");
}

std::string* TextOf(const std::string& key, Entry& entry) {
  if (key == "title") return &entry.title;
  if (key == "machine-id") return &entry.machine_id;
  if (key == "version") return &entry.version;
  if (key == "architecture") return &entry.architecture;
  return nullptr;
}

std::optional<std::string>* OptionalOf(const std::string& key, Entry& entry) {
  if (key == "sort-key") return &entry.sort_key;
  if (key == "linux") return &entry.linux_path;
  if (key == "efi") return &entry.efi_path;
  if (key == "uki") return &entry.uki_path;
  if (key == "uki-url") return &entry.uki_url;
  return nullptr;
}

// Stores the value of a known key; false for any other.
bool Store(const KeyValue& line, Entry& entry) {
  if (std::string* text = TextOf(line.key, entry)) {
    *text = line.value;
  } else if (std::optional<std::string>* value = OptionalOf(line.key, entry)) {
    *value = line.value;
  } else if (line.key == "initrd") {
    entry.initrds.push_back(line.value);
  } else if (line.key == "options") {
    entry.options = entry.options ? *entry.options + " " + line.value : line.value;
  } else {
    return false;
  }
  return true;
}

// Digits at the beginning of `text`, taken away from it; nullopt if there are none or too many.
std::optional<uint64_t> TakeNumber(std::string_view& text) {
  uint64_t number = 0;
  size_t digits = 0;
  for (; digits < text.size() && text[digits] >= '0' && text[digits] <= '9'; ++digits) {
    number = number * 10 + static_cast<uint64_t>(text[digits] - '0');
    if (number > kMaxCounter) return std::nullopt;
  }
  if (digits == 0) return std::nullopt;
  text.remove_prefix(digits);
  return number;
}

// "+LEFT[-DONE]" without the plus.
std::optional<BootCounter> ParseCounter(std::string_view text) {
  auto left = TakeNumber(text);
  if (!left) return std::nullopt;
  if (text.empty()) return BootCounter{*left, 0};
  if (text[0] != '-') return std::nullopt;
  text.remove_prefix(1);
  auto done = TakeNumber(text);
  if (!done || !text.empty()) return std::nullopt;
  return BootCounter{*left, *done};
}

}  // namespace

Entry ParseEntry(std::string_view text) {
  Entry entry;
  for (const KeyValue& line : ReadKeyValueLines(text, kBlanks)) {
    CheckValue(line, entry);
    if (Store(line, entry)) continue;
    if (line.key == "devicetree" || line.key == "devicetree-overlay" || line.key == "profile" || line.key == "extra")
      MarkUncertain(entry, "key " + line.key + ": only the boot loader can do what it says");
    else if (!IsIgnored(line.key))
      entry.notes.push_back("key " + line.key + " is unknown: ignored");
  }
  return entry;
}

LoaderConfiguration ParseLoaderConfiguration(std::string_view text) {
  LoaderConfiguration configuration;
  for (const KeyValue& line : ReadKeyValueLines(text, kBlanks)) {
    std::string value = LowerCase(line.value);
    if (!value.empty() && value[0] == '@' && value != "@saved") continue;  // as systemd-boot: reserved
    if ((line.key == "default" || line.key == "preferred") && line.quote == '\'')
      configuration.uncertainty = "loader.conf: " + line.key + kSingleQuotes;
    if (line.key == "default") configuration.default_pattern = value;
    if (line.key == "preferred") configuration.preferred_pattern = value;
  }
  return configuration;
}

std::string LowerCase(std::string text) {
  for (char& c : text)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return text;
}

bool EndsWithAnyCase(const std::string& text, const std::string& suffix) {
  return text.size() >= suffix.size() && LowerCase(text.substr(text.size() - suffix.size())) == LowerCase(suffix);
}

EntryFileName ParseEntryFileName(const std::string& name, const std::string& suffix) {
  EntryFileName result{LowerCase(name), LowerCase(name), std::nullopt};
  size_t plus = name.rfind('+');
  if (plus == std::string::npos || !EndsWithAnyCase(name, suffix) || plus + 1 > name.size() - suffix.size())
    return result;
  result.counter = ParseCounter(std::string_view(name).substr(plus + 1, name.size() - suffix.size() - plus - 1));
  if (result.counter) result.id = LowerCase(name.substr(0, plus) + suffix);
  return result;
}

}  // namespace kexec_helper::bls
