// The mount table: where a path lies, and making everything clean before a jump.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "sys/root.h"

namespace kexec_helper {

// One line of /proc/self/mountinfo (proc(5)), octal escapes undone.
struct Mount {
  std::string root;          // the directory of the file system that is mounted, "/@" for a btrfs subvolume
  std::string mount_point;   // where
  std::string type;          // "ext4"
  std::string source;        // "/dev/vda2"
  bool read_only = false;    // of the file system itself (super block options)
  std::string device = "";   // "254:2", "0:33" for a file system that has no block device of its own (btrfs)
  std::string options = "";  // super block options: "rw,subvolid=256,subvol=/@"
};

// The mount table of this system. An automount point where a boot loader may keep its files (/boot, /boot/efi, /efi) is
// looked into first, so that what belongs there is mounted; where that fails (a shutdown has begun) the table has only
// the automount point. None without a table (a tree below --root). Throws SystemError when it
// cannot be read.
std::vector<Mount> ReadMounts(const Root& root);

// Parses mountinfo text; lines that do not have its form are skipped.
std::vector<Mount> ParseMountinfo(std::string_view text);

// The mount that shows what is at a path, the last one where several cover it; nullptr when none does. `path` has no
// symbolic links.
const Mount* MountOf(const std::vector<Mount>& mounts, const std::string& path);

// True when `directory` is `path` or one of its parents.
bool Covers(const std::string& directory, const std::string& path);

// The path as its own file system names it, which is what a boot loader calls it: "/vmlinuz-6.1" for /boot/vmlinuz-6.1
// on a separate /boot. `path` has no symbolic links. The path itself when no mount covers it.
std::string PathOnFilesystem(const std::vector<Mount>& mounts, const std::string& path);

// The file systems that keep data and are writable, the last mounted first. `filesystems` is /proc/filesystems: types
// marked "nodev" there hold nothing on a disk of this machine (zfs excepted, which is marked all the same).
std::vector<Mount> WritableFilesystems(const std::vector<Mount>& mounts, std::string_view filesystems);

// Syncs, then unmounts or remounts read-only every file system of WritableFilesystems; throws Error naming those that
// stay writable. Only for the running system.
void MakeFilesystemsReadOnly(const Root& root);

// Makes the running system's root file system writable; false if it was. Throws SystemError.
bool MakeRootWritable();

}  // namespace kexec_helper
