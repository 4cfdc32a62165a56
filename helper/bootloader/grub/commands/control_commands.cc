// Loops, functions, other files.
#include <algorithm>

#include "bootloader/grub/commands/commands.h"
#include "bootloader/grub/script/number.h"

namespace kexec_helper::grub {

namespace {

// The whole word as a number.
std::optional<uint64_t> WholeNumber(const std::string& word) {
  Number number = ReadNumber(word, 10);
  if (number.status != Status::kNone || number.length != word.size()) return std::nullopt;
  return number.value;
}

// What GRUB reports for a word that is none.
Status FailAsNumber(Interpreter& grub, const Call& call) {
  Status status = ReadNumber(call.words[0], 10).status;
  return grub.Fail(status == Status::kNone ? Status::kBadArgument : status, call.name + ": a number is expected");
}

Status Break(Interpreter& grub, const Call& call) {
  if (call.words.size() > 1) return grub.Fail(Status::kBadArgument, call.name + ": one argument expected");
  auto count = call.words.empty() ? 1 : WholeNumber(call.words[0]);
  if (!count) return FailAsNumber(grub, call);
  if (*count == 0) return grub.Fail(Status::kBadArgument, call.name + ": no loop is left");
  grub.LeaveLoops(*count, call.name == "continue");
  return Status::kNone;
}

Status Shift(Interpreter& grub, const Call& call) {
  Parameters& parameters = grub.parameters();
  if (!parameters) return Status::kNone;
  auto count = call.words.empty() ? 1 : WholeNumber(call.words[0]);
  if (call.words.size() > 1 || !count || *count > parameters->size())
    return grub.Fail(Status::kBadArgument, "shift: there are not that many parameters");
  parameters->erase(parameters->begin(), parameters->begin() + static_cast<std::ptrdiff_t>(*count));
  return Status::kNone;
}

Status SetParameters(Interpreter& grub, const Call& call) {
  if (!grub.parameters()) return grub.Fail(Status::kInvalidCommand, "setparams: not in a function or an entry");
  grub.parameters() = call.words;
  return Status::kNone;
}

Status Return(Interpreter& grub, const Call& call) {
  if (!grub.parameters() || call.words.size() > 1) return grub.Fail(Status::kBadArgument, "not in function body");
  auto value = WholeNumber(call.words.empty() ? grub.environment().Value("?") : call.words[0]);
  if (!value && !call.words.empty()) return FailAsNumber(grub, call);
  grub.ReturnFromFunction();
  return static_cast<Status>(value.value_or(0));
}

Status Eval(Interpreter& grub, const Call& call) {
  SourceText text{"", grub.file(), {grub.line()}};
  for (const std::string& word : call.words)
    text.text += (text.text.empty() && &word == &call.words[0] ? "" : " ") + word;
  return call.words.empty() ? Status::kNone : grub.RunText(text);
}

Status Source(Interpreter& grub, const Call& call) {
  if (call.words.size() != 1) return grub.Fail(Status::kBadArgument, call.name + ": filename expected");
  grub.ReadConfig(call.words[0]);
  return Status::kNone;
}

// A command of GRUB's; functions do not count.
Status Time(Interpreter& grub, const Call& call) {
  if (call.words.empty()) return grub.Fail(Status::kBadArgument, "time: command expected");
  auto status = grub.Execute({call.words[0], {call.words.begin() + 1, call.words.end()}, nullptr});
  return status ? *status : grub.Fail(Status::kUnknownCommand, "time: can't find command `" + call.words[0] + "'");
}

Status ExitGrub(Interpreter&, const Call& call) { throw BootAction{"the command " + call.name, /*starts_other=*/true}; }

}  // namespace

void AddControlCommands(CommandTable& table) {
  table["break"] = table["continue"] = Break;
  table["shift"] = Shift;
  table["setparams"] = SetParameters;
  table["return"] = Return;
  table["eval"] = Eval;
  table["time"] = Time;
  table["source"] = table["."] = Source;
  table["normal_exit"] = table["exit"] = table["halt"] = table["reboot"] = ExitGrub;
}

}  // namespace kexec_helper::grub
