// Finding and reading the settings files.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "settings/settings.h"
#include "sys/root.h"

namespace kexec_helper {

// The settings, with warnings about how they were read.
struct SettingsRead {
  Settings settings;
  std::vector<std::string> warnings;
};

// Reads /etc/default/kexec, then the files of kexec.d whose names run-parts(8) accepts, in its order. As long as they
// are plain assignments they are read here; if one needs a shell, /bin/sh reads all of them in that order, as the init
// scripts always did (but never a file of another root: that would run an image's code on this machine).
// Throws Error "where: what: remedy" for anything that leaves a doubt.
// `check` sees the path of each file before anything in it counts, and throws Error when it may not be relied on.
SettingsRead ReadSettings(const Root& root, const std::function<void(const std::string& path)>& check);

// True for the names run-parts(8) accepts without options: letters, digits, '_' and '-'. Pure.
bool IsRunPartsName(const std::string& name);

}  // namespace kexec_helper
