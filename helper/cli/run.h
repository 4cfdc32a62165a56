// The whole program minus main().
#pragma once

#include <ostream>
#include <string>
#include <vector>

#include "kernel/kernel.h"
#include "sys/root.h"

namespace kexec_helper {

// Runs one command line (without the program's name) and returns the exit status. Results go to `out`, errors and
// warnings to `err`. `root` is what --root replaces.
int Run(const std::vector<std::string>& arguments, const Root& root, Kernel& kernel, std::ostream& out,
        std::ostream& err);

}  // namespace kexec_helper
