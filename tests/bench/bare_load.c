/* The bare call that `kexec-helper load` is measured against: bare_load KERNEL INITRD COMMAND-LINE. */
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

int main(int argc, char **argv) {
  if (argc != 4) return 2;
  int kernel = open(argv[1], O_RDONLY), initrd = open(argv[2], O_RDONLY);
  if (syscall(SYS_kexec_file_load, kernel, initrd, strlen(argv[3]) + 1, argv[3], 0UL) == 0) return 0;
  perror("kexec_file_load");
  return 1;
}
