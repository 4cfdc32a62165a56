#include "bootloader/grub/commands/file_version.h"

#include "bootloader/grub/script/characters.h"

namespace kexec_helper::grub {

namespace {

// Without the suffixes at its end, each a dot, a letter or ~, then letters, digits and ~.
std::string_view Stem(std::string_view name) {
  for (size_t start = 0;; ++start) {
    size_t end = start;
    while (end + 1 < name.size() && name[end] == '.' && (IsAlpha(name[end + 1]) || name[end + 1] == '~')) {
      end += 2;
      while (end < name.size() && (IsAlpha(name[end]) || IsDigit(name[end]) || name[end] == '~')) ++end;
    }
    if (end == name.size()) return name.substr(0, start);
    start = end;
  }
}

// A ~ comes before the end of the text, a digit after it, then come letters, last the other characters.
int Rank(std::string_view text) {
  if (text.empty()) return -1;
  char c = text[0];
  if (IsDigit(c)) return 0;
  if (IsAlpha(c)) return c;
  return c == '~' ? -2 : static_cast<unsigned char>(c) + 256;
}

bool StartsWithOther(std::string_view text) { return !text.empty() && !IsDigit(text[0]); }

// The digits at the beginning without zeros before them, taken away.
std::string_view TakeNumber(std::string_view& text) {
  while (text.starts_with('0')) text.remove_prefix(1);
  size_t length = 0;
  while (length < text.size() && IsDigit(text[length])) ++length;
  std::string_view number = text.substr(0, length);
  text.remove_prefix(length);
  return number;
}

int CompareVersions(std::string_view a, std::string_view b) {
  while (!a.empty() || !b.empty()) {
    while (StartsWithOther(a) || StartsWithOther(b)) {
      if (int order = Rank(a) - Rank(b)) return order;
      a.remove_prefix(1);
      b.remove_prefix(1);
    }
    std::string_view number = TakeNumber(a);
    std::string_view other = TakeNumber(b);
    if (number.size() != other.size()) return number.size() < other.size() ? -1 : 1;
    if (int order = number.compare(other)) return order;
  }
  return 0;
}

// An empty name, ".", "..", other names with a dot, all others.
int Group(std::string_view name) {
  if (name.empty()) return 0;
  if (name[0] != '.') return 4;
  return name == "." ? 1 : name == ".." ? 2 : 3;
}

}  // namespace

int CompareFileVersions(std::string_view a, std::string_view b) {
  if (int order = Group(a) - Group(b)) return order;
  if (int order = CompareVersions(Stem(a), Stem(b))) return order;
  return CompareVersions(a, b);
}

}  // namespace kexec_helper::grub
