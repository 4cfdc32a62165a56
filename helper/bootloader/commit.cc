#include "bootloader/commit.h"

#include "sys/efi_variable.h"
#include "sys/error.h"

namespace kexec_helper {

namespace {

void Make(const Root& root, const OverwriteFile& change) { root.Overwrite(change.path, change.content); }
void Make(const Root& root, const DeleteEfiVariable& change) { RemoveEfiVariable(root, change.name); }
void Make(const Root& root, const SetEfiVariable& change) { WriteEfiVariable(root, change.name, change.value); }

}  // namespace

void MakeChange(const Root& root, const StateChange& change) {
  std::visit([&](const auto& one) { Make(root, one); }, change);
}

void CommitChanges(const Root& root, const NextBoot& boot, std::vector<std::string>& warnings) {
  warnings.insert(warnings.end(), boot.unchanged.begin(), boot.unchanged.end());
  for (const StateChange& change : boot.changes) {
    try {
      MakeChange(root, change);
    } catch (const Error& error) {
      warnings.push_back(std::string("the boot loader's state is not up to date: ") + error.what());
    }
  }
}

}  // namespace kexec_helper
