// The program `kexec` of an exitrd: starts the kernel that is loaded. An exitrd has the libraries of its own programs
// only, so that this one needs none: it makes its system calls itself (syscall(2), "Architecture calling conventions").

#include <asm/unistd.h>
#include <fcntl.h>
#include <linux/reboot.h>

#include <cstddef>

namespace {

long Call(long number, long first, long second, long third, long fourth) {
#if defined(__x86_64__)
  long result;
  register long r10 __asm__("r10") = fourth;
  __asm__ volatile("syscall"
                   : "=a"(result)
                   : "a"(number), "D"(first), "S"(second), "d"(third), "r"(r10)
                   : "rcx", "r11", "memory");
  return result;
#elif defined(__aarch64__)
  register long x8 __asm__("x8") = number;
  register long x0 __asm__("x0") = first;
  register long x1 __asm__("x1") = second;
  register long x2 __asm__("x2") = third;
  register long x3 __asm__("x3") = fourth;
  __asm__ volatile("svc 0" : "+r"(x0) : "r"(x8), "r"(x1), "r"(x2), "r"(x3) : "memory");
  return x0;
#else
// cppcheck looks at every way through these conditions, not only at a compiler's.
// cppcheck-suppress preprocessorErrorDirective
#error "the system calls of this architecture are not known here"
#endif
}

long Address(const char* text) { return reinterpret_cast<long>(text); }

// One message to the kernel's log, which is on the console.
template <size_t size>
void Say(const char (&text)[size]) {
  long fd = Call(__NR_openat, AT_FDCWD, Address("/dev/kmsg"), O_WRONLY, 0);
  if (fd >= 0) Call(__NR_write, fd, Address(text), size - 1, 0);
}

}  // namespace

extern "C" [[noreturn]] void _start() {
  Say("<5>kexec-helper: the exitrd starts the loaded kernel\n");
  Call(__NR_sync, 0, 0, 0, 0);
  Call(__NR_reboot, static_cast<long>(LINUX_REBOOT_MAGIC1), LINUX_REBOOT_MAGIC2, LINUX_REBOOT_CMD_KEXEC, 0);
  // The exitrd's script then reboots through firmware.
  Say("<3>kexec-helper: the kernel refused to start the loaded one\n");
  for (;;) Call(__NR_exit_group, 1, 0, 0, 0);
}
