#include "sys/program.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <unistd.h>

#include <cerrno>

#include "sys/error.h"

namespace kexec_helper {

namespace {

constexpr size_t kShownBytes = 2048;
constexpr rlim_t kMaxWritten = 1 << 20;

// In the child. A script's interpreter opens the descriptor again, so that it has to be inherited.
int Become(const Fd& program, const std::string& name, const Fd& output) {
  const struct rlimit limit = {kMaxWritten, kMaxWritten};
  Fd input(::open("/dev/null", O_RDONLY | O_CLOEXEC));
  Fd inherited(::fcntl(program.get(), F_DUPFD, STDERR_FILENO + 1));
  if (!input || !inherited || ::setrlimit(RLIMIT_FSIZE, &limit) != 0 || ::dup2(input.get(), STDIN_FILENO) < 0 ||
      ::dup2(output.get(), STDOUT_FILENO) < 0 || ::dup2(output.get(), STDERR_FILENO) < 0)
    return kCannotRun;
  std::string own_name = name, path = kPathVariable, locale = kLocaleVariable;
  char* arguments[] = {own_name.data(), nullptr};
  char* environment[] = {path.data(), locale.data(), nullptr};
  ::fexecve(inherited.get(), arguments, environment);
  return kCannotRun;
}

std::string Beginning(const Fd& output) {
  std::string text(kShownBytes, '\0');
  ssize_t count = ::pread(output.get(), text.data(), text.size(), 0);
  if (count < 0) throw SystemError("pread", errno);
  text.resize(static_cast<size_t>(count));
  return text;
}

}  // namespace

ProgramRun RunProgram(const Fd& program, const std::string& name, std::chrono::milliseconds limit) {
  const Fd output(::memfd_create("output", MFD_CLOEXEC));
  if (!output) throw SystemError("memfd_create", errno);
  WorkResult end = RunWithin(limit, [&] { return Become(program, name, output); });
  return {end, Beginning(output)};
}

}  // namespace kexec_helper
