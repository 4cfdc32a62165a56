#include "image/boot_image.h"

#include <unistd.h>

#include <cerrno>

#include "image/kernel_image.h"
#include "sys/error.h"

namespace kexec_helper {

namespace {

// pread(2), so that the descriptor's position stays at the beginning.
std::string Head(int fd, const std::string& path, size_t most) {
  std::string head(most, '\0');
  size_t done = 0;
  while (done < most) {
    ssize_t count = ::pread(fd, head.data() + done, most - done, static_cast<off_t>(done));
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) throw SystemError(path, errno);
    if (count == 0) break;
    done += static_cast<size_t>(count);
  }
  head.resize(done);
  return head;
}

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

}  // namespace

BootImage OpenBootImage(const Root& root, const BootChoice& choice, const KernelState& state) {
  BootImage image;
  image.kernel = root.OpenRegular(choice.kernel);
  uint64_t initrd_bytes = 0;
  KernelImage checked = CheckKernelImage(choice.kernel, Head(image.kernel.fd.get(), choice.kernel, kImageHeadBytes),
                                         image.kernel.stamp.size, state.machine);
  image.kernel_version = checked.version.substr(0, checked.version.find(' '));
  image.is_signed = checked.is_signed;
  for (const std::string& path : choice.initrds) {
    RegularFile initrd = root.OpenRegular(path);
    CheckInitrd(path, Head(initrd.fd.get(), path, kInitrdHeadBytes), initrd.stamp.size);
    initrd_bytes += initrd.stamp.size;
    image.initrds.push_back({path, std::move(initrd.fd), initrd.stamp.size});
  }
  CheckCommandLine(choice.command_line, checked.command_line_limit);
  uint64_t image_bytes = image.kernel.stamp.size + initrd_bytes;
  CheckMemory(image_bytes, state);
  // The kernel has every file twice while it loads, as read and in place, and joined initrds are there once more.
  image.load_bytes = 2 * image_bytes + (choice.initrds.size() > 1 ? initrd_bytes : 0);
  image.command_line = choice.command_line;
  return image;
}

std::string MemoryShortage(const BootImage& image, const KernelState& state) {
  if (state.available_bytes == 0 || image.load_bytes <= state.available_bytes) return "";
  return "kernel and initrd: loading them takes " + std::to_string(image.load_bytes >> 20) + " MiB of memory and " +
         std::to_string(state.available_bytes >> 20) + " MiB are free";
}

LoadableImage MakeLoadable(BootImage image) {
  LoadableImage loadable{std::move(image.kernel.fd), JoinInitrds(std::move(image.initrds)), {}};
  loadable.request = {loadable.kernel.get(), loadable.initrd.get(), std::move(image.command_line)};
  return loadable;
}

}  // namespace kexec_helper
