#include "survey/kernels.h"

#include <cstring>

namespace kexec_helper {

namespace {

struct LinkNames {
  const char* kernel;
  const char* initrd;
};
// Debian's; Ubuntu's, and Debian's without the link in the root directory; Proxmox VE's.
constexpr LinkNames kLinks[] = {
    {"/vmlinuz", "/initrd.img"}, {"/boot/vmlinuz", "/boot/initrd.img"}, {"/boot/pve/vmlinuz", "/boot/pve/initrd.img"}};

constexpr std::string_view kPrefix = "vmlinuz-";

// The highest version as strverscmp(3) orders them. One without an initrd of its version is no kernel to start: a copy
// that was left, or one whose installation has not ended.
std::optional<KernelFiles> FindNewest(const Root& root) {
  const std::string initrd = "/boot/initrd.img-";
  std::string newest;
  for (const std::string& name : root.List("/boot")) {
    if (!name.starts_with(kPrefix)) continue;
    std::string version = name.substr(kPrefix.size());
    if (!root.Exists(initrd + version)) continue;
    if (newest.empty() || ::strverscmp(newest.c_str(), version.c_str()) < 0) newest = version;
  }
  if (newest.empty()) return std::nullopt;
  return KernelFiles{"/boot/" + std::string(kPrefix) + newest, initrd + newest};
}

}  // namespace

DefaultKernels FindDefaultKernels(const Root& root) {
  DefaultKernels found;
  for (const LinkNames& link : kLinks) {
    if (root.Exists(link.kernel))
      found.links.push_back({link.kernel, link.initrd});
    else if (root.Lstat(link.kernel))
      found.dangling.push_back(std::string(link.kernel) + " leads to " + root.ReadLink(link.kernel) +
                               ", which is missing");
  }
  found.newest = FindNewest(root);
  return found;
}

}  // namespace kexec_helper
