// Lexer for GRUB script.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "bootloader/grub/script/source.h"
#include "bootloader/grub/script/syntax.h"

namespace kexec_helper::grub {

// A statement that does not parse: what was wrong, for "file:line: what".
struct SyntaxError {
  std::string what;
  int line = 0;
};

struct Token {
  enum class Kind { kEnd, kNewline, kSemicolon, kOpen, kClose, kKeyword, kName, kWord, kOther };
  Kind kind = Kind::kEnd;
  std::string text;             // as it stands in the source
  std::vector<WordPart> parts;  // of keyword, name and word
  int line = 0;
};

// Splits script into tokens, line by line: further lines are read only inside a construct that goes on (Enter, Leave)
// or a quote that is open. The rules are those of GRUB's grub-core/script/yylex.l, the longest match wins.
class Lexer {
 public:
  Lexer(const SourceLine& first, LineReader& reader);

  // Throws SyntaxError; Error for a quote that is open over more text than any menu has.
  Token Next();

  // A construct that ends with a later token begins or ends: while one is open, the end of a line is not the end.
  void Enter() { ++open_; }
  void Leave() { --open_; }

  // Records the source from here on, until the matching StopRecording; recordings nest.
  struct Recording {
    size_t offset = 0;
    size_t line_index = 0;
  };
  Recording StartRecording();
  SourceText StopRecording(const Recording& start);

 private:
  struct Match {
    enum class Rule { kBlank, kComment, kOperator, kOpenQuote, kContinuation, kWord, kBad };
    Rule rule = Rule::kBad;
    size_t length = 0;
  };

  bool ReadLine();
  Match LongestMatch() const;
  size_t WordEnd(size_t at) const;
  size_t PieceEnd(size_t at) const;
  bool OpensQuote(size_t at) const;
  std::string Take(size_t length);
  Token MakeOperator(std::string text) const;
  Token MakeWord(std::string text) const;

  LineReader& reader_;
  std::string buffer_;
  size_t at_ = 0;
  std::optional<std::string> unfinished_;  // the beginning of a word that goes on in the next line
  int open_ = 0;
  int line_ = 0;
  int recordings_ = 0;
  std::string recorded_;
  std::vector<int> recorded_lines_;
};

// Takes a word's source apart. Throws SyntaxError (a $ in double quotes with no name after it).
std::vector<WordPart> SplitWord(const std::string& source, int line);

}  // namespace kexec_helper::grub
