// Runs GRUB script.
#pragma once

#include <chrono>
#include <cstddef>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "bootloader/grub/disks/environment_block.h"
#include "bootloader/grub/disks/files.h"
#include "bootloader/grub/runtime/command_table.h"
#include "bootloader/grub/runtime/environment.h"
#include "bootloader/grub/runtime/expansion.h"
#include "bootloader/grub/runtime/loader.h"
#include "bootloader/grub/runtime/menu.h"
#include "bootloader/grub/runtime/platform.h"
#include "bootloader/grub/script/source.h"
#include "bootloader/grub/script/status.h"
#include "bootloader/grub/script/syntax.h"

namespace kexec_helper::grub {

// Thrown when the script ends GRUB: it boots what is loaded, or hands the machine to something else.
struct BootAction {
  std::string to;             // "" for what is loaded; else "the firmware's setup", …
  bool starts_other = false;  // what it leads to starts by itself, without the administrator at the keyboard
};

// Thrown in place of showing a menu, when asked for (StopAtMenu): menu() is the one that GRUB would show.
struct MenuReached {};

// How the menu came to what it boots.
struct Choice {
  std::vector<size_t> path;  // indices from the menu down
  std::string title;         // of the entry
  std::string id;
  std::string default_value;   // of `default` when the menu began
  bool fallback = false;       // the default entry failed
  std::string failure;         // why the default entry could not be booted, where a fallback or the menu follows
  bool waits_for_key = false;  // there is no timeout: GRUB waits for the user
};

// The state of a running GRUB and the rules of its language (GRUB: script/execute.c). A copy is an independent GRUB
// that goes on from the same point. Nothing on disk changes: what save_env writes is kept beside. Whatever cannot be
// known here or would take more than any real menu (steps, time, memory) throws Error; what is wrong in GRUB's eyes is
// noted in problems() and the script goes on as it does there.
class Interpreter {
 public:
  using Deadline = std::chrono::steady_clock::time_point;

  // `commands` and `files` have to outlive the interpreter.
  Interpreter(const Files& files, const Platform& platform, const CommandTable& commands, Deadline deadline);

  // Executes a configuration file in the current context. False when it cannot be opened.
  bool ReadConfig(const std::string& name);

  // Executes text: the body of an entry with its parameters, the argument of eval with those around it.
  Status RunBody(const SourceText& body, std::vector<std::string> parameters);
  Status RunText(const SourceText& text);

  // A submenu or configfile begins and ends: variables and menu are its own.
  void OpenContext();
  void CloseContext();

  // Commands and lists executed so far.
  size_t steps() const { return steps_; }

  // Throws Error when it has passed.
  void CheckDeadline() const;

  // Counts memory that stays in use. Throws Error when the script needs too much.
  void Charge(size_t bytes);

  // Whether a menu that would be shown ends the run with MenuReached.
  void StopAtMenu(bool stop) { stops_at_menu_ = stop; }
  bool stops_at_menu() const { return stops_at_menu_; }

  // For the commands.
  const Files& files() const { return files_; }
  Environment& environment() { return environment_; }
  const Environment& environment() const { return environment_; }
  Menu& menu() { return menus_.back(); }
  const Menu& menu() const { return menus_.back(); }
  Loaded& loaded() { return loaded_; }
  const Loaded& loaded() const { return loaded_; }
  Parameters& parameters() { return parameters_; }
  std::optional<FilePath> Path(const std::string& word) const {
    return ParseFilePath(word, environment_.Value("root"));
  }

  Choice& choice() { return choice_; }
  const Choice& choice() const { return choice_; }
  const Platform& platform() const { return platform_; }

  // The loops that surround the current command, and leaving them.
  size_t active_loops() const { return active_loops_; }
  void LeaveLoops(size_t count, bool continues);
  void ReturnFromFunction() { returning_ = true; }

  // Notes what is wrong at the current line and is the command's status.
  Status Fail(Status status, const std::string& what);

  // The same for what does not keep GRUB from booting.
  Status Warn(Status status, const std::string& what);

  // The first thing that failed since ForgetFailure, "" when nothing did.
  const std::string& first_failure() const { return first_failure_; }
  void ForgetFailure() { first_failure_.clear(); }

  // Runs a command of the table; nullopt when the name is none (functions do not count).
  std::optional<Status> Execute(const Call& call);

  // "/boot/grub/grub.cfg:12", of the command being executed.
  std::string Where() const;
  const std::string& file() const { return file_; }
  int line() const { return line_; }

  // An environment block as it is now, earlier writes included. `status` says why there is none.
  std::optional<EnvironmentBlock> ReadBlock(const FilePath& path, Status& status) const;
  std::vector<std::pair<std::string, std::string>> RecordsOf(const EnvironmentBlock& block) const;
  void WriteBlock(const FilePath& path, EnvironmentBlock block) { written_.insert_or_assign(path, std::move(block)); }
  const std::map<FilePath, EnvironmentBlock>& written_blocks() const { return written_; }

  const std::vector<std::string>& problems() const { return problems_; }

 private:
  struct Function {
    CommandList body;
    std::string file;
  };

  void RunUnits(LineReader& reader, bool stop_at_error, Status& status);
  Status RunList(const CommandList& list);
  Status RunListOf(const CommandList& list);
  Status RunCommand(const Command& command);
  Status Run(const SimpleCommand& command);
  Status Run(const IfCommand& command);
  Status Run(const ForCommand& command);
  Status Run(const WhileCommand& command);
  template <typename Step>
  Status Nested(const Step& step);
  Status Dispatch(const Call& call, bool inverted);
  Status CallFunction(const std::shared_ptr<const Function>& function, const Call& call);
  void Assign(const Call& call);
  void Define(const std::string& name, CommandList body, int line);
  void CheckStatusKnown() const;
  Expanded ExpandHere(const std::vector<Word>& words);

  const Files& files_;
  const CommandTable* commands_;
  Platform platform_;
  Environment environment_;
  std::vector<Menu> menus_ = std::vector<Menu>(1);
  std::map<std::string, std::shared_ptr<const Function>> functions_;
  std::vector<std::string> executing_;  // names of functions, the innermost last
  Parameters parameters_;
  Loaded loaded_;
  Choice choice_;
  std::map<FilePath, EnvironmentBlock> written_;
  std::vector<std::string> problems_;
  std::string file_;
  int line_ = 0;
  size_t active_loops_ = 0;
  size_t active_breaks_ = 0;
  std::string first_failure_;
  // After a command that GRUB does not have in its package: why $? is not known.
  std::string unknown_status_;
  Deadline deadline_;
  bool stops_at_menu_ = false;
  bool continues_ = false;
  bool returning_ = false;
  size_t depth_ = 0;
  size_t steps_ = 0;
  size_t bytes_ = 0;
};

}  // namespace kexec_helper::grub
