#include "bootloader/bls/choose.h"

#include <algorithm>
#include <array>

namespace kexec_helper::bls {

namespace {

// After the files' entries, in this order (systemd-boot(7)). Which of them this machine has is not looked at: none of
// them is Linux.
constexpr std::array kAutomatic = {
    "auto-osx",      "auto-windows", "auto-efi-shell", "auto-efi-default", "auto-reboot-to-firmware-setup",
    "auto-poweroff", "auto-reboot",
};

// One element of a pattern, "*" excluded, against one character; takes the element away. False for no match or a set
// that does not end.
bool TakeElement(std::string_view& pattern, char c) {
  if (pattern.empty()) return false;
  char first = pattern[0];
  pattern.remove_prefix(1);
  if (first == '?') return true;
  if (first == '\\') {
    if (pattern.empty()) return false;
    first = pattern[0];
    pattern.remove_prefix(1);
    return first == c;
  }
  if (first != '[') return first == c;
  bool matched = false;
  bool can_begin_range = false;
  char previous = '\0';
  for (bool at_start = true;; at_start = false) {
    if (pattern.empty()) return false;
    char here = pattern[0];
    pattern.remove_prefix(1);
    if (here == ']' && !at_start) return matched;
    bool range = here == '-' && can_begin_range && !pattern.empty() && pattern[0] != ']';
    bool escaped = here == '\\' || (range && pattern[0] == '\\');
    if (range && escaped) pattern.remove_prefix(1);
    if (escaped || range) {
      if (pattern.empty()) return false;
      here = pattern[0];
      pattern.remove_prefix(1);
    }
    matched = matched || (range ? previous <= c && c <= here : here == c);
    previous = here;
    can_begin_range = !range;  // [a-c-f] is [-abcf]
  }
}

const char* Automatic(const std::string& pattern) {
  auto found =
      std::find_if(kAutomatic.begin(), kAutomatic.end(), [&](const char* id) { return MatchesPattern(pattern, id); });
  return found == kAutomatic.end() ? nullptr : *found;
}

class Chooser {
 public:
  Chooser(const MenuEntries& entries, const Requests& requests) : entries_(entries), requests_(requests) {}

  Chosen Run() {
    if (Try(requests_.one_shot, "EFI variable LoaderEntryOneShot (for one boot)", Exhausted::kTaken)) return chosen_;
    if (!TryLasting() && !entries_.empty()) chosen_ = {0, "", "the first entry", false};
    bool saving = SavedByVariable() || (requests_.default_entry.empty() && SavedByFile());
    chosen_.saves = saving && chosen_.index && IdOf(entries_[*chosen_.index]) != requests_.last_booted;
    return chosen_;
  }

 private:
  enum class Exhausted { kTaken, kSkipped };

  bool SavedByVariable() const { return requests_.default_entry == "@saved"; }
  bool SavedByFile() const { return requests_.configured.default_pattern == "@saved"; }

  bool TryLasting() {
    const LoaderConfiguration& file = requests_.configured;
    return Try(requests_.preferred, "EFI variable LoaderEntryPreferred", Exhausted::kSkipped) ||
           Try(file.preferred_pattern, "loader.conf: preferred", Exhausted::kSkipped) ||
           (SavedByVariable() ? Try(requests_.last_booted, "EFI variable LoaderEntryDefault: @saved", Exhausted::kTaken)
                              : Try(requests_.default_entry, "EFI variable LoaderEntryDefault", Exhausted::kTaken)) ||
           (SavedByFile() ? Try(requests_.last_booted, "loader.conf: default @saved", Exhausted::kTaken)
                          : Try(file.default_pattern, "loader.conf: default", Exhausted::kTaken));
  }

  bool Try(const std::string& pattern, const std::string& why, Exhausted exhausted) {
    if (pattern.empty()) return false;
    for (size_t i = 0; i < entries_.size(); ++i) {
      const MenuEntry& entry = entries_[i];
      if (exhausted == Exhausted::kSkipped && entry.name.counter && entry.name.counter->left == 0) continue;
      if (!MatchesPattern(pattern, IdOf(entry)) && !MatchesPattern(pattern, entry.name.full_id + entry.profile_id))
        continue;
      chosen_ = {i, "", why, false};
      return true;
    }
    const char* automatic = Automatic(pattern);
    if (automatic) chosen_ = {std::nullopt, automatic, why, false};
    return automatic != nullptr;
  }

  const MenuEntries& entries_;
  const Requests& requests_;
  Chosen chosen_;
};

}  // namespace

// Only the last * is ever tried again: a longer match of an earlier one finds nothing that this does not.
bool MatchesPattern(std::string_view pattern, std::string_view id) {
  std::optional<std::string_view> after_star;
  std::string_view retry;
  for (;;) {
    if (!pattern.empty() && pattern[0] == '*') {
      pattern.remove_prefix(1);
      after_star = pattern;
      retry = id;
      continue;
    }
    if (pattern.empty() && id.empty()) return true;
    if (!pattern.empty() && !id.empty() && TakeElement(pattern, id[0])) {
      id.remove_prefix(1);
      continue;
    }
    if (!after_star || retry.empty()) return false;
    retry.remove_prefix(1);
    pattern = *after_star;
    id = retry;
  }
}

Chosen Choose(const MenuEntries& entries, const Requests& requests) { return Chooser(entries, requests).Run(); }

}  // namespace kexec_helper::bls
