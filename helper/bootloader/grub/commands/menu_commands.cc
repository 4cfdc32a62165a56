// Entries of the menu.
#include "bootloader/grub/commands/commands.h"

namespace kexec_helper::grub {

namespace {

const std::vector<OptionSyntax> kEntryOptions = {{"class", 1, true},  {"users", 2, true}, {"hotkey", 3, true},
                                                 {"source", 4, true}, {"id", 0, true},    {"unrestricted", 0}};

// The body gets its parameters again by a command in front of it, as GRUB does it, so that nothing a `shift` did
// remains when an entry is run twice.
std::string SetParametersLine(const std::vector<std::string>& parameters) {
  std::string line = "setparams";
  for (const std::string& parameter : parameters) {
    line += " '";
    for (char c : parameter) line += c == '\'' ? std::string("'\\''") : std::string(1, c);
    line += "'";
  }
  return line + "\n";
}

Status DefineEntry(Interpreter& grub, const Call& call) {
  ParsedOptions parsed;
  if (auto over = ReadOptions(grub, call, kEntryOptions, UnknownOptions::kTakeAsOperands, parsed)) return *over;
  std::vector<std::string>& operands = parsed.operands;
  auto source = parsed.Value("source");
  if (operands.empty()) return grub.Fail(Status::kBadArgument, call.name + ": missing arguments");
  if (operands.back().empty() && !call.block && grub.platform().release >= Release::k2_14)
    return grub.Fail(Status::kBadArgument, call.name + ": title is missing");
  if (source.has_value() == (call.block != nullptr))
    return grub.Fail(Status::kBadArgument, call.name + (source ? ": two bodies" : ": no body in braces"));
  MenuEntry entry;
  if (call.block) {
    operands.pop_back();  // the block itself
    if (operands.empty()) return grub.Fail(Status::kMenu, call.name + ": missing title");
    entry.body = *call.block;
    entry.body.text = SetParametersLine(operands) + entry.body.text;
    entry.body.lines.insert(entry.body.lines.begin(), grub.line());
  } else {
    entry.body = {*source, grub.file(), {grub.line()}};
  }
  entry.title = operands[0];
  entry.id = parsed.Value("id").value_or(entry.title);
  entry.parameters = operands;
  entry.line = grub.line();
  entry.submenu = call.name == "submenu";
  entry.restricted = parsed.Has("users") || !parsed.Has("unrestricted");
  grub.menu().push_back(std::move(entry));
  return Status::kNone;
}

}  // namespace

void AddMenuCommands(CommandTable& table) { table["menuentry"] = table["submenu"] = DefineEntry; }

}  // namespace kexec_helper::grub
