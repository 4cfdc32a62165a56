// Small things done to text.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace kexec_helper {

// "a, b, c"; "" for none.
std::string Join(const std::vector<std::string>& words, std::string_view separator = ", ");

// Without its line feed and what follows.
std::string FirstLine(std::string_view text);

}  // namespace kexec_helper
