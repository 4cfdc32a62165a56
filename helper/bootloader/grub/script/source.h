// GRUB script as text that remembers where it came from.
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "bootloader/grub/script/pieces.h"

namespace kexec_helper::grub {

// A piece of script with the place of each of its lines; `lines` may be shorter than the text, its last number then
// holds for the rest (the text of an eval has the one line it stands on).
struct SourceText {
  std::string text;
  std::string file;
  std::vector<int> lines;  // counted from 1
};

// One line without its newline.
struct SourceLine {
  std::string text;
  int number = 0;
};

// Hands out lines one by one.
class LineReader {
 public:
  virtual ~LineReader() = default;
  virtual std::optional<SourceLine> Next() = 0;
  virtual const std::string& file() const = 0;
};

// The lines of a configuration file as GRUB reads it: carriage returns are dropped wherever they stand, a NUL ends its
// line, and a line that begins with # does not exist, not even inside quotes (GRUB: lib/getline.c, normal/main.c).
class ConfigReader : public LineReader {
 public:
  ConfigReader(std::string file, std::unique_ptr<FilePieces> pieces)
      : file_(std::move(file)), pieces_(std::move(pieces)) {}
  std::optional<SourceLine> Next() override;
  const std::string& file() const override { return file_; }

 private:
  size_t FindLineEnd();

  std::string file_;
  std::unique_ptr<FilePieces> pieces_;
  std::string text_;  // read and not yet handed out, from at_ on
  size_t at_ = 0;
  int number_ = 0;
};

// The lines of a piece of script that is in memory: the body of a menu entry, the argument of eval. `source` has to
// outlive the reader. A final newline is followed by one more line, which is empty.
class TextReader : public LineReader {
 public:
  explicit TextReader(const SourceText& source) : source_(source) {}
  std::optional<SourceLine> Next() override;
  const std::string& file() const override { return source_.file; }

 private:
  const SourceText& source_;
  size_t at_ = 0;
  size_t index_ = 0;
  bool ended_ = false;
};

}  // namespace kexec_helper::grub
