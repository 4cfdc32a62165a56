// What a GRUB script has loaded, ready to be booted.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "bootloader/grub/disks/file_path.h"

namespace kexec_helper::grub {

// A file that linux or initrd was given: the word, and the file it led to at that moment.
struct LoadedFile {
  std::string word;
  FilePath file;
  bool wrapped = false;  // "newc:NAME:FILE": GRUB makes an archive around the file
};

// A Linux kernel with what it is to be started with.
struct LinuxKernel {
  LoadedFile kernel;
  std::vector<std::string> arguments;  // after the kernel's name, one by one
  std::vector<LoadedFile> initrds;
  std::string where;  // "/boot/grub/grub.cfg:42"
};

// The command line after BOOT_IMAGE=NAME as GRUB writes it: a word with a space in "…", a backslash before \ ' and "
// (GRUB: lib/cmdline.c).
std::string QuoteArguments(const std::vector<std::string>& arguments);

// All of it: "BOOT_IMAGE=/boot/vmlinuz root=/dev/vda1 ro".
std::string CommandLine(const LinuxKernel& kernel);

// Nothing, a Linux kernel, or another thing that kexec cannot start ("chainloader").
struct Loaded {
  std::optional<LinuxKernel> linux;
  std::string other;
  bool takes_initrd = false;     // the last `linux` succeeded
  std::string device_tree = "";  // the word `devicetree` was given

  bool Anything() const { return linux || !other.empty(); }
};

}  // namespace kexec_helper::grub
