// Files opened, checked and ready to be loaded.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "image/boot_choice.h"
#include "image/initrd.h"
#include "image/pe.h"
#include "kernel/kernel.h"
#include "kernel/state.h"
#include "sys/fd.h"
#include "sys/root.h"

namespace kexec_helper {

// A boot choice as descriptors. What was checked is what is loaded: no file is opened a second time.
struct BootImage {
  RegularFile kernel;                     // of a unified image the whole file
  std::optional<FileSlice> kernel_slice;  // of a unified image: where the kernel is in it
  std::vector<InitrdFile> initrds;        // kept apart until the load, so that a plan copies nothing
  std::vector<FileStamp> initrd_stamps;   // of the choice's initrds
  std::string kernel_version;             // "6.1.0-41-amd64", "" when the image does not say
  std::string kernel_build;               // the same with compiler and time, "6.1.0-41-amd64 (…) #1 SMP …"
  bool is_signed = false;                 // the kernel carries a signature
  std::string command_line;
  uint64_t load_bytes = 0;  // memory that a load takes at its peak
};

// Opens and checks everything that can be checked before the kernel is asked: regular files that are complete and of
// the right kind, the command line's length and bytes, the sizes against memory (kernel/kexec_core.c refuses images
// over half of it). The kernel may be a unified image, which brings its own initrds. Throws Error "where: what:
// remedy".
BootImage OpenBootImage(const Root& root, const BootChoice& choice, const KernelState& state);

// A sentence when loading the image takes more memory than is free now; "" if there is enough. There may be enough
// later: a shutdown ends what uses it.
std::string MemoryShortage(const BootImage& image, const KernelState& state);

// What Kernel::Load takes, initrds joined, the kernel taken out of its unified image; owns the descriptors the request
// names.
struct LoadableImage {
  Fd kernel;
  Fd initrd;
  LoadRequest request;
};
LoadableImage MakeLoadable(BootImage image);

}  // namespace kexec_helper
