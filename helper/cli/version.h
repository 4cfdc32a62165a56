// The program's version.
#pragma once

namespace kexec_helper {

// debian/changelog's, given by the Makefile.
extern const char* const kVersion;

}  // namespace kexec_helper
