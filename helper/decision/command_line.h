// The next kernel's command line: what may be used again of the current one, and what a kexec adds.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "sys/mounts.h"

namespace kexec_helper {

// The current command line for the next kernel: BOOT_IMAGE= replaced by that kernel's path as a boot loader would name
// it (put first, dropped when `boot_image` is empty), everything else to the byte.
std::string ReuseCommandLine(std::string_view current, std::string_view boot_image);

// The first word that asks for one boot only: a rescue or emergency boot, another init, a stop in the initrd, a crash
// dump (kernel-command-line(7), kernel-parameters.txt, initramfs-tools(7), dracut.cmdline(7)). "" if there is none.
std::string FindOneBootWord(std::string_view command_line);

// Why the running root file system is not the one that this command line mounts: another subvolume or device mapper
// device, or an overlay over it. "" if nothing says so.
std::string FindChangedRoot(std::string_view command_line, const std::vector<Mount>& mounts);

// What it mounts as root, root= and rootflags=: to compare command lines by.
std::string RootOf(std::string_view command_line);

// Whose initrd it is.
enum class InitrdKind { kOther, kDracut };

// The command line with panic=SECONDS, unless it says itself what happens after a panic
// (Documentation/admin-guide/kernel-parameters.txt; initramfs-tools(7) reboots by it in place of its shell). dracut has
// words of its own, rd.shell=0 and rd.emergency=reboot, without which it waits in a shell or powers off
// (dracut.cmdline(7)): they are added with it, unless the line has one of them.
std::string WithPanicTimeout(const std::string& command_line, int seconds, InitrdKind initrd);

// The first program of a capture system: it saves what the dead kernel has logged, and reboots.
inline constexpr const char* kSaveCrash = "/usr/lib/kexec-helper/save-crash";

// The command line of the crash kernel: the current one, as the root file system and the console are the same, without
// what belongs to the boot or takes memory, and with words that have one processor do nothing but save the log and
// reboot, also where it fails (Documentation/admin-guide/kdump/kdump.rst, initramfs-tools(7), dracut.cmdline(7)).
std::string CrashCommandLine(std::string_view current);

// The command line with watchdog.open_timeout=SECONDS, unless it has one.
std::string WithOpenTimeout(const std::string& command_line, int seconds);

}  // namespace kexec_helper
