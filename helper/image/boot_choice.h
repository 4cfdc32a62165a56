// What one boot starts: kernel, initrds, command line.
#pragma once

#include <string>
#include <vector>

namespace kexec_helper {

struct BootChoice {
  std::string kernel;                // path; of a unified image the image's own
  std::vector<std::string> initrds;  // paths, in their order
  std::string command_line;          // what the new kernel gets
  bool own_command_line = false;     // it was read from the unified image, which must still have it when it is opened

  friend bool operator==(const BootChoice&, const BootChoice&) = default;
};

}  // namespace kexec_helper
