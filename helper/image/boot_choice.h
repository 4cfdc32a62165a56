// What one boot starts: kernel, initrds, command line.
#pragma once

#include <optional>
#include <string>
#include <vector>

namespace kexec_helper {

struct BootChoice {
  std::string kernel;                // path; of a unified image the image's own
  std::vector<std::string> initrds;  // paths, in their order
  std::string command_line;          // what the new kernel gets
  // What was read from the unified image's .cmdline: the image must still have it when it is opened.
  std::optional<std::string> section_command_line = std::nullopt;
  bool may_be_unified = true;  // false where the boot loader does not start unified images in this way

  friend bool operator==(const BootChoice&, const BootChoice&) = default;
};

}  // namespace kexec_helper
