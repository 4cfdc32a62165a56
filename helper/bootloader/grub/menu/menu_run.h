// The menu without anybody at the keyboard: the default is booted when the time is up.
#pragma once

#include "bootloader/grub/runtime/interpreter.h"
#include "bootloader/grub/runtime/menu.h"

namespace kexec_helper::grub {

// Boots the default of the current menu, its fallbacks when it fails, down through submenus (GRUB: normal/menu.c). Ends
// by throwing Departure: something is booted, or GRUB waits for somebody. Throws Error when an entry asks for a
// password.
[[noreturn]] void RunMenu(Interpreter& grub);

// Runs an entry's body and what follows from it; returns when it has booted nothing. `choice` has its index in the
// path while it runs.
void RunEntry(Interpreter& grub, const MenuEntry& entry, size_t index);

// Opens a submenu's context and runs its body, so that the current menu is the submenu's, its default what remains of
// the default.
void EnterSubmenu(Interpreter& grub, const MenuEntry& entry, size_t index);

}  // namespace kexec_helper::grub
