// A configuration file as it is read.
#pragma once

#include <string>

namespace kexec_helper::grub {

// A file read piece by piece from its beginning, so that a large one is never in memory as a whole.
class FilePieces {
 public:
  virtual ~FilePieces() = default;

  // The next bytes, "" at the end. Throws Error.
  virtual std::string Next() = 0;
};

}  // namespace kexec_helper::grub
