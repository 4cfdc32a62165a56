// Which GRUB boots this machine.
#pragma once

#include <string>
#include <string_view>

#include "bootloader/grub/runtime/platform.h"
#include "sys/root.h"

namespace kexec_helper::grub {

// Judged by the list of commands that grub-install puts beside the modules ($prefix/x86_64-efi/command.lst), which is
// of the GRUB that was installed last; without one by the version of Debian's package; 2.06 when neither is known.
// Throws SystemError when a file is there and cannot be read.
Release InstalledRelease(const Root& root);

// The release that has these commands ("name: module" a line). Throws Error for a distribution's own blscfg, of which
// there were some before GRUB had one. Pure.
Release ReleaseOfCommands(std::string_view command_list);

// Of dpkg's version of a package: "2.12-9+deb13u1" is 2.12. Pure.
Release ReleaseOfVersion(const std::string& version);

}  // namespace kexec_helper::grub
