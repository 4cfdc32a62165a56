#include "bootloader/take_back.h"

#include "bootloader/grub/disks/environment_block.h"
#include "sys/efi_variable.h"

namespace kexec_helper {

namespace {

bool TakeBackFromGrub(const Root& root, const RequestPlace& request) {
  auto block =
      grub::EnvironmentBlock::Parse(root.ReadIfPresent(request.place, grub::kMaxEnvironmentBytes).value_or(""));
  if (!block || block->Find(grub::kNextEntry) != request.value) return false;
  // What was there may have no room any more: then the request goes all the same.
  if (!request.had_record || !block->Set(grub::kNextEntry, request.former_value)) block->Remove(grub::kNextEntry);
  root.Overwrite(request.place, block->text());
  return true;
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
