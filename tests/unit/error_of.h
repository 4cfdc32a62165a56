// The message of an expected Error.
#pragma once

#include <string>

#include "sys/error.h"

namespace kexec_helper {

// What `call` threw as an Error, "" when it threw nothing; anything else passes through and fails the test.
template <typename Call>
std::string ErrorOf(const Call& call) {
  try {
    call();
  } catch (const Error& error) {
    return error.what();
  }
  return "";
}

}  // namespace kexec_helper
