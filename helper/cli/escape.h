// Text as a terminal may show it.
#pragma once

#include <string>
#include <string_view>

namespace kexec_helper {

// The text with everything escaped that a terminal or a log could act on or that hides what is there: control
// characters of ASCII and C1 and line breaks (\\x1b), bidirectional controls and noncharacters (\\u202e), bytes that
// are no UTF-8 (\\xff). Titles, arguments, paths and records come from others.
std::string Escaped(std::string_view text);

}  // namespace kexec_helper
