#include "bootloader/take_back.h"

#include "bootloader/grub/disks/environment_block.h"
#include "sys/efi_variable.h"

namespace kexec_helper {

namespace {

bool TakeBackFromGrub(const Root& root, const RequestPlace& request) {
  constexpr size_t kMaxBytes = 1 << 20;
  auto block = grub::EnvironmentBlock::Parse(root.ReadIfPresent(request.place, kMaxBytes).value_or(""));
  if (!block) return false;
  for (const auto& [name, entry] : block->Records(grub::EnvironmentBlock::BlankLines::kSkipped)) {
    if (name != grub::kNextEntry || entry != request.value) continue;
    if (request.had_record)
      block->Set(name, request.former_value);
    else
      block->Remove(name);
    root.Overwrite(request.place, block->text());
    return true;
  }
  return false;
}

bool TakeBackFromFirmware(const Root& root, const RequestPlace& request) {
  if (ReadEfiText(root, request.place).value_or("") != request.value) return false;
  return RemoveEfiVariable(root, request.place);
}

}  // namespace

bool TakeBack(const Root& root, const RequestPlace& request) {
  return request.place.starts_with("/") ? TakeBackFromGrub(root, request) : TakeBackFromFirmware(root, request);
}

}  // namespace kexec_helper
