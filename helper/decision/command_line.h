// The kernel command line as text.
#pragma once

#include <string>
#include <string_view>

namespace kexec_helper {

// The current command line for the next kernel: BOOT_IMAGE= replaced by that kernel's path as a boot loader would name
// it (put first, dropped when `boot_image` is empty), everything else to the byte. A quoted space does not end a word
// (kernel: lib/cmdline.c, next_arg).
std::string ReuseCommandLine(std::string_view current, std::string_view boot_image);

// The command line with panic=SECONDS, unless it says itself what happens after a panic
// (Documentation/admin-guide/kernel-parameters.txt). Behind "--" all words are init's. Pure.
std::string WithPanicTimeout(const std::string& command_line, int seconds);

}  // namespace kexec_helper
