// Files in memory: parts of opened files as one descriptor, without a temporary file on disk.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "image/pe.h"
#include "sys/fd.h"

namespace kexec_helper {

// An opened file, or part of one.
struct FilePart {
  std::string path;  // for messages
  int fd = -1;       // the caller's
  FileSlice slice;
};

// A memory file named `name` in /proc of all parts in their order, each of which begins at a multiple of 4 bytes. The
// data is copied inside the kernel. Throws SystemError, or Error when a file became shorter.
Fd MakeMemoryFile(const char* name, const std::vector<FilePart>& parts);

}  // namespace kexec_helper
