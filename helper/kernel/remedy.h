// From an error number and the kernel's state to what an administrator can do about it.
#pragma once

#include <string>

#include "kernel/kernel.h"
#include "kernel/state.h"

namespace kexec_helper {

// "kexec_file_load: Operation not permitted: kexec_load_disabled is 1: …; kernel log: …". Pure.
// Facts: kexec_file_load(2), kernel/kexec_file.c, kernel/kexec.c.
std::string Explain(const KernelError& error, const KernelState& state);

// Runs a call of the kernel; throws its KernelError as an explained Error.
template <typename Call>
void ExplainErrors(const KernelState& state, const Call& call) {
  try {
    call();
  } catch (const KernelError& error) {
    throw Error(Explain(error, state));
  }
}

}  // namespace kexec_helper
