// Boot entries in files of their own.
#include "bootloader/grub/commands/boot_entry.h"
#include "bootloader/grub/commands/commands.h"
#include "bootloader/grub/script/limits.h"
#include "sys/error.h"

namespace kexec_helper::grub {

namespace {

constexpr const char* kDefaultDirectory = "/loader/entries";
constexpr size_t kMaxFields = 10'000;  // GRUB: BLSUKI_KEYVALS_MAX

const std::vector<OptionSyntax> kBlscfgOptions = {{"path", 'p', true},
                                                  {"enable-fallback", 'f'},
                                                  {"show-default", 'd'},
                                                  {"show-non-default", 'n'},
                                                  {"entry", 'e', true}};

// The directory that --path names. A name without a slash after the device is for each file system to judge.
Status FindDirectory(Interpreter& grub, const std::string& path, FilePath& directory) {
  directory = {grub.environment().Value("root"), path.starts_with('/') ? path : kDefaultDirectory};
  if (path.starts_with('(')) {
    size_t end = path.find(')');
    if (end == std::string::npos) return grub.Fail(Status::kBadArgument, "blscfg: invalid file name " + path);
    directory = {path.substr(1, end - 1), path.substr(end + 1)};
    if (!directory.path.starts_with('/'))
      throw Error(grub.Where() + ": blscfg --path " + path + ": only GRUB knows what this leads to: add a slash");
  }
  while (directory.path.size() > 1 && directory.path.ends_with('/')) directory.path.pop_back();
  if (directory.device.empty() || !grub.files().Stat(directory.device, "/"))
    return grub.Fail(Status::kUnknownDevice, "blscfg: no such device: (" + directory.device + ")");
  return Status::kNone;
}

// What GRUB reads of the directory after a file that it cannot open depends on the file system.
EntryFile ReadEntry(const Interpreter& grub, const FilePath& directory, const std::string& name) {
  grub.CheckDeadline();
  EntryFile entry{name, (directory.path == "/" ? "" : directory.path) + "/" + name, {}};
  const Files& files = grub.files();
  auto info = files.Stat(directory.device, entry.path);
  if (!info || info->directory) throw Error(entry.path + ": is not a file that GRUB's blscfg can read: remove it");
  ConfigReader reader(entry.path, files.Open(directory.device, entry.path, kMaxEntryFileBytes));
  entry.fields = ReadEntryFields(reader);
  if (entry.fields.size() > kMaxFields)
    throw Error(entry.path + ": more than " + std::to_string(kMaxFields) + " lines are too many for GRUB");
  return entry;
}

std::vector<EntryFile> ReadEntries(const Interpreter& grub, const FilePath& directory) {
  std::vector<EntryFile> entries;
  const Listing listing = grub.files().List(directory.device, directory.path);
  for (const std::string& name : listing.names)
    if (name.ends_with(".conf")) entries.push_back(ReadEntry(grub, directory, name));
  SortEntryFiles(entries);
  return entries;
}

void AddToMenu(Interpreter& grub, const ParsedOptions& parsed, const std::vector<EntryFile>& files) {
  bool all = !parsed.Has("show-default") && !parsed.Has("show-non-default") && !parsed.Has("entry");
  bool shows_default = all || parsed.Has("show-default");
  bool shows_others = all || parsed.Has("show-non-default");
  const auto only = parsed.Value("entry");
  std::string default_value = shows_default == shows_others ? "" : grub.environment().Value("default");
  for (size_t i = 0; i < files.size(); ++i) {
    bool shown = IsDefaultEntry(default_value, files[i], i) ? shows_default : shows_others;
    if (!shown && files[i].name != only) continue;
    auto entry = MakeMenuEntry(files[i], grub.environment());
    if (!entry) continue;
    grub.Charge(sizeof(MenuEntry) + entry->title.size() + entry->body.text.size());
    grub.menu().push_back(std::move(*entry));
  }
}

// A file as --path makes GRUB copy a string that is not there.
Status Blscfg(Interpreter& grub, const Call& call) {
  ParsedOptions parsed;
  if (auto over = ReadOptions(grub, call, kBlscfgOptions, UnknownOptions::kReject, parsed)) return *over;
  if (!parsed.operands.empty()) return grub.Fail(Status::kBadArgument, "blscfg: unexpected argument");
  const std::string path = parsed.Value("path").value_or("");
  FilePath directory;
  if (path.ends_with(".conf")) {
    Status status = FindFile(grub, "blscfg --path " + path, path, directory);
    if (status != Status::kNone) return status;
    throw Error(grub.Where() + ": blscfg --path " + path + ": GRUB fails in an undefined way: name its directory");
  }
  Status status = FindDirectory(grub, path, directory);
  if (status != Status::kNone) return status;
  std::vector<EntryFile> files = ReadEntries(grub, directory);
  if (files.empty() && parsed.Has("enable-fallback")) files = ReadEntries(grub, {directory.device, kDefaultDirectory});
  AddToMenu(grub, parsed, files);
  return Status::kNone;
}

}  // namespace

void AddBootEntryCommands(CommandTable& table) { table["blscfg"] = Blscfg; }

}  // namespace kexec_helper::grub
