#include "commands/exec.h"

#include "kernel/remedy.h"
#include "kernel/state.h"
#include "sys/error.h"

namespace kexec_helper {

void Exec(const Root& root, Kernel& kernel, Filesystems filesystems) {
  KernelState state = ReadKernelState(root);
  if (!state.loaded) throw Error("exec: no kernel is loaded: load one with kexec-helper load");
  if (filesystems == Filesystems::kMakeReadOnly) kernel.MakeFilesystemsReadOnly();
  ExplainErrors(state, [&] { kernel.Jump(); });
  throw Error("exec: the kernel did not jump");
}

}  // namespace kexec_helper
