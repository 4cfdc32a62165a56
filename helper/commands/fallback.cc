#include "commands/fallback.h"

#include "bootloader/commit.h"
#include "bootloader/take_back.h"
#include "sys/error.h"

namespace kexec_helper {

namespace {

// On record before it is made: what is not on record is never taken back.
void Ask(const Root& root, const BootLoader& loader, const EntryName& entry, const std::vector<StateChange>& made,
         const std::string& boot_id) {
  OneTimeRequest request = loader.AskOnce(entry.path, made);
  WriteFallback(root, {loader.Name(), entry.title, request.place, boot_id});
  try {
    MakeChange(root, request.change);
  } catch (const Error&) {
    root.Remove(kFallbackRecord);
    throw;
  }
}

}  // namespace

void AskForFallback(const Root& root, const Plan& plan, const std::vector<StateChange>& made,
                    std::vector<std::string>& warnings) {
  if (!plan.fallback.entry) return;
  try {
    auto loader = FindBootLoader(root, plan.facts.settings, plan.facts.machine);
    if (loader) Ask(root, *loader, *plan.fallback.entry, made, plan.facts.machine.kernel.boot_id);
  } catch (const Error& error) {
    bool kexec = plan.decision.action == Action::kKexec;
    warnings.push_back(std::string(kexec ? "a kexec that fails is followed by the boot loader's default: "
                                         : "the boot loader boots its default, whose kexec has failed: ") +
                       error.what());
  }
}

std::optional<FallbackRecord> TakeBackFallback(const Root& root) {
  auto record = ReadFallback(root);
  if (!record) return std::nullopt;
  TakeBack(root, record->request);
  root.Remove(kFallbackRecord);
  return record;
}

std::optional<FallbackRecord> SettleFallback(const Root& root, const std::string& boot_id) {
  auto record = ReadFallback(root);
  if (!record || record->boot_id == boot_id) return std::nullopt;
  return TakeBackFallback(root);
}

}  // namespace kexec_helper
