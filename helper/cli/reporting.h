// How a command reports: results on standard output, errors and warnings on standard error.
#pragma once

#include <functional>
#include <ostream>
#include <string>
#include <vector>

namespace kexec_helper {

// Before every line for people.
inline constexpr const char* kPrefix = "kexec-helper: ";

void PrintWarnings(std::ostream& err, const std::vector<std::string>& warnings);

// What `work` returns. When it throws, the message goes to `err`, and the exit status that belongs to it is returned.
int Reporting(std::ostream& err, const std::function<int()>& work);

}  // namespace kexec_helper
