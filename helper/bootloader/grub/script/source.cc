#include "bootloader/grub/script/source.h"

#include <algorithm>

namespace kexec_helper::grub {

// Where the current line ends, its newline or the end of the file, reading on until it is there.
size_t ConfigReader::FindLineEnd() {
  for (size_t searched = at_;;) {
    size_t end = text_.find('\n', searched);
    if (end != std::string::npos) return end;
    std::string piece = pieces_->Next();
    if (piece.empty()) return text_.size();
    text_.erase(0, at_);
    at_ = 0;
    searched = text_.size();
    text_ += piece;
  }
}

std::optional<SourceLine> ConfigReader::Next() {
  for (;;) {
    size_t end = FindLineEnd();
    if (at_ >= text_.size()) return std::nullopt;
    bool has_newline = end < text_.size();
    std::string line = text_.substr(at_, end - at_);
    at_ = std::min(end + 1, text_.size());
    ++number_;
    line.erase(std::remove(line.begin(), line.end(), '\r'), line.end());
    if (line.empty() && !has_newline) return std::nullopt;
    line.resize(std::min(line.find('\0'), line.size()));
    if (!line.empty() && line[0] == '#') continue;
    return SourceLine{std::move(line), number_};
  }
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
