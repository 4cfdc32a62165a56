#include "decision/compare.h"

#include "decision/command_line.h"

namespace kexec_helper {

namespace {

constexpr const char* kFollow = ": USE_GRUB_CONFIG=auto follows it";

// Without what each boot loader adds for itself, and what a kexec adds.
std::string Comparable(const std::string& command_line) {
  return WithoutWords(command_line, {"BOOT_IMAGE=", "panic="});
}

}  // namespace

std::vector<std::string> CompareWithBootLoader(const Decision& decision, const LoaderFacts& loader) {
  if (decision.action != Action::kKexec || decision.source != Source::kSettings || !loader.next) return {};
  const NextBoot& next = *loader.next;
  if (next.result == BootResult::kOtherSystem)
    return {loader.name + " would start something else than Linux: " + next.problem + kFollow};
  if (next.result != BootResult::kLinux) return {};
  std::vector<std::string> warnings;
  std::string entry = next.entry ? " (entry '" + next.entry->title + "')" : "";
  if (next.choice->kernel != decision.choice->kernel)
    warnings.push_back(loader.name + " would boot another kernel, " + next.choice->kernel + entry + kFollow);
  if (Comparable(next.choice->command_line) != Comparable(decision.choice->command_line))
    warnings.push_back(loader.name + " would boot with other arguments, " + next.choice->command_line + kFollow);
  return warnings;
}

}  // namespace kexec_helper
