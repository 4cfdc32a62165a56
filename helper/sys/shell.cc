#include "sys/shell.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>

#include "sys/error.h"
#include "sys/fd.h"
#include "sys/program.h"
#include "sys/root.h"

namespace kexec_helper {

namespace {

using Clock = std::chrono::steady_clock;

// dash keeps descriptors from 10 on for itself and can only redirect to a single digit.
constexpr int kFirstInherited = 20;
constexpr int kResult = 9;
constexpr size_t kMessageLimit = 4096;
constexpr size_t kResultLimit = 1 << 20;

struct Pipe {
  Fd read_end;
  Fd write_end;
};

Pipe MakePipe() {
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC | O_NONBLOCK) != 0) throw SystemError("pipe2", errno);
  Pipe pipe{Fd(ends[0]), Fd(ends[1])};
  // The shell's end: blocking, and out of the way of its own descriptors.
  int flags = ::fcntl(ends[1], F_GETFL);
  ::fcntl(ends[1], F_SETFL, flags & ~O_NONBLOCK);
  Fd moved(::fcntl(ends[1], F_DUPFD_CLOEXEC, kFirstInherited));
  if (!moved) throw SystemError("fcntl", errno);
  pipe.write_end = std::move(moved);
  return pipe;
}

// An inheritable descriptor (no O_CLOEXEC) with the file's text.
Fd InheritableText(const ShellFile& file) {
  Fd memory(::memfd_create("settings", MFD_CLOEXEC));
  if (!memory) throw SystemError("memfd_create", errno);
  WriteDescriptor(memory.get(), file.path, file.text);
  Fd inheritable(::fcntl(memory.get(), F_DUPFD, kFirstInherited));
  if (!inheritable) throw SystemError("fcntl", errno);
  return inheritable;
}

// One record a variable, NUL-terminated: "=value" when set, "" when not.
std::string Script(const std::vector<Fd>& texts, const std::vector<std::string>& names) {
  std::string script;
  for (const Fd& text : texts) script += ". /dev/fd/" + std::to_string(text.get()) + "\n";
  for (const std::string& name : names)
    script += "command printf '%s\\0' \"${" + name + "+=}${" + name + "-}\" >&" + std::to_string(kResult) + "\n";
  return script;
}

pid_t Spawn(const std::string& script, const Pipe& result, const Pipe& messages) {
  posix_spawn_file_actions_t actions;
  posix_spawnattr_t attributes;
  posix_spawn_file_actions_init(&actions);
  posix_spawnattr_init(&attributes);
  posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_adddup2(&actions, messages.write_end.get(), STDOUT_FILENO);
  posix_spawn_file_actions_adddup2(&actions, messages.write_end.get(), STDERR_FILENO);
  posix_spawn_file_actions_adddup2(&actions, result.write_end.get(), kResult);
  posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETPGROUP);  // so that a time-out ends its children too
  std::string shell = "/bin/sh", option = "-c", path = kPathVariable, locale = kLocaleVariable, text = script;
  char* arguments[] = {shell.data(), option.data(), text.data(), nullptr};
  char* environment[] = {path.data(), locale.data(), nullptr};
  pid_t pid = -1;
  int error = ::posix_spawn(&pid, shell.c_str(), &actions, &attributes, arguments, environment);
  posix_spawn_file_actions_destroy(&actions);
  posix_spawnattr_destroy(&attributes);
  if (error != 0) throw SystemError(shell, error);
  return pid;
}

// Takes what is there now; what is past `limit` is read and dropped. At most some pipes full: a writer that is faster
// must not outlast the time limit.
void Drain(int fd, std::string& into, size_t limit) {
  constexpr size_t kMaxAtOnce = 1 << 20;  // a pipe holds 64 KiB (pipe(7))
  char buffer[4096];
  size_t taken = 0;
  for (ssize_t count; taken < kMaxAtOnce && (count = ::read(fd, buffer, sizeof buffer)) > 0;) {
    taken += static_cast<size_t>(count);
    into.append(buffer, std::min(static_cast<size_t>(count), limit - std::min(limit, into.size())));
  }
}

// Waits for the shell itself, not for the end of its output: a background job of the file may keep that open.
// Returns its wait status; -1 when the time is over.
int Await(pid_t pid, const Pipe& result, const Pipe& messages, Clock::time_point end, std::string& output,
          ShellResult& said) {
  Fd process(static_cast<int>(::syscall(SYS_pidfd_open, pid, 0)));
  if (!process) throw SystemError("pidfd_open", errno);
  pollfd events[] = {
      {process.get(), POLLIN, 0}, {result.read_end.get(), POLLIN, 0}, {messages.read_end.get(), POLLIN, 0}};
  for (;;) {
    auto left = std::chrono::duration_cast<std::chrono::milliseconds>(end - Clock::now()).count();
    if (left <= 0) return -1;
    if (::poll(events, 3, static_cast<int>(left)) < 0 && errno != EINTR) throw SystemError("poll", errno);
    Drain(result.read_end.get(), output, kResultLimit + 1);
    Drain(messages.read_end.get(), said.messages, kMessageLimit);
    // An end that no process holds any more would wake poll(2) for ever.
    for (pollfd& event : events)
      if (event.revents & POLLHUP) event.fd = -1;
    if (!(events[0].revents & POLLIN)) continue;
    Drain(result.read_end.get(), output, kResultLimit + 1);
    Drain(messages.read_end.get(), said.messages, kMessageLimit);
    int status = 0;
    if (::waitpid(pid, &status, 0) != pid) throw SystemError("waitpid", errno);
    return status;
  }
}

void Kill(pid_t pid) {
  ::kill(-pid, SIGKILL);
  int status = 0;
  ::waitpid(pid, &status, 0);
}

// "/dev/fd/20" in the shell's messages is a file the administrator knows by another name.
std::string NameFiles(std::string messages, const std::vector<ShellFile>& files, const std::vector<Fd>& texts) {
  for (size_t i = 0; i < files.size(); ++i) {
    std::string number = "/dev/fd/" + std::to_string(texts[i].get());
    for (size_t at; (at = messages.find(number)) != std::string::npos;)
      messages.replace(at, number.size(), files[i].path);
  }
  while (!messages.empty() && messages.back() == '\n') messages.pop_back();
  return messages;
}

std::map<std::string, std::string> Variables(const std::string& output, const std::vector<std::string>& names,
                                             const std::string& complaint) {
  std::map<std::string, std::string> variables;
  size_t at = 0;
  for (const std::string& name : names) {
    size_t end = output.find('\0', at);
    if (end == std::string::npos)
      throw Error(complaint + "the shell did not get to the end of it (does it call exit?)");
    if (output[at] == '=') variables[name] = output.substr(at + 1, end - at - 1);
    at = end + 1;
  }
  return variables;
}

}  // namespace

ShellResult SourceFiles(const std::vector<ShellFile>& files, const std::vector<std::string>& names,
                        std::chrono::milliseconds limit) {
  std::string where;
  for (const ShellFile& file : files) where += (where.empty() ? "" : ", ") + file.path;
  where += ": read by /bin/sh: ";
  std::vector<Fd> texts;
  texts.reserve(files.size());
  for (const ShellFile& file : files) texts.push_back(InheritableText(file));
  Pipe result = MakePipe(), messages = MakePipe();
  Clock::time_point end = Clock::now() + limit;
  ShellResult shell;
  std::string output;
  pid_t pid = Spawn(Script(texts, names), result, messages);
  result.write_end.Reset();
  messages.write_end.Reset();
  int status = Await(pid, result, messages, end, output, shell);
  if (status == -1) {
    Kill(pid);
    throw Error(where + "not done after " + std::to_string(limit.count() / 1000) + " s, ended");
  }
  shell.messages = NameFiles(shell.messages, files, texts);
  if (output.size() > kResultLimit) throw Error(where + "values of more than 1 MiB");
  if (!WIFEXITED(status) || WEXITSTATUS(status) != 0)
    throw Error(where + (shell.messages.empty() ? "the shell failed" : shell.messages));
  shell.variables = Variables(output, names, where);
  return shell;
}

}  // namespace kexec_helper
