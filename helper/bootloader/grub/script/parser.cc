#include "bootloader/grub/script/parser.h"

#include <utility>

#include "bootloader/grub/script/limits.h"
#include "sys/error.h"

namespace kexec_helper::grub {

namespace {

using Kind = Token::Kind;

constexpr int kMaxDepth = 200;

// Recursive descent with one token of lookahead, fetched only when it is needed: fetching may read a line.
class Parser {
 public:
  Parser(const SourceLine& first, LineReader& reader, const FunctionDefiner& define)
      : lexer_(first, reader), file_(reader.file()), define_(define) {}

  CommandList ParseScript() {
    CommandList commands;
    SkipNewlines();
    while (Peek().kind != Kind::kEnd) {
      if (IsKeyword("function"))
        ParseFunction();
      else
        commands.push_back(ParseCommand());
      if (!IsDelimiter()) Fail();
      Take();
      SkipNewlines();
    }
    return commands;
  }

 private:
  const Token& Peek() {
    if (!ahead_) ahead_ = lexer_.Next();
    return *ahead_;
  }

  Token Take() {
    Peek();
    return *std::exchange(ahead_, std::nullopt);
  }

  bool IsKeyword(const char* word) { return Peek().kind == Kind::kKeyword && Peek().text == word; }
  bool IsDelimiter() { return Peek().kind == Kind::kNewline || Peek().kind == Kind::kSemicolon; }

  [[noreturn]] void Fail() {
    std::string text = Peek().kind == Kind::kNewline ? "end of line" : Peek().text;
    throw SyntaxError{"syntax error at `" + text + "'", Peek().line};
  }

  void Expect(const char* keyword) {
    if (!IsKeyword(keyword)) Fail();
    Take();
  }

  void SkipNewlines() {
    while (Peek().kind == Kind::kNewline) Take();
  }

  // One delimiter, then any number of newlines; `; ;` is an error.
  void TakeDelimiters() {
    if (!IsDelimiter()) Fail();
    Take();
    SkipNewlines();
  }

  bool StartsCommand() {
    const Token& token = Peek();
    if (token.kind == Kind::kName || token.kind == Kind::kWord) return true;
    return IsKeyword("if") || IsKeyword("for") || IsKeyword("while") || IsKeyword("until");
  }

  // At least one command; those after it each need a delimiter. Stops at what cannot start a command, `delimited`
  // telling whether a delimiter stood before it.
  struct List {
    CommandList commands;
    bool delimited = false;
  };
  List ParseList() {
    List list;
    SkipNewlines();
    AddCommand(list.commands);
    while (IsDelimiter()) {
      TakeDelimiters();
      list.delimited = true;
      if (!StartsCommand()) break;
      AddCommand(list.commands);
      list.delimited = false;
    }
    return list;
  }

  // Inside a block a command is only looked at: its text is kept, not its tree.
  void AddCommand(CommandList& commands) {
    size_t before = parts_;
    Command command = ParseCommand();
    if (blocks_ > 0)
      parts_ = before;
    else
      commands.push_back(std::move(command));
  }

  Word TakeWord() {
    Word word{Take().parts, nullptr};
    parts_ += word.parts.size() + 1;
    if (parts_ > kMaxParts)
      throw Error(file_ + ":" + std::to_string(Peek().line) + ": a statement of more than " +
                  std::to_string(kMaxParts) + " words");
    return word;
  }

  CommandList ParseDelimitedList() {
    List list = ParseList();
    if (!list.delimited) Fail();
    return std::move(list.commands);
  }

  Command ParseCommand() {
    if (++depth_ > kMaxDepth)
      throw Error(file_ + ":" + std::to_string(Peek().line) + ": nested deeper than " + std::to_string(kMaxDepth) +
                  " levels");
    Command command;
    command.line = Peek().line;
    if (IsKeyword("if"))
      command.what = ParseIf();
    else if (IsKeyword("for"))
      command.what = ParseFor();
    else if (IsKeyword("while") || IsKeyword("until"))
      command.what = ParseWhile();
    else
      command.what = ParseSimple();
    --depth_;
    return command;
  }

  SimpleCommand ParseSimple() {
    if (Peek().kind != Kind::kName && Peek().kind != Kind::kWord) Fail();
    SimpleCommand command;
    while (IsArgument()) command.words.push_back(TakeWord());
    if (Peek().kind == Kind::kOpen) command.words.push_back(ParseBlock());
    return command;
  }

  bool IsArgument() {
    Kind kind = Peek().kind;
    return kind == Kind::kName || kind == Kind::kWord || kind == Kind::kKeyword;
  }

  // The commands inside are parsed only to see that they are complete; the text is what is kept.
  Word ParseBlock() {
    Take();
    lexer_.Enter();
    Lexer::Recording start = lexer_.StartRecording();
    ++blocks_;
    ParseList();
    --blocks_;
    if (Peek().kind != Kind::kClose) Fail();
    Take();
    SourceText body = lexer_.StopRecording(start);
    body.text.resize(body.text.rfind('}'));
    lexer_.Leave();
    Word word;
    word.parts.push_back({WordPart::Kind::kBlock, body.text});
    word.block = std::make_shared<Block>(std::move(body));
    return word;
  }

  void ParseFunction() {
    int line = Take().line;
    if (Peek().kind != Kind::kName) Fail();
    std::string name = Take().text;
    lexer_.Enter();
    SkipNewlines();
    if (Peek().kind != Kind::kOpen) Fail();
    Take();
    CommandList body = ParseDelimitedList();
    if (Peek().kind != Kind::kClose) Fail();
    Take();
    define_(name, std::move(body), line);
    lexer_.Leave();
  }

  IfCommand ParseIf() {
    Take();
    lexer_.Enter();
    IfCommand command = ParseIfClause();
    Expect("fi");
    lexer_.Leave();
    return command;
  }

  // Behind `if` or `elif`, up to the `fi` that ends them all.
  IfCommand ParseIfClause() {
    IfCommand command;
    int line = Peek().line;
    command.condition = ParseDelimitedList();
    Expect("then");
    command.then = ParseDelimitedList();
    if (IsKeyword("else")) {
      Take();
      command.otherwise = ParseDelimitedList();
    } else if (IsKeyword("elif")) {
      if (++depth_ > kMaxDepth) throw Error(file_ + ":" + std::to_string(Peek().line) + ": too many elif");
      Take();
      Command next;
      next.line = line;
      next.what = ParseIfClause();
      command.else_if = std::make_shared<Command>(std::move(next));
      --depth_;
    }
    return command;
  }

  ForCommand ParseFor() {
    Take();
    if (Peek().kind != Kind::kName) Fail();
    ForCommand command;
    command.variable = Take().text;
    lexer_.Enter();
    Expect("in");
    while (IsArgument()) command.words.push_back(TakeWord());
    TakeDelimiters();
    Expect("do");
    command.body = ParseDelimitedList();
    Expect("done");
    lexer_.Leave();
    return command;
  }

  WhileCommand ParseWhile() {
    WhileCommand command;
    command.until = Take().text == "until";
    lexer_.Enter();
    command.condition = ParseDelimitedList();
    Expect("do");
    command.body = ParseDelimitedList();
    Expect("done");
    lexer_.Leave();
    return command;
  }

  Lexer lexer_;
  const std::string& file_;
  const FunctionDefiner& define_;
  std::optional<Token> ahead_;
  int depth_ = 0;
  int blocks_ = 0;
  size_t parts_ = 0;
};

}  // namespace

std::optional<CommandList> ParseUnit(LineReader& reader, const FunctionDefiner& define) {
  auto first = reader.Next();
  if (!first) return std::nullopt;
  return Parser(*first, reader, define).ParseScript();
}

}  // namespace kexec_helper::grub
