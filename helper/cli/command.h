// The commands of the program: one registry for parsing, help and running.
#pragma once

#include <cstddef>
#include <ostream>
#include <set>
#include <string>
#include <vector>

#include "cli/options.h"
#include "kernel/kernel.h"
#include "sys/error.h"
#include "sys/root.h"

namespace kexec_helper {

// What a command works with.
struct Context {
  const Options& options;
  const Root& root;
  Kernel& kernel;
  std::ostream& out;
  std::ostream& err;
};

// A command that changes the running system needs root and takes no --root.
// One that waits does so without keeping the others from it.
enum class Changes { kNothing, kRunningSystem, kRunningSystemAfterWaiting };

struct Command {
  std::string name;
  std::string synopsis;
  std::string purpose;
  std::set<std::string> options;  // besides the global ones
  size_t max_operands = 0;
  Changes changes = Changes::kNothing;
  ExitCode (*run)(const Context&) = nullptr;
};

// All of them, in the order of the help text.
const std::vector<Command>& Commands();

}  // namespace kexec_helper
