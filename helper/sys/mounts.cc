#include "sys/mounts.h"

#include <fcntl.h>
#include <sys/mount.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <set>
#include <sstream>

#include "sys/error.h"

namespace kexec_helper {

namespace {

constexpr size_t kTableLimit = 16 << 20;

bool IsOctal(char c) { return c >= '0' && c <= '7'; }

// proc(5): space, tab, newline and backslash are written \040 \011 \012 \134.
std::string UndoOctal(const std::string& text) {
  std::string result;
  for (size_t i = 0; i < text.size(); ++i) {
    bool escape =
        text[i] == '\\' && i + 3 < text.size() && IsOctal(text[i + 1]) && IsOctal(text[i + 2]) && IsOctal(text[i + 3]);
    if (!escape) {
      result += text[i];
      continue;
    }
    result += static_cast<char>(((text[i + 1] - '0') << 6) | ((text[i + 2] - '0') << 3) | (text[i + 3] - '0'));
    i += 3;
  }
  return result;
}

bool HasOption(const std::string& options, const std::string& wanted) {
  return ("," + options + ",").find("," + wanted + ",") != std::string::npos;
}

std::set<std::string> TypesWithoutDevice(std::string_view filesystems) {
  std::set<std::string> types;
  std::istringstream lines{std::string(filesystems)};
  for (std::string line; std::getline(lines, line);) {
    size_t tab = line.find('\t');
    if (tab != std::string::npos && line.substr(0, tab) == "nodev") types.insert(line.substr(tab + 1));
  }
  types.erase("zfs");
  return types;
}

bool UnmountOrRemountReadOnly(const Mount& mount) {
  const char* where = mount.mount_point.c_str();
  if (mount.mount_point != "/" && ::umount2(where, UMOUNT_NOFOLLOW) == 0) return true;
  return ::mount(nullptr, where, nullptr, MS_REMOUNT | MS_RDONLY, nullptr) == 0;
}

}  // namespace

std::vector<Mount> ReadMounts(const Root& root) {
  auto read = [&root] { return ParseMountinfo(root.ReadIfPresent("/proc/self/mountinfo", kTableLimit).value_or("")); };
  std::vector<Mount> mounts = read();
  bool looked = false;
  for (const char* directory : {"/boot", "/boot/efi", "/efi"}) {
    const Mount* mount = MountOf(mounts, directory);
    if (!mount || mount->type != "autofs" || mount->mount_point != directory) continue;
    try {
      root.Open(std::string(directory) + "/.", O_RDONLY | O_DIRECTORY);
      looked = true;
    } catch (const Error&) {  // what reads the directory will say that it is not mounted
    }
  }
  return looked ? read() : mounts;
}

std::vector<Mount> ParseMountinfo(std::string_view text) {
  std::vector<Mount> mounts;
  std::istringstream lines{std::string(text)};
  for (std::string line; std::getline(lines, line);) {
    std::istringstream fields(line);
    std::string id, parent, device, root, mount_point, options, optional_field;
    if (!(fields >> id >> parent >> device >> root >> mount_point >> options)) continue;
    while (fields >> optional_field && optional_field != "-") {
    }
    std::string type, source, super_options;
    if (!(fields >> type >> source >> super_options)) continue;
    mounts.push_back({UndoOctal(root), UndoOctal(mount_point), type, UndoOctal(source), HasOption(super_options, "ro"),
                      device, super_options});
  }
  return mounts;
}

bool Covers(const std::string& directory, const std::string& path) {
  if (directory == "/") return true;
  return path.compare(0, directory.size(), directory) == 0 &&
         (path.size() == directory.size() || path[directory.size()] == '/');
}

const Mount* MountOf(const std::vector<Mount>& mounts, const std::string& path) {
  const Mount* best = nullptr;
  for (const Mount& mount : mounts)  // a later mount on the same point hides the earlier one
    if (Covers(mount.mount_point, path) && (!best || mount.mount_point.size() >= best->mount_point.size()))
      best = &mount;
  return best;
}

std::string PathOnFilesystem(const std::vector<Mount>& mounts, const std::string& path) {
  const Mount* best = MountOf(mounts, path);
  if (!best) return path;
  std::string rest = best->mount_point == "/" ? path : path.substr(best->mount_point.size());
  return best->root == "/" ? rest : best->root + rest;
}

std::vector<Mount> WritableFilesystems(const std::vector<Mount>& mounts, std::string_view filesystems) {
  std::set<std::string> without_device = TypesWithoutDevice(filesystems);
  std::vector<Mount> writable;
  for (const Mount& mount : mounts) {
    // FUSE appends the name of what serves it, "fuse.sshfs", which /proc/filesystems does not list.
    bool known = without_device.count(mount.type.substr(0, mount.type.find('.'))) != 0;
    if (!mount.read_only && !known) writable.push_back(mount);
  }
  std::reverse(writable.begin(), writable.end());
  return writable;
}

void MakeFilesystemsReadOnly(const Root& root) {
  ::sync();
  std::string table = root.Read("/proc/self/mountinfo", kTableLimit);
  std::string types = root.Read("/proc/filesystems", kTableLimit);
  for (const Mount& mount : WritableFilesystems(ParseMountinfo(table), types)) UnmountOrRemountReadOnly(mount);
  // The table, not the calls, says whether it worked: one remount covers every bind mount of the same file system.
  std::string busy;
  for (const Mount& mount : WritableFilesystems(ParseMountinfo(root.Read("/proc/self/mountinfo", kTableLimit)), types))
    busy += (busy.empty() ? "" : ", ") + mount.mount_point;
  if (!busy.empty()) throw Error(busy + ": still mounted read-write: something on this machine is using it");
  ::sync();
}

bool MakeRootWritable() {
  struct statvfs status = {};
  if (::statvfs("/", &status) != 0) throw SystemError("/", errno);
  if (!(status.f_flag & ST_RDONLY)) return false;
  if (::mount(nullptr, "/", nullptr, MS_REMOUNT, nullptr) != 0) throw SystemError("/: remount read-write", errno);
  return true;
}

}  // namespace kexec_helper
