#include "bootloader/bls/proxmox.h"

#include <algorithm>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include "bootloader/bls/order.h"
#include "sys/error.h"
#include "sys/text.h"

namespace kexec_helper::bls {

namespace {

constexpr const char* kUuids = "/etc/kernel/proxmox-boot-uuids";
constexpr const char* kCommandLine = "/etc/kernel/cmdline";
constexpr const char* kPin = "/etc/kernel/proxmox-boot-pin";
constexpr const char* kNextBootPin = "/etc/kernel/next-boot-pin";
constexpr const char* kManualKernels = "/etc/kernel/proxmox-boot-manual-kernels";
constexpr const char* kOwnSuffix = "-pve";
constexpr size_t kNewestKept = 2;
constexpr const char* kTitle = "Proxmox Virtual Environment";
constexpr const char* kKernelPrefix = "vmlinuz-";
constexpr size_t kMaxBytes = 64 << 10;

// The first line, blanks at both ends removed; "" if the file is not there.
std::string TrimmedLine(const Root& root, const std::string& path) {
  std::string text = FirstLine(root.ReadIfPresent(path, kMaxBytes).value_or(""));
  size_t start = text.find_first_not_of(" \t\r");
  if (start == std::string::npos) return "";
  return text.substr(start, text.find_last_not_of(" \t\r") + 1 - start);
}

std::string EntryId(const std::string& version) { return "proxmox-" + version + ".conf"; }
std::string InitrdOnEsp(const std::string& version) { return "/EFI/proxmox/" + version + "/initrd.img-" + version; }

MenuEntry EntryOf(const std::string& version, const std::string& options) {
  MenuEntry entry;
  entry.name = ParseEntryFileName(EntryId(version), ".conf");
  entry.title = kTitle;
  entry.version = version;
  entry.file = kCommandLine;
  entry.kernel = "/EFI/proxmox/" + version + "/" + kKernelPrefix + version;
  entry.initrds = {InitrdOnEsp(version)};
  entry.options = options;
  entry.kernel_path = std::string("/boot/") + kKernelPrefix + version;
  entry.initrd_paths = {"/boot/initrd.img-" + version};
  return entry;
}

// With the word that PANIC_TIMEOUT adds for a kexec.
bool IsSameLine(const std::string& current, const std::string& expected) {
  const std::string panic = expected + " panic=";
  return current == expected ||
         (current.starts_with(panic) && current.find_first_not_of("0123456789", panic.size()) == std::string::npos);
}

// The line that the boot loader would have given the running kernel.
void CheckRunning(const Root& root, const std::string& options) {
  std::string running = TrimmedLine(root, "/proc/sys/kernel/osrelease");
  std::string initrd = InitrdOnEsp(running);
  for (char& c : initrd)
    if (c == '/') c = '\\';
  std::string expected = "initrd=" + initrd + " " + options;
  std::string current = TrimmedLine(root, "/proc/cmdline");
  if (IsSameLine(current, expected)) return;
  throw Error(std::string(kCommandLine) +
              ": is not what the running kernel was booted with, so the boot partitions of proxmox-boot-tool may have "
              "something else on them: run proxmox-boot-tool refresh, and reboot once through firmware");
}

// Kernels in /boot that have an initrd, the newest first.
std::vector<std::string> InstalledVersions(const Root& root) {
  std::vector<std::string> versions;
  for (const std::string& name : root.List("/boot")) {
    if (!name.starts_with(kKernelPrefix)) continue;
    std::string version = name.substr(std::string(kKernelPrefix).size());
    if (root.Exists("/boot/initrd.img-" + version)) versions.push_back(version);
  }
  std::sort(versions.begin(), versions.end(),
            [](const std::string& a, const std::string& b) { return CompareVersions(a, b) > 0; });
  return versions;
}

// Whatever else is installed, these are copied to the ESPs; of older series there is one more, which is never the
// default.
std::vector<std::string> VersionsOnEsp(const Root& root) {
  std::set<std::string> named;
  for (const char* path : {"/proc/sys/kernel/osrelease", kNextBootPin, kPin}) named.insert(TrimmedLine(root, path));
  std::istringstream manual(root.ReadIfPresent(kManualKernels, kMaxBytes).value_or(""));
  for (std::string version; manual >> version;) named.insert(version);
  std::vector<std::string> versions;
  size_t own = 0;
  for (const std::string& version : InstalledVersions(root)) {
    bool kept = version.ends_with(kOwnSuffix) && ++own <= kNewestKept;
    if (kept || named.count(version)) versions.push_back(version);
  }
  return versions;
}

// A pin for one boot comes before the lasting one.
std::string PinnedPattern(const Root& root, const MenuEntries& entries, std::vector<std::string>& files) {
  for (const char* path : {kNextBootPin, kPin}) {
    std::string version = TrimmedLine(root, path);
    if (version.empty()) continue;
    files.push_back(path);
    for (const MenuEntry& entry : entries)
      if (entry.version == version) return LowerCase(EntryId(version));
    throw Error(std::string(path) + ": pins kernel " + version +
                ", which /boot does not have with its initrd: proxmox-boot-tool kernel unpin");
  }
  return "proxmox-*";
}

}  // namespace

bool IsProxmox(const Root& root) { return root.Exists(kUuids); }

Scan ScanProxmox(const Root& root) {
  Scan scan;
  std::string options = TrimmedLine(root, kCommandLine);
  if (options.empty())
    throw Error(std::string(kCommandLine) + ": is missing or empty: write the kernel's arguments there");
  CheckRunning(root, options);
  for (const std::string& version : VersionsOnEsp(root)) scan.entries.push_back(EntryOf(version, options));
  SortMenu(scan.entries);
  scan.configuration.default_pattern = PinnedPattern(root, scan.entries, scan.files);
  return scan;
}

}  // namespace kexec_helper::bls
