#include "kernel/state.h"

#include <sys/utsname.h>

#include <charconv>
#include <string_view>

#include "sys/error.h"

namespace kexec_helper {

namespace {

constexpr size_t kLimit = 64 << 10;

std::string Line(const Root& root, const std::string& path) {
  std::string text = root.ReadIfPresent(path, kLimit).value_or("");
  return text.substr(0, text.find('\n'));
}

std::optional<int64_t> Number(std::string_view text) {
  int64_t number = 0;
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc()) return std::nullopt;
  return number;
}

// Newer kernels also have /sys/kernel/kexec/NAME; the old names may go one day.
std::string KexecFile(const Root& root, const std::string& name) {
  std::string line = Line(root, "/sys/kernel/kexec_" + name);
  return line.empty() ? Line(root, "/sys/kernel/kexec/" + name) : line;
}

// "none [integrity] confidentiality" -> "integrity"
std::string Bracketed(const std::string& line) {
  size_t open = line.find('['), close = line.find(']');
  return open == std::string::npos || close == std::string::npos ? "" : line.substr(open + 1, close - open - 1);
}

// "MemTotal:  8052604 kB" of /proc/meminfo; 0 when it is not there.
uint64_t MeminfoBytes(const std::string& meminfo, const std::string& key) {
  size_t at = meminfo.find(key + ":");
  if (at == std::string::npos) return 0;
  at = meminfo.find_first_not_of(' ', at + key.size() + 1);
  if (at == std::string::npos) return 0;
  return static_cast<uint64_t>(Number(std::string_view(meminfo).substr(at)).value_or(0)) * 1024;
}

}  // namespace

KernelState ReadKernelState(const Root& root) {
  KernelState state;
  std::string loaded = KexecFile(root, "loaded");
  state.supported = !loaded.empty();
  state.loaded = loaded == "1";
  state.crash_loaded = KexecFile(root, "crash_loaded") == "1";
  state.crash_bytes = static_cast<uint64_t>(Number(KexecFile(root, "crash_size")).value_or(0));
  state.load_disabled = Line(root, "/proc/sys/kernel/kexec_load_disabled") == "1";
  auto limit = Number(Line(root, "/proc/sys/kernel/kexec_load_limit_reboot"));
  if (limit && *limit >= 0) state.loads_left = limit;  // -1: no limit
  try {
    state.lockdown = Bracketed(Line(root, "/sys/kernel/security/lockdown"));
  } catch (const SystemError& error) {
    if (error.error_number() != EACCES) throw;  // only root may look
  }
  state.boot_id = Line(root, "/proc/sys/kernel/random/boot_id");
  state.release = Line(root, "/proc/sys/kernel/osrelease");
  state.build = Line(root, "/proc/sys/kernel/version");
  struct utsname name = {};
  if (::uname(&name) == 0) state.machine = name.machine;
  if (auto type = Number(Line(root, "/proc/sys/kernel/bootloader_type")))
    state.bootloader_type = static_cast<int>(*type);
  if (root.Exists("/proc/device-tree/chosen"))
    state.booted_from_kexec = root.Exists("/proc/device-tree/chosen/linux,booted-from-kexec");
  std::string meminfo = root.ReadIfPresent("/proc/meminfo", kLimit).value_or("");
  state.memory_bytes = MeminfoBytes(meminfo, "MemTotal");
  state.available_bytes = MeminfoBytes(meminfo, "MemAvailable");
  return state;
}

std::string LoadRefusal(const KernelState& state) {
  if (!state.supported)
    return "the running kernel cannot kexec (no /sys/kernel/kexec_loaded): CONFIG_KEXEC_FILE is needed";
  return LoadLimit(state);
}

std::string LoadLimit(const KernelState& state) {
  if (state.load_disabled) return "/proc/sys/kernel/kexec_load_disabled is 1, which lasts until the next boot";
  if (state.loads_left == 0)
    return "/proc/sys/kernel/kexec_load_limit_reboot is used up, which lasts until the next boot";
  return "";
}

BootOrigin FindBootOrigin(const KernelState& state) {
  if (!state.bootloader_type && state.booted_from_kexec)
    return {*state.booted_from_kexec ? BootKind::kKexec : BootKind::kFirmware,
            std::string("the device tree ") + (*state.booted_from_kexec ? "has" : "does not have") +
                " /chosen/linux,booted-from-kexec"};
  if (!state.bootloader_type) return {BootKind::kUnknown, "this architecture has no record of it"};
  // The sysctl is type << 4 | version (admin-guide/sysctl/kernel.rst).
  constexpr int kKexecType = 0xd;
  int type = *state.bootloader_type;
  std::string evidence = "/proc/sys/kernel/bootloader_type is " + std::to_string(type);
  bool kexec = type >> 4 == kKexecType;
  return {kexec ? BootKind::kKexec : BootKind::kFirmware, evidence};
}

}  // namespace kexec_helper
