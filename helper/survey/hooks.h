// The administrator's own programs that run before the jump of a kexec: unbind a device, unload a driver.
#pragma once

#include <string>
#include <vector>

#include "sys/root.h"

namespace kexec_helper {

inline constexpr const char* kHookDirectory = "/etc/kexec-helper/pre-jump.d";

// `problem` says why it is not run, and what to do; "" if it is.
struct Hook {
  std::string path;
  std::string problem;
};

// In the order of their names; only names that run-parts(8) takes (letters, digits, _ and -). What anybody but root can
// change is not run, nor what is no executable file. Throws SystemError.
std::vector<Hook> FindHooks(const Root& root);

}  // namespace kexec_helper
