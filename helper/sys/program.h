// Runs another program with a deadline.
#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "sys/fd.h"
#include "sys/supervise.h"

namespace kexec_helper {

// All that a child process finds in its environment.
inline constexpr const char* kPathVariable = "PATH=/usr/sbin:/usr/bin:/sbin:/bin";
inline constexpr const char* kLocaleVariable = "LC_ALL=C";

inline constexpr int kCannotRun = 127;  // the exit status of a program that could not be started, as in a shell

struct ProgramRun {
  WorkResult end;      // as RunWithin has it
  std::string output;  // standard output and error, their first 2 KiB
};

// Runs the opened program, or the script, with these arguments and nothing on standard input. It is killed after
// `limit`, and when it writes more than 1 MiB, to its output or to a file (setrlimit(2), RLIMIT_FSIZE); processes that
// it has started itself are not waited for. `name` is what it finds as its own name. Throws SystemError.
ProgramRun RunProgram(const Fd& program, const std::string& name, std::chrono::milliseconds limit,
                      const std::vector<std::string>& arguments = {});

}  // namespace kexec_helper
