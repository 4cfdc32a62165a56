// The program's one exception hierarchy. A message has the form "where: what: remedy" and is printed as it is.
#pragma once

#include <stdexcept>
#include <string>

namespace kexec_helper {

// Exit status of the program (kexec-helper(8), EXIT STATUS).
enum class ExitCode : int { kDone = 0, kFailed = 1, kUsage = 2, kDeclined = 3 };

// Anything that ends a command: a message for the administrator and the exit status that goes with it.
class Error : public std::runtime_error {
 public:
  explicit Error(const std::string& message, ExitCode code = ExitCode::kFailed)
      : std::runtime_error(message), code_(code) {}
  ExitCode code() const { return code_; }

 private:
  ExitCode code_;
};

// A command line that makes no sense.
class UsageError : public Error {
 public:
  explicit UsageError(const std::string& message) : Error(message, ExitCode::kUsage) {}
};

// A system call that failed; keeps errno for callers that distinguish "missing" from "broken".
class SystemError : public Error {
 public:
  SystemError(const std::string& where, int error_number);
  int error_number() const { return error_number_; }

 private:
  int error_number_;
};

// strerror(3) without its shared buffer.
std::string ErrnoText(int error_number);

}  // namespace kexec_helper
