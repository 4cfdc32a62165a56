#include "sys/root.h"

#include <fcntl.h>
#include <linux/openat2.h>
#include <sched.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <boost/filesystem/operations.hpp>
#include <cerrno>

#include "sys/error.h"

namespace kexec_helper {

namespace fs = boost::filesystem;

namespace {

constexpr int kTries = 10'000;

// What open(2) says of a path that leads nowhere.
bool IsMissing(int error_number) { return error_number == ENOENT || error_number == ENOTDIR; }

// Tries again at EAGAIN, as openat2(2) advises: something was renamed, mounted or unmounted while a path led through a
// "..". During a shutdown that happens all the time.
int OpenInRoot(int directory, const std::string& path, struct open_how how) {
  for (int tries = 1;; ++tries) {
    long fd = ::syscall(SYS_openat2, directory, path.c_str(), &how, sizeof how);
    if (fd >= 0 || errno != EAGAIN || tries == kTries) return static_cast<int>(fd);
    ::sched_yield();
  }
}

Fd OpenDirectory(const std::string& path) {
  Fd fd(::open(path.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
  if (!fd) throw SystemError(path, errno);
  return fd;
}

// The kernel's own name of what a descriptor is open on: proc(5), /proc/PID/fd.
std::string HostPathOf(const Fd& fd, const std::string& path) {
  std::string link = "/proc/self/fd/" + std::to_string(fd.get());
  char name[4096];  // PATH_MAX
  ssize_t length = ::readlink(link.c_str(), name, sizeof name);
  if (length < 0) throw SystemError(path + ": " + link, errno);
  return {name, static_cast<size_t>(length)};
}

}  // namespace

Root::Root(const std::string& directory)
    : Root(OpenDirectory(directory), fs::absolute(directory).lexically_normal() == "/") {}

Root::Root(Fd directory, bool is_running_system)
    : is_running_system_(is_running_system),
      directory_fd_(std::move(directory)),
      host_path_(is_running_system ? "/" : HostPathOf(directory_fd_, "/")) {}

Fd Root::OpenAt(const std::string& path, int flags) const {
  // By hand: Boost.Filesystem 3 and 4 disagree on what joining an absolute path means, and "//a/b" has a root name.
  size_t start = path.find_first_not_of('/');
  std::string relative = start == std::string::npos ? "." : path.substr(start);
  struct open_how how = {};
  how.flags = static_cast<__u64>(flags) | O_CLOEXEC;
  how.mode = flags & O_CREAT ? 0644 : 0;
  how.resolve = RESOLVE_IN_ROOT;
  return Fd(OpenInRoot(directory_fd_.get(), relative, how));
}

Fd Root::Open(const std::string& path, int flags) const {
  Fd fd = OpenAt(path, flags);
  if (!fd) throw SystemError(path, errno);
  return fd;
}

namespace {

RegularFile Examined(Fd fd, const std::string& path) {
  struct stat status = {};
  if (::fstat(fd.get(), &status) != 0) throw SystemError(path, errno);
  if (S_ISDIR(status.st_mode)) throw SystemError(path, EISDIR);
  if (!S_ISREG(status.st_mode)) throw Error(path + ": not a regular file");
  return {std::move(fd), {static_cast<uint64_t>(status.st_size), status.st_mtime}};
}

// Has no effect on a regular file, and does not wait for a FIFO in its place.
constexpr int kReadOnly = O_RDONLY | O_NONBLOCK;

}  // namespace

RegularFile Root::OpenRegular(const std::string& path) const { return Examined(Open(path, kReadOnly), path); }

std::string Root::Read(const std::string& path, size_t limit) const {
  return ReadDescriptor(OpenRegular(path).fd.get(), path, limit);
}

std::optional<std::string> Root::ReadIfPresent(const std::string& path, size_t limit) const {
  Fd fd = OpenAt(path, kReadOnly);
  if (!fd && IsMissing(errno)) return std::nullopt;
  if (!fd) throw SystemError(path, errno);
  return ReadDescriptor(Examined(std::move(fd), path).fd.get(), path, limit);
}

std::optional<struct stat> Root::Lstat(const std::string& path) const {
  Fd fd = OpenAt(path, O_PATH | O_NOFOLLOW);
  if (!fd) {
    if (IsMissing(errno)) return std::nullopt;
    throw SystemError(path, errno);
  }
  struct stat status = {};
  if (::fstat(fd.get(), &status) != 0) throw SystemError(path, errno);
  return status;
}

std::string Root::ReadLink(const std::string& path) const {
  Fd fd = Open(path, O_PATH | O_NOFOLLOW);
  char target[4096];  // PATH_MAX
  ssize_t length = ::readlinkat(fd.get(), "", target, sizeof target);
  if (length < 0) throw SystemError(path, errno);
  return {target, static_cast<size_t>(length)};
}

bool Root::Exists(const std::string& path) const {
  if (OpenAt(path, O_PATH)) return true;
  if (IsMissing(errno) || errno == EACCES || errno == ELOOP || errno == ENAMETOOLONG) return false;
  throw SystemError(path, errno);
}

bool Root::IsExecutable(const std::string& path) const {
  Fd fd = OpenAt(path, O_PATH);
  int error = errno;
  if (fd) {
    if (::faccessat(fd.get(), "", X_OK, AT_EMPTY_PATH | AT_EACCESS) == 0) return true;
    error = errno;
  }
  if (IsMissing(error) || error == EACCES || error == ELOOP) return false;
  throw SystemError(path, error);
}

Root Root::Below(const std::string& directory) const {
  return {Open(directory, O_PATH | O_DIRECTORY), is_running_system_ && Resolve(directory) == "/"};
}

// Where an existing path lies on this system.
std::string Root::HostPath(const std::string& path) const { return HostPathOf(Open(path, O_PATH), path); }

// The same for a name that need not exist, and whose link is not followed if it does.
std::string Root::HostPathOfName(const std::string& path) const {
  fs::path target(path);
  return HostPath(target.parent_path().string()) + "/" + target.filename().string();
}

std::vector<std::string> Root::List(const std::string& directory, Order order) const {
  std::vector<std::string> names;
  if (!Lstat(directory)) return names;
  try {
    for (const fs::directory_entry& entry : fs::directory_iterator(HostPath(directory)))
      names.push_back(entry.path().filename().string());
  } catch (const fs::filesystem_error& error) {
    throw SystemError(directory, error.code().value());
  }
  if (order == Order::kByName) std::sort(names.begin(), names.end());
  return names;
}

std::string Root::Resolve(const std::string& path) const {
  std::string host = HostPath(path);
  if (host_path_ == "/") return host;  // also another name of the running system, "//" or /proc/1/root
  return host.size() == host_path_.size() ? "/" : host.substr(host_path_.size());
}

void Root::MakeDirectory(const std::string& path) const {
  if (::mkdir(HostPathOfName(path).c_str(), 0755) != 0 && errno != EEXIST) throw SystemError(path, errno);
}

void Root::WriteAtomically(const std::string& path, const std::string& content, mode_t mode) const {
  fs::path target(path);
  std::string parent = target.parent_path().string();
  if (!Exists(parent)) MakeDirectory(parent);
  std::string directory = HostPath(parent);
  std::string name = directory + "/" + target.filename().string();
  std::string temporary = directory + "/." + target.filename().string() + ".new";
  ::unlink(temporary.c_str());  // left by an interrupted run; O_EXCL below reports what cannot be removed
  Fd fd(::open(temporary.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, mode));
  if (!fd) throw SystemError(path, errno);
  try {
    WriteDescriptor(fd.get(), path, content);
    if (::fsync(fd.get()) != 0 || ::rename(temporary.c_str(), name.c_str()) != 0) throw SystemError(path, errno);
  } catch (const Error&) {
    ::unlink(temporary.c_str());
    throw;
  }
  Fd parent_fd(::open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!parent_fd || ::fsync(parent_fd.get()) != 0) throw SystemError(parent, errno);
}

void Root::Overwrite(const std::string& path, const std::string& content) const {
  Fd fd = Open(path, O_WRONLY | O_NONBLOCK);
  struct stat status = {};
  if (::fstat(fd.get(), &status) != 0) throw SystemError(path, errno);
  if (!S_ISREG(status.st_mode) || status.st_size != static_cast<off_t>(content.size()))
    throw Error(path + ": has not " + std::to_string(content.size()) + " bytes any more: left as it is");
  WriteDescriptor(fd.get(), path, content);
  if (::fsync(fd.get()) != 0) throw SystemError(path, errno);
}

void Root::WriteOnce(const std::string& path, const std::string& content) const {
  Fd fd = Open(path, O_WRONLY | O_CREAT | O_TRUNC | O_NONBLOCK);
  ssize_t count = ::write(fd.get(), content.data(), content.size());
  if (count < 0) throw SystemError(path, errno);
  if (static_cast<size_t>(count) != content.size()) throw Error(path + ": was written in part only");
}

void Root::Rename(const std::string& from, const std::string& to) const {
  if (::rename(HostPathOfName(from).c_str(), HostPathOfName(to).c_str()) != 0) throw SystemError(from, errno);
}

bool Root::Remove(const std::string& path) const {
  if (!Lstat(path)) return false;
  std::string name = HostPathOfName(path);
  if (::unlink(name.c_str()) == 0) return true;
  int unlink_error = errno;
  if (unlink_error == EISDIR && ::rmdir(name.c_str()) == 0) return true;
  throw SystemError(path, unlink_error == EISDIR ? errno : unlink_error);
}

std::string ReadDescriptor(int fd, const std::string& where, size_t limit) {
  std::string content;
  char buffer[16384];
  for (;;) {
    ssize_t count = ::read(fd, buffer, sizeof buffer);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) throw SystemError(where, errno);
    if (count == 0) return content;
    content.append(buffer, static_cast<size_t>(count));
    if (content.size() > limit) throw Error(where + ": larger than " + std::to_string(limit) + " bytes");
  }
}

void WriteDescriptor(int fd, const std::string& where, const std::string& content) {
  size_t done = 0;
  while (done < content.size()) {
    ssize_t count = ::write(fd, content.data() + done, content.size() - done);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) throw SystemError(where, errno);
    done += static_cast<size_t>(count);
  }
}

}  // namespace kexec_helper
