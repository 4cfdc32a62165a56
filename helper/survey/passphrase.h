// Whether the next boot waits for a person.
#pragma once

#include <string>

#include "sys/root.h"

namespace kexec_helper {

// The first encrypted volume whose passphrase is asked for at boot, by its name in /etc/crypttab (crypttab(5)); "" if
// there is none. One that clevis unlocks counts as well: the file does not say so. Throws Error.
std::string FindAskedPassphrase(const Root& root);

}  // namespace kexec_helper
