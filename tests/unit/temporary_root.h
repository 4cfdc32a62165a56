// A machine as a directory tree: what the program sees of a Debian system that can kexec.
#pragma once

#include <sys/stat.h>
#include <unistd.h>

#include <boost/filesystem/operations.hpp>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <map>
#include <stdexcept>
#include <string>

#include "fake_images.h"
#include "sys/root.h"

namespace kexec_helper {

inline constexpr const char* kFakeCommandLine =
    "BOOT_IMAGE=/vmlinuz-6.1.0-40-amd64 root=/dev/vda2 ro quiet crashkernel=256M\n";

// Kernel and initrd 6.1.0-41 in a separate /boot behind the usual links, /proc and /sys of a kernel with
// CONFIG_KEXEC_FILE that was booted through firmware, the init scripts in rc6.d, LOAD_KEXEC=true on line 2. Gone with
// the object.
class TemporaryRoot {
 public:
  TemporaryRoot() : directory_(Make()), root_(directory_) {
    Write("/etc/default/kexec", "# settings\nLOAD_KEXEC=true\nPANIC_TIMEOUT=\n");
    Write("/etc/passwd", "root:x:0:0:root:/root:/bin/sh\nme:x:" + std::to_string(::geteuid()) + ":0::/:/bin/sh\n");
    Write("/boot/vmlinuz-6.1.0-41-amd64", FakeBzImage());
    Write("/boot/initrd.img-6.1.0-41-amd64", FakeInitrd());
    Link("boot/vmlinuz-6.1.0-41-amd64", "/vmlinuz");
    Link("boot/initrd.img-6.1.0-41-amd64", "/initrd.img");
    MakeDirectory("/run");
    MakeDirectory("/tmp");
    MakeDirectory("/var/lib");
    WriteProc();
    for (const char* directory : {"/etc/init.d/", "/usr/lib/kexec-helper/"})
      for (const char* script : {"kexec-load", "kexec"}) Script(directory + std::string(script), "# kexec-helper\n");
    Link("../init.d/kexec-load", "/etc/rc6.d/K01kexec-load");
    Link("../init.d/kexec", "/etc/rc6.d/K08kexec");
    Write("/sys/kernel/kexec_loaded", "0\n");
    Write("/sys/kernel/kexec_crash_loaded", "0\n");
  }
  TemporaryRoot(const TemporaryRoot&) = delete;
  TemporaryRoot& operator=(const TemporaryRoot&) = delete;
  ~TemporaryRoot() {
    boost::system::error_code ignored;
    boost::filesystem::remove_all(directory_, ignored);
  }

  const Root& root() const { return root_; }
  const std::string& directory() const { return directory_; }
  std::string Host(const std::string& path) const { return directory_ + path; }

  void Write(const std::string& path, const std::string& content) const {
    boost::filesystem::create_directories(boost::filesystem::path(Host(path)).parent_path());
    std::ofstream file(Host(path), std::ios::binary | std::ios::trunc);
    file << content << std::flush;
    if (!file) throw std::runtime_error(path + ": not written");
  }

  void Script(const std::string& path, const std::string& text) const {
    Write(path, text);
    ::chmod(Host(path).c_str(), 0755);
  }

  void MakeDirectory(const std::string& path) const { boost::filesystem::create_directories(Host(path)); }

  void Link(const std::string& target, const std::string& path) const {
    boost::filesystem::create_directories(boost::filesystem::path(Host(path)).parent_path());
    boost::filesystem::create_symlink(target, Host(path));
  }

  void MakeFifo(const std::string& path) const {
    if (::mkfifo(Host(path).c_str(), 0600) != 0) throw std::runtime_error(path + ": no FIFO made");
  }

  void Delete(const std::string& path) const { boost::filesystem::remove_all(Host(path)); }

  bool Has(const std::string& path) const {
    return boost::filesystem::symlink_status(Host(path)).type() != boost::filesystem::file_not_found;
  }

  std::string Content(const std::string& path) const {
    std::ifstream file(Host(path), std::ios::binary);
    if (!file) throw std::runtime_error(path + ": not there");
    return {std::istreambuf_iterator<char>(file), {}};
  }

  // Every name of the tree with its kind, mode, time of change and content: two that are equal mean an untouched tree.
  std::map<std::string, std::string> Snapshot() const {
    std::map<std::string, std::string> tree;
    for (const auto& entry : boost::filesystem::recursive_directory_iterator(directory_)) {
      struct stat status = {};
      ::lstat(entry.path().c_str(), &status);
      std::string& shown = tree[entry.path().string()];
      shown = std::to_string(status.st_mode) + " " + std::to_string(status.st_ino) + " " +
              std::to_string(status.st_mtim.tv_sec) + "." + std::to_string(status.st_mtim.tv_nsec) + " ";
      if (S_ISLNK(status.st_mode)) shown += boost::filesystem::read_symlink(entry.path()).string();
      if (S_ISREG(status.st_mode)) shown += Content(entry.path().string().substr(directory_.size()));
    }
    return tree;
  }

 private:
  static std::string Make() {
    ::umask(022);  // a tree that only its owner can write, whatever the user's habit
    std::string pattern = (boost::filesystem::temp_directory_path() / "kexec-helper-test-XXXXXX").string();
    if (!::mkdtemp(pattern.data())) throw std::runtime_error("mkdtemp failed");
    return pattern;
  }

  void WriteProc() const {
    Write("/proc/cmdline", kFakeCommandLine);
    Write("/proc/meminfo", "MemTotal:        4000000 kB\nMemFree:  1 kB\nMemAvailable:  3000000 kB\n");
    Write("/proc/self/mountinfo",
          "21 1 254:2 / / rw,relatime shared:1 - ext4 /dev/vda2 rw\n"
          "30 21 254:1 / /boot rw,relatime shared:2 - ext4 /dev/vda1 rw\n");
    Write("/proc/sys/kernel/kexec_load_disabled", "0\n");
    Write("/proc/sys/kernel/kexec_load_limit_reboot", "-1\n");
    Write("/proc/sys/kernel/osrelease", "6.1.0-40-amd64\n");
    Write("/proc/sys/kernel/random/boot_id", "11111111-2222-3333-4444-555555555555\n");
    Write("/proc/sys/kernel/bootloader_type", "114\n");  // GRUB: 7 << 4 | 2
  }

  std::string directory_;
  Root root_;
};

}  // namespace kexec_helper
