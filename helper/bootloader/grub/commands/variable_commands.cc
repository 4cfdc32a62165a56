// Variables and where they are kept between boots.
#include <algorithm>

#include "bootloader/grub/commands/commands.h"
#include "bootloader/grub/runtime/regular_expression.h"
#include "bootloader/grub/script/characters.h"
#include "bootloader/grub/script/number.h"
#include "sys/error.h"

namespace kexec_helper::grub {

namespace {

Status Set(Interpreter& grub, const Call& call) {
  if (call.words.empty()) return Status::kNone;
  const std::string& word = call.words[0];
  size_t equals = word.find('=');
  if (equals == std::string::npos) return grub.Fail(Status::kBadArgument, "set " + word + ": not an assignment");
  grub.environment().Set(word.substr(0, equals), word.substr(equals + 1));
  return Status::kNone;
}

Status Unset(Interpreter& grub, const Call& call) {
  if (call.words.empty()) return grub.Fail(Status::kBadArgument, "unset: one argument expected");
  grub.environment().Unset(call.words[0]);
  return Status::kNone;
}

Status Export(Interpreter& grub, const Call& call) {
  if (call.words.empty()) return grub.Fail(Status::kBadArgument, "export: one argument expected");
  for (const std::string& name : call.words) grub.environment().Export(name);
  return Status::kNone;
}

const std::vector<OptionSyntax> kRegexpOptions = {{"set", 's', true}};

// "2:name" is the second group, "name" the first. A group that did not match unsets the variable.
Status StoreMatch(Interpreter& grub, const std::string& target, const RegularExpression::Groups& groups) {
  size_t colon = target.find(':');
  uint64_t group = 1;
  if (colon != std::string::npos) {
    Number number = ReadNumber(target, 10);
    if (number.length != colon) return grub.Fail(Status::kBadArgument, "regexp: --set " + target + ": no number");
    group = number.value;
  }
  std::string name = colon == std::string::npos ? target : target.substr(colon + 1);
  if (group < groups.size() && groups[group])
    grub.environment().Set(name, *groups[group]);
  else
    grub.environment().Unset(name);
  return Status::kNone;
}

Status Regexp(Interpreter& grub, const Call& call) {
  ParsedOptions parsed;
  if (auto over = ReadOptions(grub, call, kRegexpOptions, UnknownOptions::kReject, parsed)) return *over;
  if (parsed.operands.size() != 2) return grub.Fail(Status::kBadArgument, "regexp: two arguments expected");
  auto expression = RegularExpression::Compile(parsed.operands[0]);
  auto groups = expression ? expression->Match(parsed.operands[1]) : std::nullopt;
  if (!groups) return Status::kTestFailure;
  for (const auto& target : parsed.options["set"]) {
    Status status = StoreMatch(grub, *target, *groups);
    if (status != Status::kNone) return status;
  }
  return Status::kNone;
}

const std::vector<OptionSyntax> kTrOptions = {{"set", 's', true}, {"upcase", 'U'}, {"downcase", 'D'}};

// Replaces characters one by one; there are no ranges.
Status Translate(Interpreter& grub, const Call& call) {
  ParsedOptions parsed;
  if (auto over = ReadOptions(grub, call, kTrOptions, UnknownOptions::kReject, parsed)) return *over;
  const std::string lower = "abcdefghijklmnopqrstuvwxyz";
  const std::string upper = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
  std::optional<std::string> from, to, input;
  auto variable = parsed.Value("set");
  if (variable) input = grub.environment().Get(*variable);
  if (parsed.Has("upcase")) from = lower, to = upper;
  if (parsed.Has("downcase")) from = upper, to = lower;
  const std::vector<std::string>& words = parsed.operands;
  if (words.size() > 3) return grub.Fail(Status::kBadArgument, "tr: too many parameters");
  if (words.size() > 1) from = words[0], to = words[1];
  if (words.size() == 1 || words.size() == 3) input = words.back();
  if (!from || !to || !input) return grub.Fail(Status::kBadArgument, "tr: missing parameters");
  if (from->size() != to->size()) return grub.Fail(Status::kBadArgument, "tr: set sizes did not match");
  for (char& c : *input)
    if (size_t at = from->find(c); at != std::string::npos) c = (*to)[at];
  if (variable) grub.environment().Set(*variable, *input);
  return Status::kNone;
}

const std::vector<OptionSyntax> kBlockOptions = {{"file", 'f', true}, {"skip-sig", 's'}};

// grub-mkconfig of 2.14 names sectors where GRUB cannot write to files (btrfs): "512+1" is no file, but can be read.
std::optional<FilePath> BlockPath(const Interpreter& grub, const ParsedOptions& parsed) {
  auto path = grub.Path(parsed.Value("file").value_or(grub.environment().Value("prefix") + "/grubenv"));
  if (path && !path->path.empty() && (IsDigit(path->path[0]) || path->path[0] == '+'))
    throw Error(grub.Where() + ": " + path->Text() + ": only GRUB reads an environment block from sectors");
  return path;
}

Status FailToRead(Interpreter& grub, const Call& call, const FilePath& path, Status status) {
  const char* what = status == Status::kFileNotFound ? ": no such file" : ": is no environment block";
  return grub.Warn(status, call.name + ": " + path.path + what + " (grub-editenv creates one)");
}

Status LoadEnvironment(Interpreter& grub, const Call& call) {
  ParsedOptions parsed;
  if (auto over = ReadOptions(grub, call, kBlockOptions, UnknownOptions::kReject, parsed)) return *over;
  auto path = BlockPath(grub, parsed);
  if (!path) return grub.Fail(Status::kFileNotFound, "load_env: no such device");
  Status status;
  auto block = grub.ReadBlock(*path, status);
  if (!block) return FailToRead(grub, call, *path, status);
  const std::vector<std::string>& wanted = parsed.operands;
  for (const auto& [name, value] : grub.RecordsOf(*block))
    if (wanted.empty() || std::find(wanted.begin(), wanted.end(), name) != wanted.end())
      grub.environment().Set(name, value);
  return Status::kNone;
}

// Prints only, but fails as load_env does.
Status ListEnvironment(Interpreter& grub, const Call& call) {
  ParsedOptions parsed;
  if (auto over = ReadOptions(grub, call, kBlockOptions, UnknownOptions::kReject, parsed)) return *over;
  auto path = BlockPath(grub, parsed);
  if (!path) return grub.Fail(Status::kFileNotFound, "list_env: no such device");
  Status status;
  return grub.ReadBlock(*path, status) ? Status::kNone : FailToRead(grub, call, *path, status);
}

Status SaveEnvironment(Interpreter& grub, const Call& call) {
  ParsedOptions parsed;
  if (auto over = ReadOptions(grub, call, kBlockOptions, UnknownOptions::kReject, parsed)) return *over;
  if (parsed.operands.empty()) return grub.Fail(Status::kBadArgument, "save_env: no variable is specified");
  auto path = BlockPath(grub, parsed);
  if (!path) return grub.Fail(Status::kFileNotFound, "save_env: no such device");
  Status status;
  auto block = grub.ReadBlock(*path, status);
  if (!block) return FailToRead(grub, call, *path, status);
  if (!grub.files().Writable(path->device))
    return grub.Warn(Status::kBadFileType, "save_env: GRUB cannot write to (" + path->device + ")");
  for (const std::string& name : parsed.operands) {
    auto value = grub.environment().Get(name);
    if (!value)
      block->Remove(name);
    else if (!block->Set(name, *value))
      return grub.Fail(Status::kBadArgument, "save_env: environment block too small");
  }
  grub.WriteBlock(*path, std::move(*block));
  return Status::kNone;
}

}  // namespace

void AddVariableCommands(CommandTable& table) {
  table["set"] = Set;
  table["unset"] = Unset;
  table["export"] = Export;
  table["regexp"] = Regexp;
  table["tr"] = Translate;
  table["load_env"] = LoadEnvironment;
  table["list_env"] = ListEnvironment;
  table["save_env"] = SaveEnvironment;
}

}  // namespace kexec_helper::grub
