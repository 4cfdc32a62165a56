#include "breaker/kexec_count.h"

#include <algorithm>
#include <string>

#include "records/json_file.h"

namespace kexec_helper {

namespace {

struct KexecCount {
  int kexecs = 0;
  std::string boot_id;  // of the last boot that was counted
};

NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(KexecCount, kexecs, boot_id)

}  // namespace

int KexecsInARow(const Root& root, const KernelState& kernel) {
  auto record = ReadRecord<KexecCount>(root, kKexecCount);
  int before = record ? std::max(record->kexecs, 0) : 0;
  if (record && record->boot_id == kernel.boot_id) return before;
  switch (FindBootOrigin(kernel).kind) {
    case BootKind::kKexec:
      return before + 1;
    case BootKind::kFirmware:
      return 0;
    case BootKind::kUnknown:
      break;
  }
  return before;
}

void CountBoot(const Root& root, const KernelState& kernel) {
  WriteRecord(root, kKexecCount, KexecCount{KexecsInARow(root, kernel), kernel.boot_id});
}

}  // namespace kexec_helper
