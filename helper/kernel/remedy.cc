#include "kernel/remedy.h"

#include <cerrno>

namespace kexec_helper {

namespace {

std::string PermissionRemedy(const KernelState& state) {
  if (std::string limit = LoadLimit(state); !limit.empty()) return limit;
  if (!state.lockdown.empty() && state.lockdown != "none")
    return "the kernel is locked down (" + state.lockdown +
           "): it takes only a kernel signed with a key it knows, under Secure "
           "Boot the distribution's (mokutil enrols others)";
  return "this needs root (CAP_SYS_BOOT)";
}

// ENOTSUPP of include/linux/errno.h: not meant for user space, but kexec_file_load(2) lets it through from the
// signature check of an algorithm this kernel lacks.
constexpr int kNotSupported = 524;

std::string Remedy(int error_number, const KernelState& state) {
  switch (error_number) {
    case EPERM:
      return PermissionRemedy(state);
    case EACCES:
      return "a security policy (IMA, IPE, SELinux) forbids it: load a kernel signed by the distribution";
    case EBUSY:
      return "another load is running: try again when it is done";
    case ENOEXEC:
      return "not a kernel image that this kernel can start: reinstall the kernel's package";
    case EINVAL:
      return "the kernel did not accept these files: see the kernel log";
    case EADDRNOTAVAIL:
      return "no suitable hole in memory (for a crash kernel: the memory that crashkernel= reserves is too small)";
    case ETXTBSY:
      return "the kernel or initrd is open for writing: wait until it is written";
    case ENODATA:
    case ENOKEY:
    case EKEYREJECTED:
    case EBADMSG:
    case ELIBBAD:
    case ENOPKG:
    case kNotSupported:
      return "its signature was not accepted: install the distribution's signed kernel, or enrol its key (mokutil)";
    case ENOMEM:
      return "not enough free memory, also after dropping caches";
    case EFBIG:
      return "a file of more than 4 GiB";
    case EIO:
      return "a file could not be read: check the disk";
    case ENOSYS:
      return "the running kernel has no kexec_file_load (CONFIG_KEXEC_FILE)";
    default:
      return "";
  }
}

}  // namespace

std::string Explain(const KernelError& error, const KernelState& state) {
  std::string message = error.what();
  std::string remedy = Remedy(error.error_number(), state);
  if (!remedy.empty()) message += ": " + remedy;
  if (!error.log().empty()) message += " (kernel log: " + error.log() + ")";
  return message;
}

}  // namespace kexec_helper
