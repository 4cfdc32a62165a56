#include "bootloader/grub/runtime/menu.h"

#include "bootloader/grub/script/number.h"

namespace kexec_helper::grub {

namespace {

// Where the first single > stands; the size when there is none.
size_t Separator(const std::string& path) {
  for (size_t i = 0; i < path.size(); ++i) {
    if (path[i] != '>') continue;
    if (i + 1 == path.size() || path[i + 1] != '>') return i;
    ++i;
  }
  return path.size();
}

}  // namespace

bool IsFirstPart(const std::string& name, const std::string& path) {
  size_t end = Separator(path);
  size_t at = 0;
  for (size_t i = 0; i < end; ++i, ++at) {
    if (path[i] == '>') ++i;
    if (at == name.size() || name[at] != path[i]) return false;
  }
  return at == name.size();
}

std::string AfterFirstPart(const std::string& path) {
  size_t separator = Separator(path);
  return separator < path.size() ? path.substr(separator + 1) : "";
}

int FindEntry(const Menu& menu, const std::string& value) {
  Number number = ReadNumber(value);
  if (number.status == Status::kNone) return static_cast<int>(number.value);
  if (number.status != Status::kBadNumber) return -1;
  for (size_t i = 0; i < menu.size(); ++i)
    if (IsFirstPart(menu[i].title, value) || IsFirstPart(menu[i].id, value)) return static_cast<int>(i);
  return -1;
}

size_t DefaultEntry(const Menu& menu, const std::string& value) {
  int index = FindEntry(menu, value);
  return index < 0 || static_cast<size_t>(index) >= menu.size() ? 0 : static_cast<size_t>(index);
}

}  // namespace kexec_helper::grub
