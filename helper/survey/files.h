// The chosen files, opened and checked.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "image/boot_image.h"
#include "kernel/state.h"
#include "sys/root.h"

namespace kexec_helper {

// What a decision needs to know of them. Pure data.
struct FileFacts {
  std::string error;           // they cannot be opened, or are not what they should be: "where: what: remedy"
  std::string untrusted;       // others than root can write one of them
  std::string kernel;          // path
  std::string kernel_version;  // "" if the image does not say
  std::string kernel_build;    // the same with compiler and time of the build
  FileStamp stamp;             // of the kernel
  std::vector<FileStamp> initrd_stamps;
  bool is_signed = false;
  std::string shortage;  // loading them takes more memory than is free now; "" if there is enough
};

struct PreparedFiles {
  FileFacts facts;
  std::optional<BootImage> image;  // missing exactly when facts.error says why
};

// Opens and checks the files of `choice`, and who can write them or any of `trusted` (the names that led to them, the
// boot loader's configuration). Throws Error when the program lacks the permission to look: that is no answer.
PreparedFiles PrepareFiles(const Root& root, const BootChoice& choice, const std::vector<std::string>& trusted,
                           const KernelState& kernel);

}  // namespace kexec_helper
