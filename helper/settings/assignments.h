// From a settings file's text to its assignments.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "settings/settings.h"

namespace kexec_helper {

// Reads every assignment of the text into `into`, later ones replacing earlier ones. False when the file needs a shell
// (an expansion, a command, anything but NAME=word on a line); `into` is then as it was. Throws Error "FILE:LINE: …"
// for what no shell could read. Pure.
bool ReadAssignments(const std::string& file, std::string_view text, Assignments& into);

}  // namespace kexec_helper
