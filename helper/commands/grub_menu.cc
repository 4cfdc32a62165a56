#include "commands/grub_menu.h"

#include "bootloader/grub/disks/environment_block.h"
#include "bootloader/grub/disks/mounted_files.h"
#include "sys/error.h"

namespace kexec_helper {

namespace {

constexpr const char* kGrubDirectory = "/boot/grub";
constexpr size_t kMostGrubenvBytes = 1 << 20;

// A PC's firmware is told by the directory that only EFI has; GRUB's name of the processor goes with it.
grub::Platform ReadPlatform(const Root& root, const MachineState& machine, const grub::MountedFiles& files) {
  bool efi = root.Exists("/sys/firmware/efi");
  std::string cpu = machine.kernel.machine == "aarch64" ? "arm64" : efi ? "x86_64" : "i386";
  return {cpu, efi ? "efi" : "pc", files.Find(kGrubDirectory)};
}

BootChoice FilesOf(const grub::LinuxKernel& kernel, const grub::MountedFiles& files) {
  BootChoice choice;
  choice.kernel = files.Locate(kernel.kernel.file.device, kernel.kernel.file.path);
  for (const grub::LoadedFile& initrd : kernel.initrds) {
    if (initrd.wrapped) throw Error(kernel.where + ": initrd " + initrd.word + ": only GRUB can wrap a file like this");
    choice.initrds.push_back(files.Locate(initrd.file.device, initrd.file.path));
  }
  choice.command_line = grub::CommandLine(kernel);
  return choice;
}

}  // namespace

GrubOutcome ReadGrubOutcome(const Root& root, const MachineState& machine,
                            const std::optional<std::string>& entry_path) {
  GrubOutcome outcome;
  try {
    grub::MountedFiles files(root, machine.mounts);
    outcome.evaluation = grub::EvaluateBoot(files, ReadPlatform(root, machine, files), entry_path);
    outcome.error = outcome.evaluation->refusal;
    outcome.files.assign(files.read_files().begin(), files.read_files().end());
    if (outcome.evaluation->kernel) outcome.choice = FilesOf(*outcome.evaluation->kernel, files);
  } catch (const Error& error) {
    outcome.error = error.what();
  }
  return outcome;
}

grub::MenuTree ReadGrubMenu(const Root& root, const MachineState& machine) {
  grub::MountedFiles files(root, machine.mounts);
  return grub::EvaluateMenu(files, ReadPlatform(root, machine, files));
}

std::string GrubRequest(const Root& root) {
  const std::string path = std::string(kGrubDirectory) + "/grubenv";
  try {
    auto text = root.ReadIfPresent(path, kMostGrubenvBytes);
    auto block = text ? grub::EnvironmentBlock::Parse(std::move(*text)) : std::nullopt;
    if (!block) return "";
    for (const auto& [name, value] : block->Records())
      if (name == "next_entry" && !value.empty())
        return path + ": grub-reboot has chosen entry " + value +
               " for the next boot: USE_GRUB_CONFIG=true would follow it";
    return "";
  } catch (const Error& error) {
    return std::string(error.what()) + ": whether grub-reboot has chosen an entry is not known";
  }
}

void LeaveGrubEnvironment(const Root& root, const MachineState& machine, const grub::BootEvaluation& boot,
                          std::vector<std::string>& warnings) {
  if (boot.changed_blocks.empty()) return;
  try {
    grub::MountedFiles files(root, machine.mounts);
    for (const auto& [place, block] : boot.changed_blocks)
      root.Overwrite(files.Locate(place.device, place.path), block.text());
  } catch (const Error& error) {
    warnings.push_back(std::string("GRUB's environment is not up to date: ") + error.what());
  }
}

}  // namespace kexec_helper
