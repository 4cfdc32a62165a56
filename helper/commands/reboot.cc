#include "commands/reboot.h"

#include "records/records.h"
#include "sys/error.h"
#include "sys/init_system.h"

namespace kexec_helper {

namespace {

// A reboot that did not come about must not leave its request to a later one.
void RequestOrTakeBack(const Root& root, Kernel& kernel, const char* request) {
  root.WriteAtomically(request, "");
  try {
    kernel.RequestReboot();
  } catch (const Error&) {
    root.Remove(request);
    throw;
  }
}

}  // namespace

Plan RebootByKexec(const Root& root, Kernel& kernel) {
  Plan plan = MakePlan(root, /*one_shot=*/true);
  std::vector<std::string> missing = FindMissingIntegration(root);
  if (plan.decision.action == Action::kKexec && !missing.empty()) plan.decision = RefuseKexec(missing[0]);
  if (plan.decision.action == Action::kKexec) RequestOrTakeBack(root, kernel, kOneShot);
  return plan;
}

void RebootByFirmware(const Root& root, Kernel& kernel) { RequestOrTakeBack(root, kernel, kFlagFiles[1]); }

}  // namespace kexec_helper
