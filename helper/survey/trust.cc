#include "survey/trust.h"

#include <boost/filesystem/path.hpp>
#include <cerrno>
#include <deque>
#include <optional>
#include <set>

#include "sys/error.h"

namespace kexec_helper {

namespace {

namespace fs = boost::filesystem;

constexpr const char* kRemedy = ": make it writable by root alone";

// Whom the whole tree belongs to. On the running system no group counts as root: a group's permission is also where an
// access control list shows (acl(5), its mask).
struct Owner {
  uid_t user = 0;
  std::optional<gid_t> group;
};

Owner OwnerOf(const Root& root) {
  if (root.IsRunningSystem()) return {};
  auto status = root.Lstat("/");
  return {status->st_uid, status->st_gid};
}

void CheckOne(const std::string& path, const struct stat& status, const Owner& owner) {
  auto refuse = [&](const std::string& who) { throw Error(path + ": can be written by " + who + kRemedy); };
  if (status.st_uid != 0 && status.st_uid != owner.user) refuse("user " + std::to_string(status.st_uid));
  if (status.st_mode & S_IWOTH) refuse("everybody");
  if ((status.st_mode & S_IWGRP) && status.st_gid != owner.group)
    refuse("group " + std::to_string(status.st_gid) + " or through its access control list");
}

void Prepend(std::deque<std::string>& names, const fs::path& path) {
  std::deque<std::string> first;
  for (const fs::path& name : path)
    if (name != "/" && name != "." && !name.empty()) first.push_back(name.string());
  names.insert(names.begin(), first.begin(), first.end());
}

// Files that lie together share the way to them, which is looked at once.
class Examination {
 public:
  explicit Examination(const Root& root) : root_(root), owner_(OwnerOf(root)) {
    CheckOne("/", *root.Lstat("/"), owner_);
  }

  void Check(const std::string& path) {
    constexpr int kMaxLinks = 40;  // the kernel's own limit, MAXSYMLINKS
    std::deque<std::string> names;
    Prepend(names, path);
    fs::path here = "/";
    for (int links = 0; !names.empty();) {
      std::string name = names.front();
      names.pop_front();
      if (name == "..") {
        here = here == "/" ? here : here.parent_path();
        continue;
      }
      std::string next = (here / name).string();
      auto target = Step(next);
      if (!target) {
        here = next;
        continue;
      }
      if (++links > kMaxLinks) throw SystemError(path, ELOOP);
      if (target->is_absolute()) here = "/";
      Prepend(names, *target);
    }
  }

 private:
  // What it leads to, if it is a link.
  std::optional<fs::path> Step(const std::string& path) {
    if (checked_.count(path)) return std::nullopt;
    auto status = root_.Lstat(path);
    if (!status) throw SystemError(path, ENOENT);
    if (S_ISLNK(status->st_mode)) return root_.ReadLink(path);
    CheckOne(path, *status, owner_);
    checked_.insert(path);
    return std::nullopt;
  }

  const Root& root_;
  const Owner owner_;
  std::set<std::string> checked_;
};

}  // namespace

void CheckOnlyRootWrites(const Root& root, const std::vector<std::string>& paths) {
  Examination examination(root);
  for (const std::string& path : paths) examination.Check(path);
}

}  // namespace kexec_helper
