#include "kernel/log.h"

#include <fcntl.h>

#include <array>
#include <cerrno>

namespace kexec_helper {

namespace {

constexpr std::array<std::string_view, 7> kSubjects = {"kexec", "PEFILE",  "Lockdown", "integrity",
                                                       "ima:",  "bzImage", "crash"};
constexpr int kMaxRecords = 1000;

}  // namespace

KernelLog::KernelLog() : fd_(::open("/dev/kmsg", O_RDONLY | O_NONBLOCK | O_CLOEXEC)) {
  if (fd_ && ::lseek(fd_.get(), 0, SEEK_END) < 0) fd_.Reset();
}

std::string KernelLog::NewLines() {
  std::string lines;
  char record[8192];  // CONSOLE_EXT_LOG_MAX; one read gives one record
  for (int i = 0; fd_ && i < kMaxRecords; ++i) {
    ssize_t count = ::read(fd_.get(), record, sizeof record);
    if (count < 0 && errno == EPIPE) continue;  // overwritten in the ring; the next read goes on
    if (count <= 0) break;
    std::string message = KexecMessage({record, static_cast<size_t>(count)});
    if (!message.empty()) lines += (lines.empty() ? "" : "; ") + message;
  }
  return lines;
}

std::string KexecMessage(std::string_view record) {
  size_t start = record.find(';');
  if (start == std::string_view::npos) return "";
  std::string_view message = record.substr(start + 1);
  message = message.substr(0, message.find('\n'));
  for (std::string_view subject : kSubjects)
    if (message.find(subject) != std::string_view::npos) return std::string(message);
  return "";
}

}  // namespace kexec_helper
