// The part of the shell's language that a settings file normally uses: assignments with quoted values.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace kexec_helper {

// A line of shell as the shell sees it: a quoted line break or a backslash at the end of a line does not end it.
struct LogicalLine {
  int number = 0;       // of its first physical line, from 1
  std::string text;     // as written, without a comment at its end and without blanks around it
  char open_quote = 0;  // the quote that is never closed, if any; then it is the last line
};

// Splits a settings file; blank lines and comments are left out. Throws Error "FILE:LINE: …" for what is no text for a
// shell: NUL bytes, a byte order mark, Windows line ends. Pure.
std::vector<LogicalLine> SplitLogicalLines(const std::string& file, std::string_view text);

// The value of one shell word: '…', "…" and backslash undone, adjacent pieces joined (POSIX.1, Shell Command Language,
// 2.2 Quoting). nullopt if it takes a shell to know: an expansion, an operator, a second word. Pure.
std::optional<std::string> Unquote(std::string_view word);

}  // namespace kexec_helper
