// The menu as it runs unattended: the default is booted when the timeout is over.
#pragma once

#include "bootloader/grub/runtime/interpreter.h"
#include "bootloader/grub/runtime/menu.h"

namespace kexec_helper::grub {

// Boots the default of the current menu, its fallbacks when it fails, down through submenus (GRUB: normal/menu.c). Ends
// by throwing BootAction: something is booted, or GRUB waits for the user. Throws Error when an entry asks for a
// password, MenuReached in place of all that when the interpreter is to stop at the menu.
[[noreturn]] void RunMenu(Interpreter& grub);

// Runs an entry's body and what follows from it; returns when it has booted nothing. `choice` has its index in the
// path while it runs.
void RunEntry(Interpreter& grub, const MenuEntry& entry, size_t index);

// Opens a submenu's context and runs its body, so that the current menu is the submenu's, its default what remains of
// the default.
void EnterSubmenu(Interpreter& grub, const MenuEntry& entry, size_t index);

}  // namespace kexec_helper::grub
