#include "breaker/attempts.h"

#include "records/json_file.h"

namespace kexec_helper {

NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(Attempt, kernel, kernel_version, stamp, boot_id, time)

std::optional<Attempt> ReadAttempt(const Root& root) { return ReadRecord<Attempt>(root, kAttempt); }

std::vector<Attempt> ReadFailures(const Root& root) {
  return ReadRecord<std::vector<Attempt>>(root, kFailures).value_or(std::vector<Attempt>());
}

void WriteAttempt(const Root& root, const Attempt& attempt) { WriteRecord(root, kAttempt, attempt); }

void WriteFailures(const Root& root, std::vector<Attempt> failures) {
  constexpr size_t kMax = 20;
  if (failures.size() > kMax) failures.erase(failures.begin(), failures.end() - kMax);
  WriteRecord(root, kFailures, failures);
}

}  // namespace kexec_helper
