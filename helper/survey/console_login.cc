#include "survey/console_login.h"

#include <algorithm>
#include <cerrno>
#include <optional>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include "sys/error.h"

namespace kexec_helper {

namespace {

struct Process {
  std::string id;
  std::string name;
  std::string parent;
};

// "1234 (name) S 1 …" (proc(5)); the name may have anything in it. nullopt if the process has ended meanwhile.
std::optional<Process> ReadProcess(const Root& root, const std::string& id) {
  constexpr size_t kMaxBytes = 4096;
  try {
    const std::string text = root.Read("/proc/" + id + "/stat", kMaxBytes);
    size_t open = text.find('('), close = text.rfind(')');
    if (open == std::string::npos || close == std::string::npos || close < open) return std::nullopt;
    std::istringstream rest(text.substr(close + 1));
    Process process{id, text.substr(open + 1, close - open - 1), ""};
    std::string state;
    rest >> state >> process.parent;
    return process;
  } catch (const SystemError& error) {
    if (error.error_number() != ENOENT && error.error_number() != ESRCH) throw;
    return std::nullopt;
  }
}

std::vector<Process> ReadProcesses(const Root& root) {
  std::vector<Process> processes;
  for (const std::string& id : root.List("/proc", Root::Order::kOfDirectory))
    if (id.find_first_not_of("0123456789") == std::string::npos)
      if (auto process = ReadProcess(root, id)) processes.push_back(std::move(*process));
  return processes;
}

}  // namespace

bool IsLoggedInAtConsole(const Root& root) {
  constexpr const char* kProgram = "sulogin";
  const std::vector<Process> processes = ReadProcesses(root);
  std::set<std::string> asking;
  for (const Process& process : processes)
    if (process.name == kProgram) asking.insert(process.id);
  return std::any_of(processes.begin(), processes.end(), [&](const Process& process) {
    return process.name != kProgram && asking.count(process.parent) > 0;
  });
}

}  // namespace kexec_helper
