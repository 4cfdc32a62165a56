#include "grub/source.h"

#include <algorithm>

namespace kexec_helper::grub {

std::optional<SourceLine> ConfigReader::Next() {
  while (at_ < text_.size()) {
    size_t end = std::min(text_.find('\n', at_), text_.size());
    bool has_newline = end < text_.size();
    std::string line = text_.substr(at_, end - at_);
    at_ = end + 1;
    ++number_;
    line.erase(std::remove(line.begin(), line.end(), '\r'), line.end());
    if (line.empty() && !has_newline) return std::nullopt;
    line.resize(std::min(line.find('\0'), line.size()));
    if (!line.empty() && line[0] == '#') continue;
    return SourceLine{std::move(line), number_};
  }
  return std::nullopt;
}

std::optional<SourceLine> TextReader::Next() {
  if (ended_) return std::nullopt;
  size_t end = std::min(source_.text.find('\n', at_), source_.text.size());
  SourceLine line;
  line.text = source_.text.substr(at_, end - at_);
  if (!source_.lines.empty()) line.number = source_.lines[std::min(index_, source_.lines.size() - 1)];
  ended_ = end == source_.text.size();
  at_ = end + 1;
  ++index_;
  return line;
}

}  // namespace kexec_helper::grub
