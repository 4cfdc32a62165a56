#include "commands/reboot.h"

#include "records/records.h"
#include "survey/init_system.h"
#include "sys/error.h"

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
  if (plan.decision.action == Action::kFirmware) return plan;
  std::vector<std::string> missing = FindMissingIntegration(root);
  if (missing.empty())
    RequestOrTakeBack(root, kernel, kOneShot);
  else
    plan.decision = RefuseKexec(missing[0]);
  return plan;
}

void RebootByFirmware(const Root& root, Kernel& kernel) { RequestOrTakeBack(root, kernel, kFlagFiles[1]); }

}  // namespace kexec_helper
