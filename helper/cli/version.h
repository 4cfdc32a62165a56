// The program's version: debian/changelog's, given by the Makefile.
#pragma once

namespace kexec_helper {

inline constexpr const char* kVersion = KEXEC_HELPER_VERSION;

}  // namespace kexec_helper
