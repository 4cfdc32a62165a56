#include "bootloader/grub/disks/environment_block.h"

namespace kexec_helper::grub {

namespace {

constexpr std::string_view kSignature = "# GRUB Environment Block\n";
constexpr size_t kNotFound = std::string::npos;

std::string Escaped(const std::string& value) {
  std::string escaped;
  for (char c : value) {
    if (c == '\\' || c == '\n') escaped += '\\';
    escaped += c;
  }
  return escaped;
}

}  // namespace

std::optional<EnvironmentBlock> EnvironmentBlock::Parse(std::string text) {
  if (text.size() <= kSignature.size() || text.compare(0, kSignature.size(), kSignature) != 0) return std::nullopt;
  return EnvironmentBlock(std::move(text));
}

// Where the newline is that ends the line at `at`; a backslash escapes the character after it. The block's size or more
// when there is none.
size_t EnvironmentBlock::LineEnd(size_t at) const {
  while (at < text_.size() && text_[at] != '\n') at += text_[at] == '\\' ? 2 : 1;
  return at;
}

std::vector<std::pair<std::string, std::string>> EnvironmentBlock::Records(BlankLines lines) const {
  std::vector<std::pair<std::string, std::string>> records;
  for (size_t at = kSignature.size(); at < text_.size();) {
    bool blank = lines == BlankLines::kSkipped && (text_[at] == '\n' || text_[at] == '\r');
    if (text_[at] != '#' && !blank) {
      size_t equals = text_.find('=', at);
      if (equals == kNotFound) break;
      size_t end = LineEnd(equals + 1);
      if (end >= text_.size()) break;
      std::string value;
      for (size_t i = equals + 1; i < end; ++i) value += text_[i] == '\\' ? text_[++i] : text_[i];
      records.emplace_back(text_.substr(at, equals - at), value);
      at = end;
    }
    at = LineEnd(at) + 1;
  }
  return records;
}

std::optional<std::string> EnvironmentBlock::Find(const std::string& name) const {
  for (auto& [found, value] : Records(BlankLines::kSkipped))
    if (found == name) return value;
  return std::nullopt;
}

// Where the record's name begins, when the whole "name=" lies before `end`.
size_t EnvironmentBlock::FindRecord(const std::string& name, size_t end) const {
  for (size_t at = kSignature.size(); at + name.size() + 1 < end; at = LineEnd(at) + 1)
    if (text_.compare(at, name.size(), name) == 0 && text_[at + name.size()] == '=') return at;
  return kNotFound;
}

bool EnvironmentBlock::Set(const std::string& name, const std::string& value) {
  size_t last = text_.find_last_not_of('#');
  if (last == kNotFound || text_[last] != '\n') return false;
  size_t space = last + 1;
  size_t size = text_.size();
  std::string escaped = Escaped(value);
  size_t record = FindRecord(name, space);
  if (record == kNotFound) {
    std::string line = name + "=" + escaped + "\n";
    if (size - space < line.size()) return false;
    text_.replace(space, line.size(), line);
    return true;
  }
  size_t start = record + name.size() + 1;
  size_t end = LineEnd(start);
  if (end >= size) return false;
  if (escaped.size() > (end - start) + (size - space)) return false;
  text_.replace(start, end - start, escaped);
  text_.resize(size, '#');
  return true;
}

void EnvironmentBlock::Remove(const std::string& name) {
  size_t size = text_.size();
  size_t record = FindRecord(name, size);
  if (record == kNotFound) return;
  size_t end = LineEnd(record);
  if (end >= size) return;
  text_.erase(record, end + 1 - record);
  text_.resize(size, '#');
}

}  // namespace kexec_helper::grub
