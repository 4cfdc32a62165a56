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
int Become(const Fd& program, std::vector<std::string> words, const Fd& output) {
  const struct rlimit limit = {kMaxWritten, kMaxWritten};
  Fd input(::open("/dev/null", O_RDONLY | O_CLOEXEC));
  Fd inherited(::fcntl(program.get(), F_DUPFD, STDERR_FILENO + 1));
  if (!input || !inherited || ::setrlimit(RLIMIT_FSIZE, &limit) != 0 || ::dup2(input.get(), STDIN_FILENO) < 0 ||
      ::dup2(output.get(), STDOUT_FILENO) < 0 || ::dup2(output.get(), STDERR_FILENO) < 0)
    return kCannotRun;
  std::string path = kPathVariable, locale = kLocaleVariable;
  std::vector<char*> arguments;
  arguments.reserve(words.size() + 1);
  for (std::string& word : words) arguments.push_back(word.data());
  arguments.push_back(nullptr);
  char* environment[] = {path.data(), locale.data(), nullptr};
  ::fexecve(inherited.get(), arguments.data(), environment);
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

ProgramRun RunProgram(const Fd& program, const std::string& name, std::chrono::milliseconds limit,
                      const std::vector<std::string>& arguments) {
  std::vector<std::string> words = {name};
  words.insert(words.end(), arguments.begin(), arguments.end());
  const Fd output(::memfd_create("output", MFD_CLOEXEC));
  if (!output) throw SystemError("memfd_create", errno);
  WorkResult end = RunWithin(limit, [&] { return Become(program, words, output); });
  return {end, Beginning(output)};
}

}  // namespace kexec_helper
