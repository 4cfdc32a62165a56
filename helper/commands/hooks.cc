#include "commands/hooks.h"

#include <algorithm>
#include <chrono>
#include <sstream>

#include "survey/hooks.h"
#include "sys/program.h"

namespace kexec_helper {

namespace {

using Clock = std::chrono::steady_clock;

constexpr int kVeto = 3;

std::string Describe(const WorkResult& result, std::chrono::milliseconds limit) {
  if (result.end == WorkEnd::kTimedOut)
    return "not done after " + std::to_string(std::chrono::duration_cast<std::chrono::seconds>(limit).count()) +
           " s, ended";
  if (result.end == WorkEnd::kKilled) return "was killed by signal " + std::to_string(result.value);
  if (result.value == kCannotRun) return "cannot be run";
  if (result.value != 0 && result.value != kVeto) return "failed with exit status " + std::to_string(result.value);
  return "";
}

void RunOne(const Root& root, const std::string& path, std::chrono::milliseconds limit, HooksReport& report) {
  ProgramRun run = RunProgram(root.OpenRegular(path).fd, path, limit);
  std::istringstream lines(run.output);
  for (std::string line; std::getline(lines, line);) report.messages.push_back(path + ": " + line);
  if (std::string problem = Describe(run.end, limit); !problem.empty())
    report.messages.push_back(path + ": " + problem);
  if (run.end.end == WorkEnd::kFinished && run.end.value == kVeto) report.veto = path;
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
