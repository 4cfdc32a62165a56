#include "bootloader/bls/order.h"

#include <algorithm>
#include <compare>

namespace kexec_helper::bls {

namespace {

bool IsDigit(char c) { return c >= '0' && c <= '9'; }
bool IsLetter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool BelongsToVersion(char c) { return IsDigit(c) || IsLetter(c) || std::string_view("~-^.").find(c) < 4; }

template <typename T>
int Compare(const T& a, const T& b) {
  return a < b ? -1 : b < a ? 1 : 0;
}

// Takes what `accepted` says away from the beginning.
template <typename Accepted>
std::string_view TakeRun(std::string_view& text, const Accepted& accepted) {
  size_t length = 0;
  while (length < text.size() && accepted(text[length])) ++length;
  std::string_view run = text.substr(0, length);
  text.remove_prefix(length);
  return run;
}

bool TakeSeparator(std::string_view& text, char separator) {
  if (text.empty() || text[0] != separator) return false;
  text.remove_prefix(1);
  return true;
}

// The side that has the separator is the older one.
int CompareSeparators(std::string_view& a, std::string_view& b, char separator) {
  bool a_has = TakeSeparator(a, separator);
  bool b_has = TakeSeparator(b, separator);
  return Compare(b_has, a_has);
}

int CompareNumbers(std::string_view a, std::string_view b) {
  if (a.empty() != b.empty()) return a.empty() ? -1 : 1;
  TakeRun(a, [](char c) { return c == '0'; });
  TakeRun(b, [](char c) { return c == '0'; });
  return a.size() != b.size() ? Compare(a.size(), b.size()) : Compare(a, b);
}

int CompareIds(const MenuEntry& a, const MenuEntry& b) {
  if (int order = -CompareVersions(a.name.id, b.name.id)) return order;
  if (int order = Compare(a.profile, b.profile)) return order;
  if (!a.name.counter || !b.name.counter) return 0;
  if (int order = -Compare(a.name.counter->left, b.name.counter->left)) return order;
  return Compare(a.name.counter->done, b.name.counter->done);
}

bool IsExhausted(const MenuEntry& entry) { return entry.name.counter && entry.name.counter->left == 0; }

}  // namespace

int CompareEntries(const MenuEntry& a, const MenuEntry& b) {
  if (int order = Compare(IsExhausted(a), IsExhausted(b))) return order;
  if (int order = Compare(!a.sort_key, !b.sort_key)) return order;
  if (a.sort_key) {
    if (int order = Compare(*a.sort_key, *b.sort_key)) return order;
    if (int order = Compare(a.machine_id, b.machine_id)) return order;
    if (int order = -CompareVersions(a.version, b.version)) return order;
  }
  return CompareIds(a, b);
}

int CompareVersions(std::string_view a, std::string_view b) {
  for (;;) {
    TakeRun(a, [](char c) { return !BelongsToVersion(c); });
    TakeRun(b, [](char c) { return !BelongsToVersion(c); });
    if (int order = CompareSeparators(a, b, '~')) return order;
    if (a.empty() || b.empty()) return Compare(b.empty(), a.empty());
    for (char separator : {'-', '^', '.'})
      if (int order = CompareSeparators(a, b, separator)) return order;
    bool numeric = (!a.empty() && IsDigit(a[0])) || (!b.empty() && IsDigit(b[0]));
    if (numeric) {
      std::string_view number = TakeRun(a, IsDigit);
      if (int order = CompareNumbers(number, TakeRun(b, IsDigit))) return order;
    } else {
      std::string_view word = TakeRun(a, IsLetter);
      if (int order = Compare(word, TakeRun(b, IsLetter))) return order;
    }
  }
}

void SortMenu(MenuEntries& entries) {
  std::stable_sort(entries.begin(), entries.end(),
                   [](const MenuEntry& a, const MenuEntry& b) { return CompareEntries(a, b) < 0; });
}

}  // namespace kexec_helper::bls
