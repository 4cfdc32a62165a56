#include "settings/assignments.h"

#include <ini.h>

#include <cctype>

#include "settings/shell_syntax.h"
#include "sys/error.h"

namespace kexec_helper {

namespace {

// inih separates name and value, but it also gives meaning to characters that have none in a shell ([section], "name:",
// " ;"), strips blanks and reads lines of 200 bytes at the most. So a line goes to it in a form in which nothing can be
// lost: every byte but letters, digits and the first '=' as %XX, in pieces of which all but the first are inih's
// multi-line continuations (they begin with a blank). The name counts for the first piece.
constexpr size_t kPiece = 120;

bool IsPlain(char c) { return std::isalnum(static_cast<unsigned char>(c)) || c == '_'; }

std::string Protect(std::string_view line) {
  constexpr char kHex[] = "0123456789ABCDEF";
  std::string text;
  size_t in_piece = 0;
  bool in_value = false;
  for (char c : line) {
    if (c == '=' && !in_value) {
      in_value = true;
      text += "=.";  // the dot keeps an empty value a value
      continue;
    }
    if (in_value && in_piece >= kPiece) {
      text += "\n ";
      in_piece = 0;
    }
    if (IsPlain(c)) {
      text += c;
      ++in_piece;
    } else {
      text += {'%', kHex[static_cast<unsigned char>(c) >> 4], kHex[c & 15]};
      in_piece += 3;
    }
  }
  return text;
}

std::string Unprotect(std::string_view text) {
  auto digit = [](char c) { return c <= '9' ? c - '0' : c - 'A' + 10; };
  std::string result;
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '%') {
      result += static_cast<char>(digit(text[i + 1]) << 4 | digit(text[i + 2]));
      i += 2;
    } else {
      result += text[i];
    }
  }
  return result;
}

struct NameAndValue {
  std::string name;
  std::string value;  // as written, quotes and all
};

int TakePiece(void* user, const char* /*section*/, const char* name, const char* value) {
  auto* pair = static_cast<NameAndValue*>(user);
  if (pair->name.empty()) {
    pair->name = name;
    pair->value = value + 1;
  } else {
    pair->value += value;
  }
  return 1;
}

// nullopt if the line is no assignment.
std::optional<NameAndValue> SplitAssignment(const std::string& line) {
  // A name that long is none of ours, and inih would read its line in two.
  if (line.find('=') > kPiece) return std::nullopt;
  NameAndValue pair;
  if (ini_parse_string(Protect(line).c_str(), TakePiece, &pair) != 0 || pair.name.empty()) return std::nullopt;
  bool is_name = !std::isdigit(static_cast<unsigned char>(pair.name[0]));
  for (char c : pair.name) is_name = is_name && IsPlain(c);
  if (!is_name) return std::nullopt;
  pair.value = Unprotect(pair.value);
  return pair;
}

}  // namespace

bool ReadAssignments(const std::string& file, std::string_view text, Assignments& into) {
  Assignments found = into;
  for (const LogicalLine& line : SplitLogicalLines(file, text)) {
    std::optional<NameAndValue> pair = SplitAssignment(line.text);
    if (!pair) return false;
    // Quotes inside a substitution ("$(echo "it's")") only a shell can pair.
    if (line.open_quote && pair->value.find_first_of("$`") != std::string::npos) return false;
    if (line.open_quote)
      throw Error(file + ":" + std::to_string(line.number) + ": " + pair->name + ": the quote " + line.open_quote +
                  " is never closed");
    std::optional<std::string> value = Unquote(pair->value);
    if (!value) return false;
    found[pair->name] = {*value, file, line.number};
  }
  into = std::move(found);
  return true;
}

}  // namespace kexec_helper
