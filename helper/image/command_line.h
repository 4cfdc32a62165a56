// The kernel command line as words. They are split as the kernel does it: a quoted space does not end one (kernel:
// lib/cmdline.c, next_arg).
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace kexec_helper {

// What separates words.
bool IsCommandLineSpace(char c);

// Where the word that starts at `at` ends.
size_t WordEnd(std::string_view command_line, size_t at);

// The words as they are written.
std::vector<std::string_view> Words(std::string_view command_line);

// The words but those that begin with one of `prefixes`, separated by one blank.
std::string WithoutWords(std::string_view command_line, const std::vector<std::string>& prefixes);

// Until when a kernel pings a watchdog that nobody has opened (Documentation/watchdog/watchdog-parameters.rst).
inline constexpr const char* kOpenTimeout = "watchdog.open_timeout";

// Without the words that a kexec adds: on what happens after a panic or a hang, and when dracut's initrd gets no
// further.
std::string WithoutKexecWords(std::string_view command_line);

// Whether it reserves memory for a crash kernel: crashkernel= (Documentation/admin-guide/kdump/kdump.rst).
bool HasCrashReservation(std::string_view command_line);

// Without what each boot loader adds for itself, and what a kexec adds: to compare command lines by.
std::string ComparableCommandLine(std::string_view command_line);

}  // namespace kexec_helper
