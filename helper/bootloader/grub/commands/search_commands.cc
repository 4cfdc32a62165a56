// Finding file systems.
#include "bootloader/grub/commands/command_options.h"
#include "bootloader/grub/commands/commands.h"

namespace kexec_helper::grub {

namespace {

const std::vector<OptionSyntax> kSearchOptions = {{"file", 'f'},
                                                  {"label", 'l'},
                                                  {"fs-uuid", 'u'},
                                                  {"set", 's', true, true},
                                                  {"no-floppy", 'n'},
                                                  {"hint", 'h', true},
                                                  {"hint-ieee1275", 0, true},
                                                  {"hint-bios", 0, true},
                                                  {"hint-baremetal", 0, true},
                                                  {"hint-efi", 0, true},
                                                  {"hint-arc", 0, true}};

enum class By { kUuid, kLabel, kFile };

std::optional<std::string> Find(const Interpreter& grub, By by, const std::string& key,
                                const std::vector<std::string>& hints) {
  const Files& files = grub.files();
  if (by == By::kUuid) return files.DeviceByUuid(key, hints);
  if (by == By::kLabel) return files.DeviceByLabel(key, hints);
  for (const std::string& device : hints)
    if (files.Stat(device, key)) return device;
  for (const std::string& device : files.Devices())
    if (files.Stat(device, key)) return device;
  return std::nullopt;
}

Status Search(Interpreter& grub, By by, const std::string& key, const std::string& variable,
              const std::vector<std::string>& hints) {
  auto device = Find(grub, by, key, hints);
  if (!device) return grub.Fail(Status::kFileNotFound, "no such device: " + key);
  if (!variable.empty()) grub.environment().Set(variable, *device);
  return Status::kNone;
}

std::vector<std::string> Hints(const Interpreter& grub, const ParsedOptions& parsed) {
  std::vector<std::string> hints;
  for (const char* name : {"hint", grub.platform().name == "efi" ? "hint-efi" : "hint-bios", "hint-baremetal"}) {
    auto found = parsed.options.find(name);
    if (found == parsed.options.end()) continue;
    for (const auto& hint : found->second) hints.push_back(*hint);
  }
  return hints;
}

Status SearchCommand(Interpreter& grub, const Call& call) {
  ParsedOptions parsed;
  std::string error;
  OptionsResult result = ParseOptions(kSearchOptions, Dashes::kAccepted, call.words, parsed, error);
  if (result == OptionsResult::kHelp) return Status::kNone;
  if (result == OptionsResult::kError) return grub.Fail(Status::kBadArgument, "search: " + error);
  size_t first = 0;  // hints of platforms to come are passed over
  while (first < parsed.operands.size() && parsed.operands[first].compare(0, 7, "--hint-") == 0) ++first;
  auto set = parsed.Value("set");
  std::string variable = parsed.Has("set") ? set.value_or("root") : "";
  std::string key;
  if (first < parsed.operands.size()) {
    key = parsed.operands[first];
  } else if (set) {  // `search --set KEY`
    key = *set;
    variable = "root";
  } else {
    return grub.Fail(Status::kBadArgument, "search: one argument expected");
  }
  std::vector<std::string> hints = Hints(grub, parsed);
  if (parsed.Has("label")) return Search(grub, By::kLabel, key, variable, hints);
  if (parsed.Has("fs-uuid")) return Search(grub, By::kUuid, key, variable, hints);
  if (parsed.Has("file")) return Search(grub, By::kFile, key, variable, hints);
  return grub.Fail(Status::kInvalidCommand, "search: neither --file, --label nor --fs-uuid");
}

// search.fs_uuid KEY [VARIABLE [HINT…]]
template <By by>
Status ShortSearch(Interpreter& grub, const Call& call) {
  if (call.words.empty()) return grub.Fail(Status::kBadArgument, call.name + ": one argument expected");
  std::vector<std::string> hints(call.words.begin() + (call.words.size() > 2 ? 2 : 1), call.words.end());
  if (call.words.size() <= 2) hints.clear();
  return Search(grub, by, call.words[0], call.words.size() > 1 ? call.words[1] : "", hints);
}

}  // namespace

void AddSearchCommands(CommandTable& table) {
  table["search"] = SearchCommand;
  table["search.fs_uuid"] = ShortSearch<By::kUuid>;
  table["search.fs_label"] = ShortSearch<By::kLabel>;
  table["search.file"] = ShortSearch<By::kFile>;
}

}  // namespace kexec_helper::grub
