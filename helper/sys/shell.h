// Reading a settings file that is shell: the one place where /bin/sh runs.
#pragma once

#include <chrono>
#include <map>
#include <string>
#include <vector>

namespace kexec_helper {

// A script as it was read, so that the shell sees the very bytes that were looked at.
struct ShellFile {
  std::string path;  // for messages
  std::string text;
};

// What the shell left in the variables, and what it had to say.
struct ShellResult {
  std::map<std::string, std::string> variables;  // only those that are set
  std::string messages;                          // standard output and error of the files, at most 4 KiB
};

// Sources the files one after another in one /bin/sh (as `. FILE`) with a clean environment and reads the named
// variables. The texts are handed over as descriptors, nothing is put into the shell's words but numbers and `names`.
// Throws Error when the shell fails, ends early or is not done within `limit`; it is killed then.
ShellResult SourceFiles(const std::vector<ShellFile>& files, const std::vector<std::string>& names,
                        std::chrono::milliseconds limit);

}  // namespace kexec_helper
