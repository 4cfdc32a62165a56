#include "bootloader/grub/runtime/interpreter.h"

#include <algorithm>
#include <utility>

#include "bootloader/grub/runtime/initial_environment.h"
#include "bootloader/grub/script/characters.h"
#include "bootloader/grub/script/limits.h"
#include "bootloader/grub/script/parser.h"
#include "sys/error.h"

namespace kexec_helper::grub {

namespace {

constexpr size_t kMaxDepth = 64;  // GRUB: MAX_RECURSION_DEPTH
constexpr Status kRecursionDepthOf2_12{48};
constexpr size_t kBytesOfWord = 64;  // besides its characters
constexpr size_t kMaxProblems = 200;

// Whether a build of GRUB could have a command of that name: they are made of these characters.
bool CanBeCommand(const std::string& name) {
  return !name.empty() && std::all_of(name.begin(), name.end(), [](char c) {
    return IsDigit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c == '-' || c == '.';
  });
}

}  // namespace

Interpreter::Interpreter(const Files& files, const Platform& platform, const CommandTable& commands, Deadline deadline)
    : files_(files),
      commands_(&commands),
      platform_(platform),
      environment_(InitialEnvironment(platform)),
      deadline_(deadline) {}

std::string Interpreter::Where() const { return file_ + ":" + std::to_string(line_); }

Status Interpreter::Fail(Status status, const std::string& what) {
  if (first_failure_.empty()) first_failure_ = Where() + ": " + what;
  return Warn(status, what);
}

Status Interpreter::Warn(Status status, const std::string& what) {
  if (problems_.size() < kMaxProblems) problems_.push_back(Where() + ": " + what);
  return status;
}

void Interpreter::Charge(size_t bytes) {
  bytes_ += bytes;
  if (bytes_ > kMaxBytes) throw Error("the menu's script needs too much memory: is there an endless loop?");
}

void Interpreter::CheckDeadline() const {
  if (std::chrono::steady_clock::now() > deadline_)
    throw Error(Where() + ": the menu script does not terminate within " + std::to_string(kMaxTime.count() / 1000) +
                " s");
}

void Interpreter::OpenContext() {
  environment_.OpenContext();
  menus_.emplace_back();
}

void Interpreter::CloseContext() {
  environment_.CloseContext();
  menus_.pop_back();
}

bool Interpreter::ReadConfig(const std::string& name) {
  auto path = Path(name);
  auto info = path && !path->path.empty() && path->path[0] == '/' ? files_.Stat(path->device, path->path)
                                                                  : std::optional<FileInfo>();
  if (!info || info->directory) {
    Fail(Status::kFileNotFound, name + ": no such file");
    return false;
  }
  auto old_file = environment_.Get("config_file");
  auto old_directory = environment_.Get("config_directory");
  std::string full = name[0] == '(' ? name : path->Text();
  environment_.Set("config_file", full);
  environment_.Set("config_directory", full.substr(0, full.rfind('/')));
  environment_.Export("config_file");
  environment_.Export("config_directory");
  std::string outer_file = std::exchange(file_, path->path);
  int outer_line = line_;
  ConfigReader reader(path->path, files_.Open(path->device, path->path, kMaxConfigBytes));
  Status status = Status::kNone;
  RunUnits(reader, false, status);
  file_ = outer_file;
  line_ = outer_line;
  auto restore = [this](const char* variable, const std::optional<std::string>& value) {
    value ? environment_.Set(variable, *value) : environment_.Unset(variable);
  };
  restore("config_file", old_file);
  restore("config_directory", old_directory);
  return true;
}

// A file goes on after a syntax error; text that is executed ends there. Since 2.14 blank lines keep the status.
void Interpreter::RunUnits(LineReader& reader, bool stop_at_error, Status& status) {
  auto define = [this](const std::string& name, CommandList body, int line) { Define(name, std::move(body), line); };
  for (;;) {
    CheckDeadline();
    try {
      auto unit = ParseUnit(reader, define);
      if (!unit) return;
      if (unit->empty() && platform_.release >= Release::k2_14) continue;
      status = RunListOf(*unit);
    } catch (const SyntaxError& error) {
      line_ = error.line;
      Fail(Status::kInvalidCommand, error.what);
      if (stop_at_error) {
        status = Status::kNone;
        return;
      }
    }
  }
}

Status Interpreter::RunText(const SourceText& text) {
  std::string outer_file = std::exchange(file_, text.file);
  int outer_line = line_;
  TextReader reader(text);
  Status status = Status::kNone;
  RunUnits(reader, true, status);
  file_ = outer_file;
  line_ = outer_line;
  return status;
}

Status Interpreter::RunBody(const SourceText& body, std::vector<std::string> parameters) {
  Parameters outer = std::exchange(parameters_, std::move(parameters));
  Status status = RunText(body);
  parameters_ = std::move(outer);
  return status;
}

// Functions, lists and commands each count as a level; beyond the deepest GRUB forgets to go back up, and so do we.
template <typename Step>
Status Interpreter::Nested(const Step& step) {
  if (++steps_ > kMaxSteps)
    throw Error(Where() + ": the menu script does not terminate: more than " + std::to_string(kMaxSteps) + " steps");
  CheckDeadline();
  if (++depth_ >= kMaxDepth)
    return Fail(platform_.release < Release::k2_12 ? Status::kRecursionDepth : kRecursionDepthOf2_12,
                "maximum recursion depth exceeded");
  Status status = step();
  --depth_;
  environment_.Set("?", std::to_string(static_cast<int>(status)));
  if (!unknown_status_.empty()) environment_.MarkUnknown("?", unknown_status_, Environment::Unknown::kUntilSet);
  return status;
}

Status Interpreter::RunListOf(const CommandList& list) {
  if (list.empty()) return Status::kNone;
  return Nested([&] { return RunList(list); });
}

Status Interpreter::RunList(const CommandList& list) {
  Status status = Status::kNone;
  for (const Command& command : list) {
    if (active_breaks_ > 0) break;
    status = RunCommand(command);
    if (returning_) break;
  }
  return status;
}

Status Interpreter::RunCommand(const Command& command) {
  line_ = command.line;
  return Nested([&] { return std::visit([this](const auto& what) { return Run(what); }, command.what); });
}

Expanded Interpreter::ExpandHere(const std::vector<Word>& words) {
  try {
    Expanded expanded = Expand(words, environment_, parameters_, files_);
    for (const std::string& word : expanded.words) Charge(word.size() + kBytesOfWord);
    return expanded;
  } catch (const Error& error) {
    throw Error(Where() + ": " + error.what());
  }
}

Status Interpreter::Run(const SimpleCommand& command) {
  Expanded expanded = ExpandHere(command.words);
  std::vector<std::string>& words = expanded.words;
  if (words.empty()) return Status::kNone;
  bool inverted = words[0] == "!";
  if (inverted && words.size() < 2) return Fail(Status::kBadArgument, "no command is specified");
  auto name = words.begin() + (inverted ? 1 : 0);
  Call call{*name, {std::make_move_iterator(name + 1), std::make_move_iterator(words.end())}, expanded.block};
  return Dispatch(call, inverted);
}

// Only eval and time have the status of what they run.
std::optional<Status> Interpreter::Execute(const Call& call) {
  auto command = commands_->find(call.name);
  if (command == commands_->end()) return std::nullopt;
  Status status = command->second(*this, call);
  if (call.name != "eval" && call.name != "time") unknown_status_.clear();
  return status;
}

// A command goes before a function, a function before an assignment. What is none of them is reported, but its status
// is 0, whether inverted or not.
Status Interpreter::Dispatch(const Call& call, bool inverted) {
  Status status = Status::kNone;
  unknown_status_.clear();
  if (auto executed = Execute(call)) {
    status = *executed;
  } else if (auto function = functions_.find(call.name); function != functions_.end()) {
    status = CallFunction(std::shared_ptr(function->second), call);
  } else {
    Assign(call);
    return Status::kNone;
  }
  if (!inverted) return status;
  return status == Status::kNone ? Status::kTestFailure : Status::kNone;
}

void Interpreter::Assign(const Call& call) {
  size_t equals = call.name.find('=');
  if (equals == std::string::npos) {
    // GRUB's status is 0, but another build may have the command: nothing may depend on it.
    if (CanBeCommand(call.name))
      unknown_status_ = call.name +
                        ": whether GRUB has this command, and its status, is not known: remove it from the "
                        "condition";
    Warn(Status::kUnknownCommand, "can't find command `" + call.name + "'");
    return;
  }
  std::string name = call.name.substr(0, equals);
  if (IsDigit(name[0]) || name == "#" || name == "*" || name == "@")
    Fail(Status::kBadArgument, "invalid variable name `" + name + "'");
  else
    environment_.Set(name, call.name.substr(equals + 1));
}

void Interpreter::Define(const std::string& name, CommandList body, int line) {
  if (std::find(executing_.begin(), executing_.end(), name) != executing_.end()) {
    line_ = line;
    Fail(Status::kBadArgument, "attempt to redefine a function being executed");
    return;
  }
  CheckDeadline();
  Charge(SizeOf(body));
  functions_[name] = std::make_shared<const Function>(Function{std::move(body), file_});
}

Status Interpreter::CallFunction(const std::shared_ptr<const Function>& function, const Call& call) {
  size_t outer_loops = std::exchange(active_loops_, 0);
  Parameters outer = std::exchange(parameters_, call.words);
  std::string outer_file = std::exchange(file_, function->file);
  int outer_line = line_;
  executing_.push_back(call.name);
  Status status = RunListOf(function->body);
  executing_.pop_back();
  returning_ = false;
  file_ = outer_file;
  line_ = outer_line;
  active_loops_ = outer_loops;
  parameters_ = std::move(outer);
  return status;
}

void Interpreter::CheckStatusKnown() const {
  if (!unknown_status_.empty()) throw Error(Where() + ": " + unknown_status_);
}

// The condition's value is $?, not its status.
Status Interpreter::Run(const IfCommand& command) {
  Status status = RunListOf(command.condition);
  if (returning_) return status;
  CheckStatusKnown();
  if (environment_.Value("?") == "0") return RunListOf(command.then);
  return command.else_if ? RunCommand(*command.else_if) : RunListOf(command.otherwise);
}

Status Interpreter::Run(const ForCommand& command) {
  std::vector<std::string> values;
  if (!command.words.empty()) values = ExpandHere(command.words).words;
  Status status = Status::kNone;
  ++active_loops_;
  for (const std::string& value : values) {
    if (continues_ && active_breaks_ == 1) active_breaks_ = 0;
    if (active_breaks_ > 0) continue;
    environment_.Set(command.variable, value);
    status = RunListOf(command.body);
    if (returning_) break;
  }
  if (active_breaks_ > 0) --active_breaks_;
  --active_loops_;
  return status;
}

Status Interpreter::Run(const WhileCommand& command) {
  Status status = Status::kNone;
  ++active_loops_;
  for (;;) {
    status = RunListOf(command.condition);
    if (returning_) break;
    CheckStatusKnown();
    if ((status == Status::kNone) == command.until) break;
    status = RunListOf(command.body);
    if (returning_) break;
    if (active_breaks_ == 1 && continues_) active_breaks_ = 0;
    if (active_breaks_ > 0) break;
  }
  if (active_breaks_ > 0) --active_breaks_;
  --active_loops_;
  return status;
}

void Interpreter::LeaveLoops(size_t count, bool continues) {
  continues_ = continues;
  active_breaks_ = std::min(count, active_loops_);
}

std::optional<EnvironmentBlock> Interpreter::ReadBlock(const FilePath& path, Status& status) const {
  status = Status::kNone;
  auto written = written_.find(path);
  if (written != written_.end()) return written->second;
  auto info = files_.Stat(path.device, path.path);
  if (!info || info->directory) {
    status = info ? Status::kBadFileType : Status::kFileNotFound;
    return std::nullopt;
  }
  auto block = EnvironmentBlock::Parse(files_.Read(path.device, path.path, kMaxBlockBytes));
  if (!block) status = Status::kBadFileType;
  return block;
}

std::vector<std::pair<std::string, std::string>> Interpreter::RecordsOf(const EnvironmentBlock& block) const {
  using BlankLines = EnvironmentBlock::BlankLines;
  return block.Records(platform_.release < Release::k2_14 ? BlankLines::kBelongToNames : BlankLines::kSkipped);
}

}  // namespace kexec_helper::grub
