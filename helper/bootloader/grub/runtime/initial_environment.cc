#include "bootloader/grub/runtime/initial_environment.h"

#include <map>
#include <string>

namespace kexec_helper::grub {

namespace {

constexpr const char* kFeatures[] = {
    "feature_chainloader_bpb",  "feature_ntldr",        "feature_platform_search_hint", "feature_default_font_path",
    "feature_all_video_module", "feature_menuentry_id", "feature_menuentry_options",    "feature_200_final",
    "feature_nativedisk_cmd",   "feature_timeout_style"};
constexpr const char* kFeaturesOf2_14[] = {"feature_search_cryptodisk_only", "feature_tpm2_cap_pcrs",
                                           "feature_gcry_hw_accel"};

}  // namespace

Environment InitialEnvironment(const Platform& platform) {
  std::map<std::string, std::string> exported = {{"root", platform.directory.device},
                                                 {"prefix", platform.directory.Text()},
                                                 {"pager", ""},
                                                 {"color_normal", "light-gray/black"},
                                                 {"color_highlight", "black/light-gray"},
                                                 {"lang", ""},
                                                 {"locale_dir", ""},
                                                 {"secondary_locale_dir", ""},
                                                 {"grub_cpu", platform.cpu},
                                                 {"grub_platform", platform.name}};
  // A PC's BIOS passes the disk it booted from; EFI a directory that is not known here.
  if (platform.name == "pc")
    exported["cmdpath"] = "(" + platform.directory.device.substr(0, platform.directory.device.find(',')) + ")";
  for (const char* feature : kFeatures) exported[feature] = "y";
  if (platform.release >= Release::k2_14)
    for (const char* feature : kFeaturesOf2_14) exported[feature] = "y";
  Environment environment;
  for (const auto& [name, value] : exported) {
    environment.Set(name, value);
    environment.Export(name);
  }
  return environment;
}

}  // namespace kexec_helper::grub
