#include "exitrd/exitrd.h"

#include "sys/error.h"

namespace kexec_helper {

namespace {

constexpr const char* kDirectory = "/run/initramfs";
constexpr const char* kLeftOut = "/run/initramfs/shutdown.left-out";
constexpr size_t kMaxScript = 16 << 20;  // bytes; finalrd's is systemd-shutdown itself
constexpr size_t kMaxProgram = 64 << 10;

// Where its script looks for programs, dracut's (modules.d/99shutdown/shutdown.sh) and any shell's.
constexpr const char* kProgramDirectories[] = {"/usr/sbin", "/usr/bin", "/sbin", "/bin"};

bool MentionsKexec(const Root& root) { return root.Read(kExitrdScript, kMaxScript).find("kexec") != std::string::npos; }

// Links are followed as they will be when the exitrd is the root directory.
void InstallJumpProgram(const Root& root) {
  std::string program = root.Read(kJumpProgram, kMaxProgram);
  Root exitrd = root.Below(kDirectory);
  for (const char* directory : kProgramDirectories) {
    if (!exitrd.Exists(directory)) continue;
    exitrd.WriteAtomically(std::string(directory) + "/kexec", program, 0755);
    return;
  }
  throw Error(std::string(kDirectory) + " has no directory for programs");
}

}  // namespace

Exitrd FindExitrd(const Root& root) {
  // As systemd-shutdown asks: not on a file system mounted noexec.
  if (root.IsExecutable(kExitrdScript)) return MentionsKexec(root) ? Exitrd::kKnowsKexec : Exitrd::kIgnoresKexec;
  return root.Exists(kExitrdRequest) ? Exitrd::kAnnounced : Exitrd::kNone;
}

std::string PrepareExitrd(const Root& root) {
  if (!root.IsExecutable(kExitrdScript)) return "";
  std::string why = "it ignores kexec";
  try {
    if (MentionsKexec(root)) {
      InstallJumpProgram(root);
      return std::string(kExitrdScript) + " will start the kernel";
    }
  } catch (const Error& error) {
    why = error.what();
  }
  // systemd then unmounts what it can by itself and starts the kernel as on a machine without an exitrd.
  root.Rename(kExitrdScript, kLeftOut);
  return std::string(kExitrdScript) + " is left out: " + why;
}

}  // namespace kexec_helper
