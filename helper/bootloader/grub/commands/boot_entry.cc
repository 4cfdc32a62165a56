#include "bootloader/grub/commands/boot_entry.h"

#include <algorithm>

#include "bootloader/grub/commands/file_version.h"
#include "bootloader/grub/script/characters.h"
#include "bootloader/grub/script/number.h"
#include "sys/error.h"

namespace kexec_helper::grub {

namespace {

constexpr const char* kBlanks = " \t";

void AddCommand(SourceText& body, const std::string& command, int line) {
  body.text += command + "\n";
  // A variable may have put further lines into it.
  body.lines.insert(body.lines.end(), 1 + static_cast<size_t>(std::count(command.begin(), command.end(), '\n')), line);
}

// GRUB: kern/env.c, grub_env_get_bool.
bool IsTrue(const std::string& value) {
  return !value.empty() && value != "0" && value != "false" && value != "disable" && value != "no";
}

std::optional<std::string> Expanded(const EntryFile& file, const std::string& key, const Environment& environment) {
  const EntryField* field = file.Find(key);
  return field ? ExpandField(field->value, environment) : std::nullopt;
}

// The paths stay as they are: their variables are the script's when the entry runs.
SourceText MakeBody(const EntryFile& file, const EntryField& kernel, const Environment& environment) {
  SourceText body{"", file.path, {}};
  if (IsTrue(environment.Value("blsuki_save_default"))) AddCommand(body, "savedefault", kernel.line);
  auto options = Expanded(file, "options", environment);
  AddCommand(body, "linux " + kernel.value + (options ? " " + *options : ""), kernel.line);
  std::string initrds;
  for (const EntryField& field : file.fields)
    if (field.key == "initrd") initrds += " " + field.value;
  if (!initrds.empty()) AddCommand(body, "initrd" + initrds, file.Find("initrd")->line);
  if (auto tree = Expanded(file, "devicetree", environment))
    AddCommand(body, "devicetree " + *tree, file.Find("devicetree")->line);
  return body;
}

}  // namespace

const EntryField* EntryFile::Find(const std::string& key) const {
  auto found = std::find_if(fields.begin(), fields.end(), [&](const EntryField& field) { return field.key == key; });
  return found == fields.end() ? nullptr : &*found;
}

std::vector<EntryField> ReadEntryFields(LineReader& reader) {
  std::vector<EntryField> fields;
  while (auto line = reader.Next()) {
    const std::string& text = line->text;
    size_t key = text.find_first_not_of(kBlanks);
    if (key == std::string::npos) break;
    if (text[key] == '#') continue;
    size_t end = text.find_first_of(kBlanks, key);
    size_t value = text.find_first_not_of(kBlanks, end);
    if (value == std::string::npos) break;
    fields.push_back({text.substr(key, end - key), text.substr(value), line->number});
  }
  return fields;
}

void SortEntryFiles(std::vector<EntryFile>& files) {
  auto newer = [](const EntryFile& a, const EntryFile& b) { return CompareFileVersions(a.name, b.name) > 0; };
  std::sort(files.begin(), files.end(), newer);
  for (size_t i = 1; i < files.size(); ++i)
    if (!newer(files[i - 1], files[i]))
      throw Error(files[i].path + ": GRUB's blscfg sorts its name as equal to " + files[i - 1].name +
                  ": rename one of them");
}

// GRUB compares where the piece that is not yet copied begins and ends, both included, to see whether there is one:
// a piece of one character before a $ or at the end is lost. It also gives up at a $ after an unset variable that
// nothing came before.
std::optional<std::string> ExpandField(const std::string& value, const Environment& environment) {
  std::optional<std::string> result;
  size_t start = 0;
  size_t end = 0;
  bool variable = false;
  auto append = [&] {
    std::optional<std::string> piece = value.substr(start, end + 1 - start);
    if (variable) piece = environment.Get(*piece);
    if (piece) result = result.value_or("") + *piece + (variable ? " " : "");
  };
  for (size_t at = 0; at < value.size(); end = at++) {
    if (value[at] == '$') {
      if (start != end) append();
      if (start != end && !result) return std::nullopt;
      variable = true;
      start = at + 1;
    } else if (variable && !IsNameRest(value[at])) {
      append();
      variable = false;
      start = value[at] == ' ' ? at + 1 : at;
    }
  }
  if (start != end) append();
  return result;
}

// The number is the whole value, as C's strtol reads it; a value of blanks or "0x" is a 0.
bool IsDefaultEntry(const std::string& value, const EntryFile& file, size_t index) {
  if (value.empty()) return false;
  const EntryField* title = file.Find("title");
  if (value == file.name || (title && value == title->value)) return true;
  size_t start = std::min(value.find_first_not_of(" \t\n\v\f\r"), value.size());
  bool negative = value.compare(start, 1, "-") == 0;
  if (negative) ++start;
  Number number = ReadNumber(std::string_view(value).substr(start));
  if (start + number.length != value.size() || (negative && number.value != 0)) return false;
  return number.value == index;
}

std::optional<MenuEntry> MakeMenuEntry(const EntryFile& file, const Environment& environment) {
  const EntryField* kernel = file.Find("linux");
  if (!kernel) return std::nullopt;
  const EntryField* title = file.Find("title");
  MenuEntry entry;
  entry.title = title ? title->value : kernel->value;
  entry.id = file.name.substr(0, file.name.rfind(".conf"));
  entry.parameters = {entry.title};
  for (const EntryField& field : file.fields)
    if (field.key == "grub_arg") entry.parameters.push_back(field.value);
  entry.restricted = Expanded(file, "grub_users", environment).has_value();
  entry.line = kernel->line;
  entry.body = MakeBody(file, *kernel, environment);
  return entry;
}

}  // namespace kexec_helper::grub
