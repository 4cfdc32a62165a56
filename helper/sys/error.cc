#include "sys/error.h"

#include <system_error>

namespace kexec_helper {

std::string ErrnoText(int error_number) { return std::generic_category().message(error_number); }

SystemError::SystemError(const std::string& where, int error_number)
    : Error(where + ": " + ErrnoText(error_number)), error_number_(error_number) {}

}  // namespace kexec_helper
