// Puts the boot loader's state back when a kexec for which it was changed does not happen.
#pragma once

#include <vector>

#include "bootloader/boot_loader.h"
#include "sys/root.h"

namespace kexec_helper {

inline constexpr const char* kUndoRecord = "/run/kexec-helper/undo.json";

// Records what `changes` are about to replace; an earlier record is forgotten. Throws Error.
void RecordUndo(const Root& root, const std::vector<StateChange>& changes);

// Puts back what is still as those changes have left it, and forgets the record; nothing happens without one. Throws
// Error.
void Undo(const Root& root);

}  // namespace kexec_helper
