// Finding file systems.
#include "bootloader/grub/commands/commands.h"
#include "sys/error.h"

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

const std::vector<OptionSyntax> kProbeOptions = {{"set", 's', true}, {"driver", 'd'}, {"partmap", 'p'}, {"fs", 'f'},
                                                 {"fs-uuid", 'u'},   {"label", 'l'},  {"part-uuid"}};

enum class By { kUuid, kLabel, kFile };

// 2.06 has neither, 2.12 the first, 2.14 both.
std::vector<OptionSyntax> SearchOptions(Release release) {
  std::vector<OptionSyntax> options = kSearchOptions;
  if (release >= Release::k2_12) options.push_back({"efidisk-only"});
  if (release >= Release::k2_14) options.push_back({"cryptodisk-only"});
  return options;
}

bool IsInScope(const std::string& device, SearchScope::Disks disks) {
  using Disks = SearchScope::Disks;
  return disks == Disks::kAll || device.starts_with(disks == Disks::kFirmware ? "hd" : "cryptouuid/");
}

// Hints first; without one the order of the firmware's disks would decide between several.
std::optional<std::string> DeviceByFile(const Interpreter& grub, const std::string& path, const SearchScope& scope) {
  if (!path.starts_with('/')) return std::nullopt;  // no name of a file
  const Files& files = grub.files();
  const std::vector<std::string> devices = files.Devices();
  auto has_file = [&](const std::string& device) {
    return IsInScope(device, scope.disks) && files.Stat(device, path).has_value();
  };
  for (const std::string& hint : scope.hints) {
    bool whole = hint.ends_with(',');
    if (has_file(whole ? hint.substr(0, hint.size() - 1) : hint)) return whole ? hint.substr(0, hint.size() - 1) : hint;
    for (const std::string& device : devices)
      if (whole && device.starts_with(hint) && has_file(device)) return device;
  }
  std::optional<std::string> found;
  for (const std::string& device : devices) {
    if (!has_file(device)) continue;
    if (found)
      throw Error(grub.Where() + ": search --file " + path + ": (" + *found + ") and (" + device +
                  ") have it, and only GRUB knows which comes first: search for a UUID");
    found = device;
  }
  return found;
}

std::optional<std::string> Find(const Interpreter& grub, By by, const std::string& key, const SearchScope& scope) {
  // A PC's BIOS has no EFI disks.
  if (scope.disks == SearchScope::Disks::kFirmware && grub.platform().name != "efi") return std::nullopt;
  if (by == By::kFile) return DeviceByFile(grub, key, scope);
  try {
    return by == By::kUuid ? grub.files().DeviceByUuid(key, scope) : grub.files().DeviceByLabel(key, scope);
  } catch (const Error& error) {
    throw Error(grub.Where() + ": search: " + error.what());
  }
}

Status Search(Interpreter& grub, By by, const std::string& key, const std::string& variable, const SearchScope& scope) {
  auto device = Find(grub, by, key, scope);
  if (!device) return grub.Fail(Status::kFileNotFound, "no such device: " + key);
  if (!variable.empty()) grub.environment().Set(variable, *device);
  return Status::kNone;
}

SearchScope ScopeOf(const Interpreter& grub, const ParsedOptions& parsed) {
  SearchScope scope;
  for (const char* name : {"hint", grub.platform().name == "efi" ? "hint-efi" : "hint-bios", "hint-baremetal"}) {
    auto found = parsed.options.find(name);
    if (found == parsed.options.end()) continue;
    for (const auto& hint : found->second)
      if (!hint->empty()) scope.hints.push_back(*hint);
  }
  if (parsed.Has("efidisk-only")) scope.disks = SearchScope::Disks::kFirmware;
  if (parsed.Has("cryptodisk-only")) scope.disks = SearchScope::Disks::kEncrypted;
  return scope;
}

// An option of a release to come would be taken for the key: what is searched for is then not known.
void CheckOperands(const Interpreter& grub, const std::vector<std::string>& operands) {
  for (const std::string& operand : operands)
    if (operand.starts_with("--") && !operand.starts_with("--hint-"))
      throw Error(grub.Where() + ": search " + operand + ": this option is not known: remove it");
}

Status SearchCommand(Interpreter& grub, const Call& call) {
  ParsedOptions parsed;
  if (auto over =
          ReadOptions(grub, call, SearchOptions(grub.platform().release), UnknownOptions::kTakeAsOperands, parsed))
    return *over;
  CheckOperands(grub, parsed.operands);
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
  SearchScope scope = ScopeOf(grub, parsed);
  if (parsed.Has("label")) return Search(grub, By::kLabel, key, variable, scope);
  if (parsed.Has("fs-uuid")) return Search(grub, By::kUuid, key, variable, scope);
  if (parsed.Has("file")) return Search(grub, By::kFile, key, variable, scope);
  return grub.Fail(Status::kInvalidCommand, "search: neither --file, --label nor --fs-uuid");
}

// search.fs_uuid KEY [VARIABLE [HINT…]]
template <By by>
Status ShortSearch(Interpreter& grub, const Call& call) {
  if (call.words.empty()) return grub.Fail(Status::kBadArgument, call.name + ": one argument expected");
  SearchScope scope;
  if (call.words.size() > 2) scope.hints.assign(call.words.begin() + 2, call.words.end());
  return Search(grub, by, call.words[0], call.words.size() > 1 ? call.words[1] : "", scope);
}

// What probe was asked for: the first of the options in GRUB's order.
Status Answer(Interpreter& grub, const ParsedOptions& parsed, const Identity& identity) {
  auto set = [&](const std::string& value) {
    if (auto variable = parsed.Value("set")) grub.environment().Set(*variable, value);
    return Status::kNone;
  };
  auto none = [](const std::string& text) { return text.empty() ? std::string("none") : text; };
  auto of_filesystem = [&](const std::string& value) {
    if (value.empty()) throw Error(grub.Where() + ": probe: what GRUB would find on the device is not known");
    return set(value);
  };
  if (parsed.Has("driver")) return of_filesystem("");
  if (parsed.Has("partmap")) return set(none(identity.partition_map));
  if (parsed.Has("part-uuid")) return set(none(identity.partition_uuid));
  if (parsed.Has("fs")) return of_filesystem(identity.filesystem);
  if (parsed.Has("fs-uuid")) return of_filesystem(identity.uuid);
  if (parsed.Has("label")) return identity.filesystem.empty() ? of_filesystem("") : set(identity.label);
  return grub.Fail(Status::kBadArgument, "probe: unrecognised target");
}

Status Probe(Interpreter& grub, const Call& call) {
  ParsedOptions parsed;
  if (auto over = ReadOptions(grub, call, kProbeOptions, UnknownOptions::kReject, parsed)) return *over;
  if (parsed.operands.empty()) return grub.Fail(Status::kBadArgument, "probe: device name required");
  std::string device = parsed.operands[0];
  if (device.size() > 1 && device.front() == '(' && device.back() == ')') device = device.substr(1, device.size() - 2);
  std::optional<Identity> identity;
  try {
    identity = grub.files().Identify(device);
  } catch (const Error& failure) {
    throw Error(grub.Where() + ": probe: " + failure.what());
  }
  if (!identity) return grub.Fail(Status::kUnknownDevice, "probe: no such device: " + device);
  return Answer(grub, parsed, *identity);
}

}  // namespace

void AddSearchCommands(CommandTable& table) {
  table["search"] = SearchCommand;
  table["search.fs_uuid"] = ShortSearch<By::kUuid>;
  table["search.fs_label"] = ShortSearch<By::kLabel>;
  table["probe"] = Probe;
  table["search.file"] = ShortSearch<By::kFile>;
}

}  // namespace kexec_helper::grub
