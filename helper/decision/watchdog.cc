#include "decision/watchdog.h"

#include <algorithm>

#include "decision/command_line.h"
#include "sys/text.h"

namespace kexec_helper {

namespace {

// Why nothing would stop a watchdog in time in the system that is started; "" if that system does.
std::string WhyNotStopped(const Decision& decision, const MachineState& machine) {
  if (!machine.missing_completion.empty()) return machine.missing_completion;
  if (!machine.asked_passphrase.empty())
    return "the boot waits for the passphrase of " + machine.asked_passphrase +
           " (/etc/crypttab), however long it takes";
  if (!decision.choice) return "a kernel that was loaded by hand is not watched";
  const std::string& next = decision.choice->command_line;
  if (std::string word = FindOneBootWord(next); !word.empty())
    return "nothing stops a watchdog in the boot that '" + word + "' on the command line asks for";
  if (RootOf(next) != RootOf(machine.current_command_line))
    return "the new command line has another root= than the current one";
  return "";
}

// Why this one is not used; "" if it is.
std::string Obstacle(const WatchdogCandidate& candidate, const HasModuleOf& has_module) {
  if (!candidate.problem.empty()) return candidate.problem;
  auto missing = std::find_if_not(candidate.modules.begin(), candidate.modules.end(), has_module);
  if (missing == candidate.modules.end()) return "";
  return "the new kernel has no module " + *missing + ", so that nothing could stop it: reinstall the kernel's package";
}

std::string Described(const Watchdog& watchdog) {
  const std::string seconds = std::to_string(watchdog.seconds) + " s";
  return watchdog.kind == WatchdogKind::kBmc ? "the BMC's watchdog (IPMI), " + seconds : watchdog.name + ", " + seconds;
}

}  // namespace

Watch ChooseWatchdog(const Decision& decision, const Facts& facts, const HasModuleOf& has_module) {
  if (decision.action == Action::kFirmware) return {};
  const auto& settings = facts.settings.settings;
  if (!settings) return {std::nullopt, "none: the settings cannot be read"};
  if (!settings->watchdog) return {std::nullopt, "none: WATCHDOG=off"};
  if (facts.machine.watchdogs.empty())
    return {std::nullopt, "none: this machine has no BMC (IPMI) and no /dev/watchdog0"};
  if (std::string why = WhyNotStopped(decision, facts.machine); !why.empty()) return {std::nullopt, "none: " + why};
  std::vector<std::string> obstacles;
  for (const WatchdogCandidate& candidate : facts.machine.watchdogs) {
    std::string obstacle = Obstacle(candidate, has_module);
    if (obstacle.empty()) {
      Watchdog watchdog = candidate.watchdog;
      watchdog.seconds = settings->watchdog_timeout;
      return {watchdog, Described(watchdog)};
    }
    obstacles.push_back(obstacle);
  }
  return {std::nullopt, "none: " + Join(obstacles, "; ")};
}

void AddOpenTimeout(const Facts& facts, Decision& decision) {
  const auto& settings = facts.settings.settings;
  if (!settings || !settings->watchdog || !decision.choice || !WhyNotStopped(decision, facts.machine).empty()) return;
  const auto& all = facts.machine.watchdogs;
  auto usable = std::find_if(all.begin(), all.end(), [](const auto& candidate) { return candidate.problem.empty(); });
  if (usable == all.end() || usable->watchdog.kind != WatchdogKind::kDevice) return;
  std::string& command_line = decision.choice->command_line;
  command_line = WithOpenTimeout(command_line, settings->watchdog_timeout);
}

}  // namespace kexec_helper
