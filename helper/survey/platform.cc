#include "survey/platform.h"

#include "survey/cpu.h"
#include "sys/text.h"

namespace kexec_helper {

namespace {

constexpr size_t kMaxAttributeBytes = 4096;

std::string Attribute(const Root& root, const std::string& path) {
  return FirstLine(root.ReadIfPresent(path, kMaxAttributeBytes).value_or(""));
}

bool IsTdxGuest(const Root& root) {
  return (" " + ReadCpuField(root, "flags") + " ").find(" tdx_guest ") != std::string::npos;
}

}  // namespace

std::vector<std::string> FindHazards(const Root& root) {
  std::vector<std::string> hazards;
  if (Attribute(root, "/sys/hypervisor/type") == "xen" || root.Exists("/proc/xen/capabilities"))
    hazards.push_back(
        "this system runs under Xen, where a kexec fails or loses the hypervisor and its "
        "guests");
  std::string product = Attribute(root, "/sys/class/dmi/id/product_name");
  bool microsoft = Attribute(root, "/sys/class/dmi/id/sys_vendor") == "Microsoft Corporation";
  if (microsoft && product == "Virtual Machine")
    hazards.push_back("this is a guest of Hyper-V or Azure, which are reported to hang after a kexec");
  if (product == "Google Compute Engine")
    hazards.push_back("this is a guest of Google Compute Engine, which is reported to hang after a kexec");
  if (IsTdxGuest(root)) hazards.push_back("this is a TDX guest, whose memory and CPUs a kexec cannot hand over");
  return hazards;
}

std::string FindCaptureKernel(const Root& root, const std::string& command_line) {
  if (root.Exists("/proc/vmcore")) return "/proc/vmcore exists: this is the capture kernel of a crash dump";
  if ((" " + command_line).find(" elfcorehdr=") != std::string::npos)
    return "elfcorehdr= is on the command line: this is the capture kernel of a crash dump";
  return "";
}

}  // namespace kexec_helper
