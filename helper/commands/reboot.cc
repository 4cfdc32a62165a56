#include "commands/reboot.h"

#include "records/records.h"
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
  Plan plan = MakeOneShotPlan(root);
  if (plan.decision.action == Action::kKexec) RequestOrTakeBack(root, kernel, kOneShot);
  return plan;
}

void RebootByFirmware(const Root& root, Kernel& kernel) { RequestOrTakeBack(root, kernel, kFlagFiles[1]); }

}  // namespace kexec_helper
