#include "cli/version.h"

namespace kexec_helper {

const char* const kVersion = KEXEC_HELPER_VERSION;

}  // namespace kexec_helper
