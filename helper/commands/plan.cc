#include "commands/plan.h"

#include "commands/watchdog.h"
#include "decision/compare.h"
#include "sys/error.h"

namespace kexec_helper {

namespace {

Check LoaderCheck(const LoaderFacts& loader) {
  const NextBoot& next = *loader.next;
  bool ok = next.result == BootResult::kLinux;
  return {loader.name + "'s menu", ok, ok ? next.why : next.problem};
}

// What was looked at, in the order in which it decides.
std::vector<Check> ChecksOf(const Facts& facts) {
  const MachineState& machine = facts.machine;
  const auto& settings = facts.settings.settings;
  const auto& requests = machine.firmware_requests;
  std::string refusal = LoadRefusal(machine.kernel);
  std::vector<Check> checks = {
      {"flag files", machine.flags.empty(), machine.flags.empty() ? "none" : machine.flags[0].path},
      {"firmware requests", requests.empty(), requests.empty() ? "none" : requests[0]},
      {"settings", settings.has_value(), settings ? settings->load_kexec_where : facts.settings.error},
      {"running kernel", refusal.empty(),
       refusal.empty() ? "Linux " + machine.kernel.release + " can load a kernel" : refusal}};
  if (settings && FollowsBootLoader(*settings) && facts.loader.next) checks.push_back(LoaderCheck(facts.loader));
  return checks;
}

// Whose content decides what starts, besides the chosen files themselves.
std::vector<std::string> TrustedFiles(const Decision& decision, const LoaderFacts& loader) {
  std::vector<std::string> files = decision.names;
  if (decision.source == Source::kBootLoader)
    files.insert(files.end(), BootOf(decision, loader).files.begin(), BootOf(decision, loader).files.end());
  return files;
}

void Prepare(const Root& root, Plan& plan) {
  const Decision chosen = plan.decision;
  PreparedFiles prepared =
      PrepareFiles(root, *chosen.choice, TrustedFiles(chosen, plan.facts.loader), plan.facts.machine.kernel);
  plan.files = std::move(prepared.facts);
  plan.decision = DecideByFiles(chosen, plan.facts, plan.files);
  bool ok = plan.decision.action == Action::kKexec;
  plan.checks.push_back({"kernel, initrd, command line", ok, ok ? chosen.choice->kernel : plan.decision.reason});
  if (ok) plan.image = std::move(prepared.image);
}

void AddWarnings(Plan& plan) {
  const Facts& facts = plan.facts;
  plan.warnings = facts.warnings;
  if (!facts.machine.failures.problem.empty()) plan.warnings.push_back(facts.machine.failures.problem);
  auto add = [&](const std::vector<std::string>& warnings) {
    plan.warnings.insert(plan.warnings.end(), warnings.begin(), warnings.end());
  };
  if (plan.decision.source == Source::kBootLoader) add(BootOf(plan.decision, facts.loader).warnings);
  if (const auto& settings = facts.settings.settings)
    add(CompareWithBootLoader(plan.decision, facts.loader, *settings));
  if (plan.decision.action == Action::kKexec && facts.machine.exitrd == Exitrd::kIgnoresKexec)
    add({std::string(kExitrdScript) +
         ", the last step of a shutdown here, does not know kexec and is left out: what it takes apart (RAID, network "
         "disks) stays as it is"});
  if (plan.image && !plan.files.shortage.empty())
    add({plan.files.shortage + ": enough if the shutdown frees it, else a smaller initrd helps (MODULES=dep)"});
}

// A firmware reboot is no safe side where it starts what has failed.
void AvoidFailingDefault(const Root& root, Plan& plan) {
  const Facts& facts = plan.facts;
  const LoaderFacts& loader = facts.loader;
  if (plan.decision.action != Action::kFirmware || facts.machine.failures.known.empty()) return;
  if (!loader.next || !loader.next->choice || !loader.running.boot) return;
  try {
    FileFacts next = PrepareFiles(root, *loader.next->choice, {}, facts.machine.kernel).facts;
    Fallback instead = AvoidFailureByFirmware(plan.decision, facts, next);
    if (!instead.entry) return;
    plan.warnings.push_back(instead.text);
    plan.fallback.entry = instead.entry;
  } catch (const Error& error) {
    plan.warnings.push_back("whether " + loader.name + " boots what has failed is not known: " + error.what());
  }
}

Plan PlanOf(const Root& root, Facts facts) {
  Plan plan;
  plan.facts = std::move(facts);
  plan.decision = Decide(plan.facts, ResolverOf(root));
  plan.checks = ChecksOf(plan.facts);
  const Decision chosen = plan.decision;
  if (chosen.choice) Prepare(root, plan);
  if (auto instead = AvoidFailure(chosen, plan.decision, plan.facts)) {
    plan.decision = *instead;
    Prepare(root, plan);
  }
  plan.fallback = FindFallback(plan.decision, plan.facts);
  plan.watch = FindWatch(root, plan.decision, plan.facts, plan.files.kernel_version);
  AddWarnings(plan);
  AvoidFailingDefault(root, plan);
  return plan;
}

}  // namespace

Resolver ResolverOf(const Root& root) {
  return [&root](const std::string& path) -> std::optional<std::string> {
    if (!root.Exists(path)) return std::nullopt;
    return root.Resolve(path);
  };
}

Plan MakePlan(const Root& root, Purpose purpose) { return PlanOf(root, GatherFacts(root, purpose)); }

Plan MakeOneShotPlan(const Root& root) {
  Facts facts = GatherFacts(root, Purpose::kForecast);
  facts.machine.one_shot = true;
  return PlanOf(root, std::move(facts));
}

}  // namespace kexec_helper
