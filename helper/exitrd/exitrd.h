// The exitrd: a small system in memory to which systemd-shutdown hands over its last step, so that what the root file
// system lies on can be taken apart (systemd: src/shutdown/shutdown.c, switch_root_initramfs; dracut.modules(7),
// dracut-shutdown.service(8)).
#pragma once

#include <string>

#include "sys/root.h"

namespace kexec_helper {

// What runs there, and what brings it.
inline constexpr const char* kExitrdScript = "/run/initramfs/shutdown";
inline constexpr const char* kExitrdRequest = "/run/initramfs/.need_shutdown";
// Starts the loaded kernel without any library; copied into an exitrd.
inline constexpr const char* kJumpProgram = "/usr/lib/kexec-helper/exitrd-kexec";

enum class Exitrd {
  kNone,
  kAnnounced,    // dracut-shutdown.service will unpack the initrd there
  kKnowsKexec,   // its script mentions kexec: dracut's, finalrd's
  kIgnoresKexec  // it does something else whatever it is asked for
};

// What is there now, or will be by the end of the shutdown. Throws Error.
Exitrd FindExitrd(const Root& root);

// Makes the last step of a shutdown start the loaded kernel, whichever exitrd is there: kexec-tools is not needed. To
// be called after everything that fills the exitrd, and before systemd-shutdown. Returns a sentence on what was
// changed,
// "" if nothing had to be. Throws Error when neither of the two ways works.
std::string PrepareExitrd(const Root& root);

}  // namespace kexec_helper
