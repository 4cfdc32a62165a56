#include "commands/hooks.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <sstream>

#include "survey/hooks.h"
#include "sys/error.h"
#include "sys/fd.h"
#include "sys/supervise.h"

namespace kexec_helper {

namespace {

using Clock = std::chrono::steady_clock;

constexpr int kVeto = 3;
constexpr int kCannotRun = 127;
constexpr size_t kShownBytes = 2048;
constexpr rlim_t kMaxOutput = 1 << 20;  // bytes; more ends a hook that floods the console

// In the child, which becomes the hook. Of a script the interpreter opens the descriptor again, so that it is
// inherited.
int Become(const std::string& path, int program, int output) {
  constexpr int kInherited = 20;
  const struct rlimit limit = {kMaxOutput, kMaxOutput};
  int input = ::open("/dev/null", O_RDONLY | O_CLOEXEC);
  int inherited = ::fcntl(program, F_DUPFD, kInherited);
  ::setrlimit(RLIMIT_FSIZE, &limit);
  if (input < 0 || inherited < 0 || ::dup2(input, STDIN_FILENO) < 0 || ::dup2(output, STDOUT_FILENO) < 0 ||
      ::dup2(output, STDERR_FILENO) < 0)
    return kCannotRun;
  std::string name = path, directories = "PATH=/usr/sbin:/usr/bin:/sbin:/bin", locale = "LC_ALL=C";
  char* arguments[] = {name.data(), nullptr};
  char* environment[] = {directories.data(), locale.data(), nullptr};
  ::fexecve(inherited, arguments, environment);
  return kCannotRun;
}

std::string Describe(const WorkResult& result, std::chrono::milliseconds limit) {
  if (result.end == WorkEnd::kTimedOut)
    return "not done after " + std::to_string(std::chrono::duration_cast<std::chrono::seconds>(limit).count()) +
           " s, ended";
  if (result.end == WorkEnd::kKilled) return "was killed by signal " + std::to_string(result.value);
  if (result.value == kCannotRun) return "cannot be run";
  if (result.value != 0 && result.value != kVeto) return "failed with exit status " + std::to_string(result.value);
  return "";
}

void AddOutput(int output, const std::string& path, std::vector<std::string>& messages) {
  std::string text(kShownBytes, '\0');
  ssize_t count = ::pread(output, text.data(), text.size(), 0);
  text.resize(count < 0 ? 0 : static_cast<size_t>(count));
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) messages.push_back(path + ": " + line);
}

void RunOne(const Root& root, const std::string& path, std::chrono::milliseconds limit, HooksReport& report) {
  const Fd program = root.OpenRegular(path).fd;
  const Fd output(::memfd_create("hook", MFD_CLOEXEC));
  if (!output) throw SystemError("memfd_create", errno);
  WorkResult result = RunWithin(limit, [&] { return Become(path, program.get(), output.get()); });
  AddOutput(output.get(), path, report.messages);
  if (std::string problem = Describe(result, limit); !problem.empty()) report.messages.push_back(path + ": " + problem);
  if (result.end == WorkEnd::kFinished && result.value == kVeto) report.veto = path;
}

}  // namespace

HooksReport RunHooks(const Root& root, const HookLimits& limits) {
  HooksReport report;
  const auto end = Clock::now() + limits.all;
  for (const Hook& hook : FindHooks(root)) {
    if (!hook.problem.empty()) {
      report.messages.push_back(hook.problem + " (not run)");
      continue;
    }
    auto left = std::chrono::duration_cast<std::chrono::milliseconds>(end - Clock::now());
    if (left.count() <= 0) {
      report.messages.push_back(hook.path + ": not run, the hooks before it have taken all the time");
      continue;
    }
    RunOne(root, hook.path, std::min(left, limits.each), report);
    if (!report.veto.empty()) break;
  }
  return report;
}

}  // namespace kexec_helper
