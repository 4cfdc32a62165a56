#include "settings/shell_syntax.h"

#include <algorithm>

#include "sys/error.h"

namespace kexec_helper {

namespace {

bool IsBlank(char c) { return c == ' ' || c == '\t'; }

[[noreturn]] void Refuse(const std::string& file, int line, const std::string& what) {
  throw Error(file + ":" + std::to_string(line) + ": " + what);
}

int LineOf(std::string_view text, size_t offset) {
  return 1 + static_cast<int>(std::count(text.begin(), text.begin() + static_cast<ptrdiff_t>(offset), '\n'));
}

void CheckIsText(const std::string& file, std::string_view text) {
  if (text.substr(0, 3) == "\xef\xbb\xbf") Refuse(file, 1, "begins with a byte order mark: save it as plain UTF-8");
  if (size_t at = text.find('\0'); at != std::string_view::npos)
    Refuse(file, LineOf(text, at), "contains a NUL byte: it is not a text file");
  if (size_t at = text.find("\r\n"); at != std::string_view::npos)
    Refuse(file, LineOf(text, at), "ends with a Windows line end (CR LF): remove the CR, as with sed -i 's/\\r$//'");
}

// Walks over text, keeping account of quotes and lines.
class Scanner {
 public:
  explicit Scanner(std::string_view text) : text_(text) {}

  bool AtEnd() const { return at_ >= text_.size(); }

  // The next logical line; its text is empty for a blank one or a comment.
  LogicalLine Next() {
    LogicalLine line{line_, {}, 0};
    bool word_starts = true;  // '#' begins a comment only here
    while (!AtEnd() && text_[at_] != '\n') {
      if (text_[at_] == '#' && word_starts) {
        at_ = std::min(text_.find('\n', at_), text_.size());
        break;
      }
      if (text_.substr(at_, 2) == "\\\n") {  // joins two lines, and is nothing between words
        Skip();
        Skip();
        continue;
      }
      word_starts = IsBlank(text_[at_]);
      TakePiece(line);
    }
    Skip();
    while (!line.text.empty() && IsBlank(line.text.back()) && !EndsInEscapedBlank(line.text)) line.text.pop_back();
    line.text.erase(0, line.text.find_first_not_of(" \t"));
    return line;
  }

 private:
  // One character, one escape or one quoted piece.
  void TakePiece(LogicalLine& line) {
    std::string& into = line.text;
    char c = text_[at_];
    if (c == '\\') {
      Take(into);
      if (!AtEnd()) Take(into);
    } else if (c == '\'' || c == '"') {
      TakeQuoted(c, line);
    } else {
      Take(into);
    }
  }

  void TakeQuoted(char quote, LogicalLine& line) {
    std::string& into = line.text;
    Take(into);
    while (!AtEnd() && text_[at_] != quote) {
      if (quote == '"' && text_[at_] == '\\' && at_ + 1 < text_.size()) Take(into);
      Take(into);
    }
    if (AtEnd()) {
      line.open_quote = quote;
      return;
    }
    Take(into);
  }

  void Take(std::string& into) {
    into += text_[at_];
    Skip();
  }

  void Skip() {
    if (AtEnd()) return;
    if (text_[at_] == '\n') ++line_;
    ++at_;
  }

  // "a\ " ends in a blank that belongs to the word.
  static bool EndsInEscapedBlank(const std::string& text) {
    size_t backslashes = 0;
    while (backslashes + 1 < text.size() && text[text.size() - 2 - backslashes] == '\\') ++backslashes;
    return backslashes % 2 == 1;
  }

  std::string_view text_;
  size_t at_ = 0;
  int line_ = 1;
};

// The content of "…" from `at`, just after the opening quote; leaves `at` after the closing one. False: needs a
// shell.
bool UnquoteDouble(std::string_view word, size_t& at, std::string& value) {
  for (; at < word.size() && word[at] != '"'; ++at) {
    char c = word[at];
    if (c == '$' || c == '`') return false;
    if (c == '\\' && at + 1 < word.size()) {
      char next = word[at + 1];
      if (next == '\n') {
        ++at;
        continue;
      }
      if (next == '$' || next == '`' || next == '"' || next == '\\') c = word[++at];
    }
    value += c;
  }
  ++at;
  return true;
}

bool NeedsShell(char c) {
  constexpr std::string_view kOperators = "$`|&;<>() \t\n";
  return kOperators.find(c) != std::string_view::npos;
}

}  // namespace

std::vector<LogicalLine> SplitLogicalLines(const std::string& file, std::string_view text) {
  CheckIsText(file, text);
  std::vector<LogicalLine> lines;
  for (Scanner scanner(text); !scanner.AtEnd();) {
    LogicalLine line = scanner.Next();
    if (!line.text.empty()) lines.push_back(std::move(line));
  }
  return lines;
}

std::optional<std::string> Unquote(std::string_view word) {
  std::string value;
  for (size_t at = 0; at < word.size();) {
    char c = word[at++];
    if (c == '\'') {
      size_t end = word.find('\'', at);
      value += word.substr(at, end - at);
      at = std::min(end, word.size()) + 1;
    } else if (c == '"') {
      if (!UnquoteDouble(word, at, value)) return std::nullopt;
    } else if (c == '\\') {
      if (at < word.size())
        value += word[at++];
      else
        value += c;  // the last character of the file
    } else if (NeedsShell(c) || (c == '~' && (at == 1 || word[at - 2] == ':'))) {
      return std::nullopt;
    } else {
      value += c;
    }
  }
  return value;
}

}  // namespace kexec_helper
