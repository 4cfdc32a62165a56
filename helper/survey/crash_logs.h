// What a system that died has left behind.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sys/root.h"

namespace kexec_helper {

// A dead kernel's log, and its last meaningful lines.
struct CrashLog {
  std::string path;
  std::string time;  // of the file: ISO 8601, UTC
  std::vector<std::string> lines;
};

// The newest of what crash kernels (ours and kdump-tools': /var/crash/TIME/dmesg.TIME) and pstore (/sys/fs/pstore, and
// where systemd-pstore.service(8) keeps it) have saved; nullopt if there is none. Files and directories that others
// than root can write are left out, as on Ubuntu everybody may make some in /var/crash, and what this user may not
// read. Throws SystemError.
std::optional<CrashLog> FindCrashLog(const Root& root);

// What the kernel died of, by its log: the first line of the last report (BUG, Oops …) and that of the panic, or the
// last lines if there is neither. Pure.
std::vector<std::string> MeaningfulLines(std::string_view log);

}  // namespace kexec_helper
