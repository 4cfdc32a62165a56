#include "decision/fallback.h"

#include "breaker/judge.h"
#include "decision/watchdog.h"
#include "image/command_line.h"

namespace kexec_helper {

namespace {

bool StartsTheSame(const BootChoice& one, const BootChoice& other) {
  return one.kernel == other.kernel && one.initrds == other.initrds &&
         ComparableCommandLine(one.command_line) == ComparableCommandLine(other.command_line);
}

// What a boot changes (a one-time choice that is used up) may make the next one another.
bool BootsByItself(const LoaderFacts& loader, const NextBoot& running) {
  const auto& next = loader.next;
  return next && next->choice && next->changes.empty() && StartsTheSame(*next->choice, *running.choice);
}

std::string Quoted(const NextBoot& boot) { return "entry '" + boot.entry->title + "' (" + boot.entry->path + ")"; }

}  // namespace

Fallback FindFallback(const Decision& decision, const Facts& facts) {
  const LoaderFacts& loader = facts.loader;
  const auto& settings = facts.settings.settings;
  if (decision.action != Action::kKexec) return {};
  if (loader.name.empty()) return {std::nullopt, "no boot loader is known that could be asked for the running kernel"};
  if (settings && !settings->fallback) return {std::nullopt, loader.name + " boots its default (FALLBACK=false)"};
  const auto& running = loader.running.boot;
  const std::string& problem = loader.running.problem;
  if (!running) return {std::nullopt, loader.name + " boots its default" + (problem.empty() ? "" : ": " + problem)};
  if (BootsByItself(loader, *running)) return {std::nullopt, loader.name + " boots the running kernel, its default"};
  return {running->entry, loader.name + " is asked for " + Quoted(*running) + ", the running kernel"};
}

Fallback AvoidFailureByFirmware(const Decision& decision, const Facts& facts, const FileFacts& next) {
  const LoaderFacts& loader = facts.loader;
  if (decision.action != Action::kFirmware || !loader.next->changes.empty()) return {};
  if (!FindFailure(facts.machine.failures.known, AttemptOf(*loader.next->choice, next))) return {};
  const NextBoot& running = *loader.running.boot;
  if (StartsTheSame(*loader.next->choice, *running.choice)) return {};
  return {running.entry, "the kexec of " + loader.name + "'s default has failed: " + loader.name + " is asked for " +
                             Quoted(running) + ", the running kernel"};
}

std::optional<Decision> AvoidFailure(const Decision& failing, const Decision& refusal, const Facts& facts) {
  const auto& running = facts.loader.running.boot;
  if (refusal.rule != Rule::kBreaker || failing.source != Source::kBootLoader || !running) return std::nullopt;
  if (StartsTheSame(*failing.choice, *running->choice)) return std::nullopt;
  Decision decision = failing;
  decision.rule = Rule::kBreaker;
  decision.runs_again = true;
  decision.choice = running->choice;
  decision.names.clear();
  decision.reason = refusal.reason + ". Until then " + Quoted(*running) + " is started, the running kernel";
  AddPanicTimeout(*facts.settings.settings, facts.machine, decision);
  AddOpenTimeout(facts, decision);
  return decision;
}

}  // namespace kexec_helper
