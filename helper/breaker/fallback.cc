#include "breaker/fallback.h"

#include "records/json_file.h"

namespace kexec_helper {

NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(FallbackRecord, loader, entry, place, value, had_record, former_value, boot_id)

std::optional<FallbackRecord> ReadFallback(const Root& root) {
  return ReadRecord<FallbackRecord>(root, kFallbackRecord);
}

void WriteFallback(const Root& root, const FallbackRecord& record) { WriteRecord(root, kFallbackRecord, record); }

}  // namespace kexec_helper
