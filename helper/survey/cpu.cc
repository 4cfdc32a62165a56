#include "survey/cpu.h"

#include <sstream>

namespace kexec_helper {

std::string ReadCpuField(const Root& root, const std::string& name) {
  constexpr size_t kMaxBytes = 16 << 20;
  std::istringstream lines(root.ReadIfPresent("/proc/cpuinfo", kMaxBytes).value_or(""));
  for (std::string line; std::getline(lines, line);) {
    size_t colon = line.find(':');
    if (colon == std::string::npos || line.substr(0, line.find_last_not_of(" \t:", colon) + 1) != name) continue;
    size_t value = line.find_first_not_of(" \t", colon + 1);
    return value == std::string::npos ? "" : line.substr(value);
  }
  return "";
}

}  // namespace kexec_helper
