#include "commands/list.h"

#include "survey/gather.h"
#include "sys/error.h"

namespace kexec_helper {

MenuOfLoader ReadLoaderMenu(const Root& root) {
  std::vector<std::string> ignored;  // the menu is read for people to see, not to act on the settings
  auto loader = FindBootLoader(root, ReadSettingsOutcome(root, ignored), ReadMachineState(root));
  if (!loader) throw Error("/boot: no boot loader with a menu is known on this machine (GRUB, systemd-boot)");
  return {loader->Name(), loader->ReadMenu()};
}

}  // namespace kexec_helper
