#include "decision/compare.h"

#include "image/command_line.h"

namespace kexec_helper {

std::vector<std::string> CompareWithBootLoader(const Decision& decision, const LoaderFacts& loader,
                                               const Settings& settings) {
  if (decision.action != Action::kKexec || decision.source != Source::kSettings || !loader.next) return {};
  const NextBoot& next = *loader.next;
  const std::string follow = ": " + HowToFollowBootLoader(settings) + " to follow it";
  if (next.result == BootResult::kOtherSystem)
    return {loader.name + " would start something else than Linux: " + next.problem + follow};
  if (next.result != BootResult::kLinux) return {};
  std::vector<std::string> warnings;
  std::string entry = next.entry ? " (entry '" + next.entry->title + "')" : "";
  if (next.choice->kernel != decision.choice->kernel)
    warnings.push_back(loader.name + " would boot another kernel, " + next.choice->kernel + entry + follow);
  if (ComparableCommandLine(next.choice->command_line) != ComparableCommandLine(decision.choice->command_line))
    warnings.push_back(loader.name + " would boot with other arguments, " + next.choice->command_line + follow);
  return warnings;
}

}  // namespace kexec_helper
