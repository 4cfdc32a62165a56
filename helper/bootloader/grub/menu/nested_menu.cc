#include "bootloader/grub/menu/nested_menu.h"

#include "bootloader/grub/menu/menu_run.h"

namespace kexec_helper::grub {

namespace {

// A menu of its own, which GRUB leaves only by booting.
Status ConfigFile(Interpreter& grub, const Call& call) {
  if (call.words.size() != 1) return grub.Fail(Status::kBadArgument, call.name + ": filename expected");
  grub.OpenContext();
  if (grub.ReadConfig(call.words[0]) && !grub.menu().empty()) RunMenu(grub);
  grub.CloseContext();
  return Status::kNone;
}

Status Normal(Interpreter& grub, const Call& call) {
  std::string name = call.words.empty() ? grub.environment().Value("prefix") + "/grub.cfg" : call.words[0];
  if (grub.ReadConfig(name) && !grub.menu().empty()) RunMenu(grub);
  throw BootAction{"its command line"};
}

}  // namespace

void AddNestedMenuCommands(CommandTable& table) {
  table["configfile"] = ConfigFile;
  table["normal"] = Normal;
}

}  // namespace kexec_helper::grub
