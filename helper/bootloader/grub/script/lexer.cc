#include "bootloader/grub/script/lexer.h"

#include <algorithm>
#include <set>

#include "bootloader/grub/script/characters.h"
#include "sys/error.h"

namespace kexec_helper::grub {

namespace {

// Over several lines, each of which means to look at the whole word again.
constexpr size_t kLongestWord = 16 << 10;

const std::set<std::string> kKeywords = {"case", "do", "done", "elif",   "else",  "esac",  "fi",      "for",
                                         "if",   "in", "then", "select", "until", "while", "function"};

bool IsName(const std::string& text) {
  return IsNameStart(text[0]) && std::all_of(text.begin(), text.end(), IsNameRest);
}

// $"text" is to be translated. Asked at every character of a word.
bool OpensTranslation(const std::string& text, size_t at) {
  return text[at] == '$' && at + 1 < text.size() && text[at + 1] == '"';
}

bool IsBare(char c) { return std::string_view("{}|&$;<> \t\n'\"\\").find(c) == std::string_view::npos; }

}  // namespace

Lexer::Lexer(const SourceLine& first, LineReader& reader)
    : reader_(reader), buffer_(first.text + "\n"), line_(first.number) {}

bool Lexer::ReadLine() {
  if (open_ == 0 && !unfinished_) return false;
  auto line = reader_.Next();
  if (!line) throw SyntaxError{"unexpected end of file", line_};
  line_ = line->number;
  buffer_ = unfinished_.value_or("") + line->text + "\n";
  unfinished_.reset();
  at_ = 0;
  if (recordings_ > 0) recorded_lines_.push_back(line_);
  return true;
}

// The index after the closing quote of the one at `at`; npos if it is never closed.
static size_t QuoteEnd(const std::string& text, size_t at) {
  if (text[at] == '\'') {
    size_t end = text.find('\'', at + 1);
    return end == std::string::npos ? end : end + 1;
  }
  for (size_t i = at + 1; i < text.size(); ++i) {
    if (text[i] == '\\')
      ++i;
    else if (text[i] == '"')
      return i + 1;
  }
  return std::string::npos;
}

bool Lexer::OpensQuote(size_t at) const {
  if (at >= buffer_.size()) return false;
  return buffer_[at] == '"' || buffer_[at] == '\'' || OpensTranslation(buffer_, at);
}

// The end of the one piece of a word that begins at `at`; `at` itself when there is none.
size_t Lexer::PieceEnd(size_t at) const {
  char c = buffer_[at];
  if (c == '\\') return at + 2 <= buffer_.size() ? at + 2 : at;
  if (OpensQuote(at)) {
    size_t end = QuoteEnd(buffer_, c == '$' ? at + 1 : at);
    return end == std::string::npos ? at : end;
  }
  if (c != '$') return IsBare(c) ? at + 1 : at;
  bool braces = at + 1 < buffer_.size() && buffer_[at + 1] == '{';
  size_t name = at + (braces ? 2 : 1);
  size_t length = VariableNameLength(buffer_, name);
  if (length == 0) return at;
  size_t end = name + length;
  if (!braces) return end;
  return end < buffer_.size() && buffer_[end] == '}' ? end + 1 : at;
}

size_t Lexer::WordEnd(size_t at) const {
  while (at < buffer_.size()) {
    size_t end = PieceEnd(at);
    if (end == at) break;
    at = end;
  }
  return at;
}

Lexer::Match Lexer::LongestMatch() const {
  using Rule = Match::Rule;
  char c = buffer_[at_];
  if (c == ' ' || c == '\t') return {Rule::kBlank, buffer_.find_first_not_of(" \t", at_) - at_};
  if (c == '#') return {Rule::kComment, buffer_.find('\n', at_) - at_};
  size_t end = WordEnd(at_);
  if (OpensQuote(end)) return {Rule::kOpenQuote, buffer_.size() - at_};
  if (end == at_) {
    if (c == '$') return {Rule::kBad, 1};
    bool twice = (c == '|' || c == '&' || c == ';') && buffer_[at_ + 1] == c;
    return {Rule::kOperator, twice ? size_t{2} : size_t{1}};
  }
  // Only a backslash can make a word end with a newline.
  bool continues = buffer_[end - 1] == '\n' && end == buffer_.size();
  return {continues ? Rule::kContinuation : Rule::kWord, end - at_};
}

std::string Lexer::Take(size_t length) {
  std::string text = buffer_.substr(at_, length);
  at_ += length;
  if (recordings_ > 0) recorded_ += text;
  return text;
}

Token Lexer::MakeOperator(std::string text) const {
  using Kind = Token::Kind;
  Kind kind = Kind::kOther;
  if (text == "\n") kind = Kind::kNewline;
  if (text == ";") kind = Kind::kSemicolon;
  if (text == "{") kind = Kind::kOpen;
  if (text == "}") kind = Kind::kClose;
  return {kind, std::move(text), {}, line_};
}

Token Lexer::MakeWord(std::string text) const {
  using Kind = Token::Kind;
  if (text == "[[" || text == "]]") return {Kind::kOther, std::move(text), {}, line_};
  bool name = IsName(text);
  Kind kind = name ? Kind::kName : Kind::kWord;
  if (kKeywords.count(text)) kind = Kind::kKeyword;
  std::vector<WordPart> parts;
  if (name)
    parts.push_back({WordPart::Kind::kText, text});
  else
    parts = SplitWord(text, line_);
  return {kind, std::move(text), std::move(parts), line_};
}

Token Lexer::Next() {
  using Rule = Match::Rule;
  for (;;) {
    if (at_ == buffer_.size()) {
      if (ReadLine()) continue;
      return {Token::Kind::kEnd, "end of line", {}, line_};
    }
    Match match = LongestMatch();
    switch (match.rule) {
      case Rule::kBlank:
      case Rule::kComment:
        Take(match.length);
        break;
      case Rule::kOpenQuote:
      case Rule::kContinuation:
        unfinished_ = buffer_.substr(at_);
        if (unfinished_->size() > kLongestWord)
          throw Error(reader_.file() + ":" + std::to_string(line_) + ": a word of more than " +
                      std::to_string(kLongestWord) + " bytes: is a quote open?");
        at_ = buffer_.size();
        break;
      case Rule::kOperator:
        return MakeOperator(Take(match.length));
      case Rule::kWord:
        return MakeWord(Take(match.length));
      case Rule::kBad:
        throw SyntaxError{"$ without a variable's name", line_};
    }
  }
}

Lexer::Recording Lexer::StartRecording() {
  if (recordings_++ == 0) {
    recorded_.clear();
    recorded_lines_ = {line_};
  }
  return {recorded_.size(), recorded_lines_.size() - 1};
}

SourceText Lexer::StopRecording(const Recording& start) {
  --recordings_;
  auto first = recorded_lines_.begin() + static_cast<std::ptrdiff_t>(start.line_index);
  return {recorded_.substr(start.offset), reader_.file(), {first, recorded_lines_.end()}};
}

namespace {

// Walks through a word once; `parts_` grows, `text_` is what the current part has so far.
class WordSplitter {
 public:
  WordSplitter(const std::string& source, int line) : source_(source), line_(line) {}

  std::vector<WordPart> Split() {
    while (at_ < source_.size()) {
      char c = source_[at_];
      if (c == '\\') {
        TakeEscape();
      } else if (c == '"' || c == '\'') {
        End(WordPart::Kind::kText);
        ++at_;
        if (c == '"')
          TakeDoubleQuoted();
        else
          TakeUntilQuote();
      } else if (OpensTranslation(source_, at_)) {
        // What stands before it is taken for a part of it.
        End(WordPart::Kind::kTranslated);
        at_ += 2;
        TakeTranslated();
      } else if (c == '$') {
        End(WordPart::Kind::kText);
        TakeVariable(WordPart::Kind::kVariable);
      } else {
        text_ += c;
        ++at_;
      }
    }
    End(WordPart::Kind::kText);
    return std::move(parts_);
  }

 private:
  // An empty bare piece says nothing; an empty quoted one makes the word exist.
  void End(WordPart::Kind kind) {
    if (kind != WordPart::Kind::kText || !text_.empty()) parts_.push_back({kind, std::move(text_)});
    text_.clear();
  }

  // Keep the backslash: it escapes a wildcard. Backslash-newline is removed.
  void TakeEscape() {
    if (source_[at_ + 1] != '\n') text_ += source_.substr(at_, 2);
    at_ += 2;
  }

  void TakeUntilQuote() {
    size_t end = source_.find('\'', at_);
    text_ = source_.substr(at_, end - at_);
    at_ = end + 1;
    End(WordPart::Kind::kSingleQuoted);
  }

  void TakeVariable(WordPart::Kind kind) {
    bool braces = at_ + 1 < source_.size() && source_[at_ + 1] == '{';
    at_ += braces ? 2 : 1;
    size_t length = VariableNameLength(source_, at_);
    if (length == 0 || (braces && source_.compare(at_ + length, 1, "}") != 0))
      throw SyntaxError{"$ without a variable's name", line_};
    text_ = source_.substr(at_, length);
    at_ += length + (braces ? 1 : 0);
    End(kind);
  }

  void TakeDoubleQuoted() {
    for (; source_[at_] != '"';) {
      char c = source_[at_];
      if (c == '$') {
        End(WordPart::Kind::kDoubleQuoted);
        TakeVariable(WordPart::Kind::kQuotedVariable);
        continue;
      }
      if (c == '\\' && std::string_view("$\\\"\n").find(source_[at_ + 1]) != std::string_view::npos) {
        if (source_[at_ + 1] != '\n') text_ += source_[at_ + 1];
        at_ += 2;
        continue;
      }
      text_ += c;
      ++at_;
    }
    ++at_;
    End(WordPart::Kind::kDoubleQuoted);
  }

  // \\ keeps both, its meaning is found when the variables are put in.
  void TakeTranslated() {
    for (; source_[at_] != '"';) {
      if (source_[at_] != '\\') {
        text_ += source_[at_++];
        continue;
      }
      char next = source_[at_ + 1];
      if (next == '\\') text_ += "\\\\";
      if (next == '"') text_ += '"';
      bool pair = next == '\\' || next == '"' || next == '\n';
      if (!pair) text_ += '\\';
      at_ += pair ? 2 : 1;
    }
    ++at_;
    End(WordPart::Kind::kTranslated);
  }

  const std::string& source_;
  int line_;
  size_t at_ = 0;
  std::string text_;
  std::vector<WordPart> parts_;
};

}  // namespace

std::vector<WordPart> SplitWord(const std::string& source, int line) { return WordSplitter(source, line).Split(); }

}  // namespace kexec_helper::grub
