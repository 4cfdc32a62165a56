#include "bootloader/fallback_record.h"

#include "records/json_file.h"

namespace kexec_helper {

NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(RequestPlace, place, value, had_record, former_value)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(FallbackRecord, loader, entry, request, boot_id)

std::optional<FallbackRecord> ReadFallback(const Root& root) {
  return ReadRecord<FallbackRecord>(root, kFallbackRecord);
}

void WriteFallback(const Root& root, const FallbackRecord& record) { WriteRecord(root, kFallbackRecord, record); }

}  // namespace kexec_helper
