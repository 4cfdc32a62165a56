#include <iostream>

#include "cli/run.h"
#include "kernel/linux_kernel.h"
#include "sys/root.h"

int main(int argc, char** argv) {
  kexec_helper::Root root;
  kexec_helper::LinuxKernel kernel;
  return kexec_helper::Run({argv + 1, argv + argc}, root, kernel, std::cout, std::cerr);
}
