#include "image/boot_image.h"

#include <fcntl.h>

#include <algorithm>
#include <cerrno>

#include "image/kernel_image.h"
#include "image/memory_file.h"
#include "image/unified_image.h"
#include "sys/error.h"

namespace kexec_helper {

namespace {

void CheckCommandLine(const std::string& command_line, uint64_t limit) {
  for (const char* bad : {"\n", "\r"})
    if (command_line.find(bad) != std::string::npos) throw Error("command line: contains a line break: remove it");
  if (command_line.find('\0') != std::string::npos) throw Error("command line: contains a NUL byte: remove it");
  if (command_line.size() > limit)
    throw Error("command line: " + std::to_string(command_line.size()) + " characters where the new kernel takes " +
                std::to_string(limit) + ": shorten it");
}

// The kernel refuses images over half of its memory.
void CheckMemory(uint64_t image_bytes, const KernelState& state) {
  if (state.memory_bytes != 0 && image_bytes > state.memory_bytes / 2)
    throw Error("kernel and initrd: " + std::to_string(image_bytes >> 20) + " MiB are more than half of the memory (" +
                std::to_string(state.memory_bytes >> 20) + " MiB): use a smaller initrd (MODULES=dep)");
}

Fd Duplicate(const Fd& fd, const std::string& path) {
  Fd copy(::fcntl(fd.get(), F_DUPFD_CLOEXEC, 0));
  if (!copy) throw SystemError(path, errno);
  return copy;
}

// What only the image's own stub could do is an error, as is an image that has been replaced since it was chosen.
void CheckAgainstChoice(const UnifiedImage& unified, const BootChoice& choice) {
  if (unified.has_device_tree) throw Error(DeviceTreeProblem(choice.kernel));
  if (!choice.may_be_unified)
    throw Error(choice.kernel + ": is a unified kernel image, which GRUB's command linux does not start: chainload it");
  if (!choice.initrds.empty() && !unified.initrds.empty())
    throw Error(choice.kernel + ": is a unified kernel image with an initrd of its own: set INITRD=\"\"");
  if (choice.section_command_line && unified.profiles[0].command_line != *choice.section_command_line)
    throw Error(choice.kernel + ": its command line has changed while it was read: try again");
}

void TakeUnified(const UnifiedImage& unified, const BootChoice& choice, BootImage& image) {
  CheckAgainstChoice(unified, choice);
  image.kernel_slice = unified.kernel;
  for (const FileSlice& slice : unified.initrds)
    image.initrds.push_back({choice.kernel, Duplicate(image.kernel.fd, choice.kernel), slice.size, slice.offset});
}

void CheckInitrds(const std::vector<InitrdFile>& initrds) {
  for (const InitrdFile& initrd : initrds) {
    std::string head = SliceReader(initrd.fd.get(), initrd.path)({initrd.offset.value_or(0), kInitrdHeadBytes});
    CheckInitrd(initrd.path, head, initrd.size);
  }
}

}  // namespace

BootImage OpenBootImage(const Root& root, const BootChoice& choice, const KernelState& state) {
  BootImage image;
  image.kernel = root.OpenRegular(choice.kernel);
  auto unified = FindUnifiedImage(choice.kernel, image.kernel);
  if (unified) TakeUnified(*unified, choice, image);
  FileSlice kernel = image.kernel_slice.value_or(FileSlice{0, image.kernel.stamp.size});
  std::string head = SliceReader(image.kernel.fd.get(),
                                 choice.kernel)({kernel.offset, std::min<uint64_t>(kernel.size, kImageHeadBytes)});
  // Under lockdown the kernel verifies what it is given: of a unified image the signature of the kernel inside counts.
  KernelImage checked =
      CheckKernelImage(choice.kernel + (unified ? ": section .linux" : ""), head, kernel.size, state.machine);
  image.kernel_version = checked.version.substr(0, checked.version.find(' '));
  image.kernel_build = checked.version;
  image.is_signed = checked.is_signed;
  for (const std::string& path : choice.initrds) {
    RegularFile initrd = root.OpenRegular(path);
    image.initrds.push_back({path, std::move(initrd.fd), initrd.stamp.size});
    image.initrd_stamps.push_back(initrd.stamp);
  }
  CheckInitrds(image.initrds);
  uint64_t initrd_bytes = 0;
  for (const InitrdFile& initrd : image.initrds) initrd_bytes += initrd.size;
  CheckCommandLine(choice.command_line, checked.command_line_limit);
  bool joined = image.initrds.size() > 1 || (unified && !image.initrds.empty());
  uint64_t image_bytes = kernel.size + initrd_bytes;
  CheckMemory(image_bytes, state);
  // The kernel has every file twice while it loads, as read and in place, and what is copied into memory files
  // beforehand is there once more.
  image.load_bytes = 2 * image_bytes + (joined ? initrd_bytes : 0) + (unified ? kernel.size : 0);
  image.command_line = choice.command_line;
  return image;
}

std::string MemoryShortage(const BootImage& image, const KernelState& state) {
  if (state.available_bytes == 0 || image.load_bytes <= state.available_bytes) return "";
  return "kernel and initrd: loading them takes " + std::to_string(image.load_bytes >> 20) + " MiB of memory and " +
         std::to_string(state.available_bytes >> 20) + " MiB are free";
}

LoadableImage MakeLoadable(BootImage image) {
  LoadableImage loadable;
  if (image.kernel_slice)
    loadable.kernel = MakeMemoryFile("kernel", {{"kernel", image.kernel.fd.get(), *image.kernel_slice}});
  else
    loadable.kernel = std::move(image.kernel.fd);
  loadable.initrd = JoinInitrds(std::move(image.initrds));
  loadable.request = {loadable.kernel.get(), loadable.initrd.get(), std::move(image.command_line)};
  return loadable;
}

}  // namespace kexec_helper
