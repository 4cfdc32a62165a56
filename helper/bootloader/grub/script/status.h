// What a GRUB command returns.
#pragma once

namespace kexec_helper::grub {

// $? of a GRUB script: 0 is true, everything else false (GRUB: include/grub/err.h). `return N` can make any number of
// it.
enum class Status : int {
  kNone = 0,
  kTestFailure = 1,
  kBadModule = 2,
  kBadFileType = 4,
  kFileNotFound = 5,
  kBadFilename = 7,
  kBadNumber = 10,
  kOutOfRange = 11,
  kUnknownDevice = 12,
  kUnknownCommand = 16,
  kInvalidCommand = 17,
  kBadArgument = 18,
  kNoKernel = 22,
  kMenu = 27,
  kRecursionDepth = 47,
};

}  // namespace kexec_helper::grub
