// list: the boot loader's menu.
#pragma once

#include <string>

#include "bootloader/boot_loader.h"
#include "sys/root.h"

namespace kexec_helper {

struct MenuOfLoader {
  std::string loader;
  Menu menu;
};

// The menu with every entry tried; an entry that cannot be booted has its reason beside it. Throws Error when there is
// no boot loader that is known, or its menu cannot be read.
MenuOfLoader ReadLoaderMenu(const Root& root);

}  // namespace kexec_helper
