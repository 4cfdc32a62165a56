// The commands that a GRUB script can call, as the interpreter sees them.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "bootloader/grub/script/status.h"
#include "bootloader/grub/script/syntax.h"

namespace kexec_helper::grub {

class Interpreter;

// One command with its words, the name not among them.
struct Call {
  std::string name;
  std::vector<std::string> words;
  std::shared_ptr<const Block> block;
};

using Handler = Status (*)(Interpreter& grub, const Call& call);
using CommandTable = std::map<std::string, Handler>;

}  // namespace kexec_helper::grub
