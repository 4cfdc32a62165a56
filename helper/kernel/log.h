// What the kernel says about a kexec call: errno is seldom the whole story.
#pragma once

#include <string>
#include <string_view>

#include "sys/fd.h"

namespace kexec_helper {

// Remembers the end of the kernel log (/dev/kmsg, Documentation/ABI/testing/dev-kmsg) and later gives what came after
// it and concerns kexec. An unreadable log is an empty one: it only adds detail.
class KernelLog {
 public:
  KernelLog();
  // The new lines, joined by "; ".
  std::string NewLines();

 private:
  Fd fd_;
};

// The message of one /dev/kmsg record ("6,339,5140900,-;kexec: …") when it concerns kexec, else "".
std::string KexecMessage(std::string_view record);

}  // namespace kexec_helper
