#include "commands/crash.h"

#include "decision/command_line.h"
#include "image/boot_image.h"
#include "kernel/remedy.h"
#include "records/records.h"
#include "survey/gather.h"
#include "survey/platform.h"
#include "sys/error.h"

namespace kexec_helper {

namespace {

// The kernel does not say who loaded it. Where kdump-tools is installed, it may have replaced ours.
bool IsOurs(const Root& root) { return ReadCrashRecord(root) && !root.Exists(kKdumpConfig); }

void CheckPossible(const Root& root, const KernelState& state) {
  if (state.crash_bytes == 0)
    throw Error(
        "no memory is reserved for a crash kernel: put crashkernel=256M on the kernel's command line "
        "(GRUB_CMDLINE_LINUX in /etc/default/grub, then update-grub) and reboot");
  if (state.crash_loaded && !IsOurs(root))
    throw Error("another program's crash kernel is loaded and stays: unload it first (kdump-config unload)");
}

void CheckFits(const BootImage& image, const KernelState& state) {
  uint64_t bytes = image.kernel.stamp.size;
  for (const InitrdFile& initrd : image.initrds) bytes += initrd.size;
  if (bytes >= state.crash_bytes)
    throw Error("crashkernel= has reserved " + std::to_string(state.crash_bytes >> 20) +
                " MiB, and kernel and initrd alone are " + std::to_string(bytes >> 20) +
                " MiB: reserve more (crashkernel=256M)");
}

// The running kernel's own files, as Debian names them.
LoadArguments RunningKernel(const Root& root, const KernelState& state) {
  LoadArguments arguments{"/boot/vmlinuz-" + state.release, {}, "", false};
  if (!root.Exists(arguments.kernel))
    throw Error(arguments.kernel + ": is missing: name a kernel (kexec-helper load --crash KERNEL --initrd FILE)");
  std::string initrd = "/boot/initrd.img-" + state.release;
  if (root.Exists(initrd)) arguments.initrds.push_back(initrd);
  return arguments;
}

BootChoice CrashChoice(const Root& root, const MachineState& machine, const std::optional<LoadArguments>& named) {
  const LoadArguments arguments = named ? *named : RunningKernel(root, machine.kernel);
  BootChoice choice = ChoiceOf(root, machine, arguments);
  if (!arguments.reuse_command_line && arguments.append.empty())
    choice.command_line = CrashCommandLine(machine.current_command_line);
  return choice;
}

}  // namespace

LoadedByHand LoadCrashKernel(const Root& root, Kernel& kernel, const std::optional<LoadArguments>& arguments) {
  MachineState machine = ReadMachineState(root);
  CheckPossible(root, machine.kernel);
  LoadedByHand loaded{CrashChoice(root, machine, arguments), {}};
  BootImage image = OpenBootImage(root, loaded.choice, machine.kernel);
  CheckFits(image, machine.kernel);
  LoadedRecord record = RecordOf(kByHand, loaded.choice, image);
  LoadableImage loadable = MakeLoadable(std::move(image));
  loadable.request.target = LoadTarget::kCrash;
  root.Remove(kCrashRecord);  // a load that fails leaves no crash kernel
  try {
    LoadFiles(kernel, machine.kernel, loaded.choice, loadable.request);
  } catch (const Error& error) {
    throw Error(std::string(error.what()) +
                (machine.kernel.crash_loaded ? "; no crash kernel is loaded any more" : ""));
  }
  WriteCrashRecord(root, record);
  WarnOfWritableFiles(root, loaded.choice, loaded.warnings);
  return loaded;
}

std::string CrashKernelDeclined(const Root& root) {
  std::vector<std::string> ignored;
  SettingsOutcome outcome = ReadSettingsOutcome(root, ignored);
  if (!outcome.settings) throw Error(outcome.error);
  if (!outcome.settings->load_crash_kernel) return "LOAD_CRASH_KERNEL is not true";
  if (root.Exists(kKdumpConfig)) return "kdump-tools is installed, which loads its own";
  if (ReadKernelState(root).crash_bytes == 0) return "no memory is reserved for it (crashkernel=)";
  return "";
}

void UnloadCrashKernel(const Root& root, Kernel& kernel) {
  KernelState state = ReadKernelState(root);
  if (state.crash_loaded && !IsOurs(root))
    throw Error("another program's crash kernel is loaded and stays: see kdump-config unload");
  ExplainErrors(state, [&] { kernel.UnloadCrashKernel(); });
  root.Remove(kCrashRecord);
}

}  // namespace kexec_helper
