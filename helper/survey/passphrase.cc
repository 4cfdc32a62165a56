#include "survey/passphrase.h"

#include <sstream>

namespace kexec_helper {

namespace {

constexpr const char* kCrypttab = "/etc/crypttab";
constexpr size_t kMaxBytes = 1 << 20;

// Whether a comma-separated list has one of the options that bring the key, or leave the volume alone at boot.
bool NeedsNobody(const std::string& options) {
  std::istringstream stream(options);
  for (std::string option; std::getline(stream, option, ',');)
    if (option == "noauto" || option.starts_with("keyscript=") || option.starts_with("tpm2-device=")) return true;
  return false;
}

}  // namespace

std::string FindAskedPassphrase(const Root& root) {
  std::istringstream lines(root.ReadIfPresent(kCrypttab, kMaxBytes).value_or(""));
  for (std::string line; std::getline(lines, line);) {
    std::istringstream fields(line);
    std::string name, device, key, options;
    fields >> name >> device >> key >> options;
    if (device.empty() || name.starts_with('#')) continue;
    bool has_key_file = !key.empty() && key != "none" && key != "-";
    if (!has_key_file && !NeedsNobody(options)) return name;
  }
  return "";
}

}  // namespace kexec_helper
