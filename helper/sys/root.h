// The door to every file the program reads or writes, relative to one root directory.
#pragma once

#include <sys/stat.h>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "sys/fd.h"

namespace kexec_helper {

// By what a file that has been replaced since is known. Not st_ctime: a link, a change of owner and every backup that
// restores access times touch it.
struct FileStamp {
  uint64_t size = 0;     // bytes; 0 in procfs and sysfs
  int64_t modified = 0;  // seconds, st_mtime

  friend bool operator==(const FileStamp&, const FileStamp&) = default;
};

// A regular file open for reading.
struct RegularFile {
  Fd fd;
  FileStamp stamp;
};

// Files below a root directory: "/" for the running system, another one for a mounted image (--root) or a test's tree.
// Symbolic links, absolute ones too, are followed as if that directory were "/": openat2(2), RESOLVE_IN_ROOT. All paths
// are absolute and as seen inside the root. Everything throws SystemError naming the path.
class Root {
 public:
  explicit Root(const std::string& directory = "/");

  bool IsRunningSystem() const { return is_running_system_; }

  // open(2) with O_CLOEXEC added.
  Fd Open(const std::string& path, int flags) const;

  // For reading; throws Error when it is not a regular file. A FIFO is not waited for.
  RegularFile OpenRegular(const std::string& path) const;

  // The whole file as bytes; throws Error when it is larger than `limit` bytes or not a regular file (FIFOs are not
  // waited for). A file in procfs or sysfs counts as regular.
  std::string Read(const std::string& path, size_t limit) const;

  // The same; nullopt if the file or a directory on the way to it does not exist.
  std::optional<std::string> ReadIfPresent(const std::string& path, size_t limit) const;

  // What is there, without following a final symbolic link and without opening it; nullopt if it does not exist.
  std::optional<struct stat> Lstat(const std::string& path) const;

  // What a symbolic link says.
  std::string ReadLink(const std::string& path) const;

  // True when the path leads to something, symbolic links followed; false also where this user may not look. Throws
  // SystemError when that cannot be known.
  bool Exists(const std::string& path) const;

  // True when this user may execute what the path leads to, symbolic links followed; false on a file system mounted
  // noexec (access(2), X_OK). Throws SystemError when that cannot be known.
  bool IsExecutable(const std::string& path) const;

  // The files below one of its directories.
  Root Below(const std::string& directory) const;

  // Names in a directory, sorted by byte or as the file system gives them; none when the directory does not exist.
  enum class Order { kByName, kOfDirectory };
  std::vector<std::string> List(const std::string& directory, Order order = Order::kByName) const;

  // The path with every symbolic link resolved, as seen inside the root.
  std::string Resolve(const std::string& path) const;

  // mkdir(2), mode 0755; nothing happens when there is one.
  void MakeDirectory(const std::string& path) const;

  // Replaces the file at once (temporary file beside it, fsync, rename); makes its directory when missing.
  void WriteAtomically(const std::string& path, const std::string& content, mode_t mode = 0644) const;

  // Writes the file by one write(2), and makes it when it is missing: for file systems on which a file is a variable.
  void WriteOnce(const std::string& path, const std::string& content) const;

  // rename(2) within one directory; final names are never followed.
  void Rename(const std::string& from, const std::string& to) const;

  // Replaces the bytes of a regular file where they are, for files whose place on the disk matters; throws Error when
  // its size is not that of `content`.
  void Overwrite(const std::string& path, const std::string& content) const;

  // unlink(2), or rmdir(2) for a directory; the final name is never followed. False when there was nothing.
  bool Remove(const std::string& path) const;

 private:
  Root(Fd directory, bool is_running_system);

  Fd OpenAt(const std::string& path, int flags) const;
  std::string HostPath(const std::string& path) const;
  std::string HostPathOfName(const std::string& path) const;

  bool is_running_system_;
  Fd directory_fd_;
  std::string host_path_;  // of the root directory, "/" for the running system
};

// Reads a descriptor to its end; throws Error naming `where` past `limit` bytes.
std::string ReadDescriptor(int fd, const std::string& where, size_t limit);

// Writes all of `content`; throws SystemError naming `where`.
void WriteDescriptor(int fd, const std::string& where, const std::string& content);

}  // namespace kexec_helper
