// The command line, parsed and checked.
#pragma once

#include <string>
#include <vector>

namespace kexec_helper {

struct Command;

// What was typed. Options a command does not take have been refused already.
struct Options {
  std::string root = "/";
  bool json = false;
  bool verbose = false;
  bool help = false;
  bool version = false;
  const Command* command = nullptr;   // missing only with `help`
  std::vector<std::string> operands;  // after the command
  bool shutdown = false;
  std::vector<std::string> initrds;
  std::string append;
  bool reuse_command_line = false;
  std::string entry;
  bool unmount = false;
  bool emergency = false;
  bool firmware = false;
  bool crash = false;
  bool at_boot = false;
};

// Parses with Boost.ProgramOptions. Throws UsageError that names the nearest known option or command.
Options ParseOptions(const std::vector<std::string>& arguments);

// What `kexec-helper --help` prints.
std::string Usage();

// The known word with the fewest edits from `word`, or "" when none is near. Pure.
std::string Nearest(const std::string& word, const std::vector<std::string>& known);

}  // namespace kexec_helper
