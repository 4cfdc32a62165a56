#include "bootloader/grub/menu/evaluate.h"

#include <chrono>
#include <map>
#include <utility>

#include "bootloader/grub/commands/commands.h"
#include "bootloader/grub/menu/menu_run.h"
#include "bootloader/grub/menu/nested_menu.h"
#include "bootloader/grub/script/limits.h"
#include "sys/error.h"

namespace kexec_helper::grub {

namespace {

const CommandTable& Commands(Release release) {
  static std::map<Release, CommandTable> tables;
  auto [table, added] = tables.try_emplace(release);
  if (added) {
    table->second = MakeCommandTable(release);
    AddNestedMenuCommands(table->second);
  }
  return table->second;
}

std::string PathText(const std::vector<size_t>& path) {
  std::string text;
  for (size_t index : path) text += (text.empty() ? "" : ">") + std::to_string(index);
  return text;
}

std::string ConfigName(const Platform& platform) { return platform.directory.Text() + "/grub.cfg"; }

// The records of grubenv as they are before anything runs; none when there is no valid block.
std::map<std::string, std::string> SavedVariables(const Interpreter& grub) {
  Status status;
  FilePath path = grub.platform().directory;
  path.path += "/grubenv";
  auto block = grub.ReadBlock(path, status);
  std::map<std::string, std::string> variables;
  if (block)
    for (auto& [name, value] : grub.RecordsOf(*block)) variables[name] = value;
  return variables;
}

std::string WhyChosen(const Choice& choice, std::map<std::string, std::string>& saved) {
  const std::string& value = choice.default_value;
  if (choice.fallback) return "the default entry cannot be booted, this is its fallback";
  if (value.empty()) return "the first entry of the menu";
  if (value == saved["next_entry"]) return "chosen for one boot (next_entry=" + value + " in grubenv)";
  if (value == saved["saved_entry"]) return "the saved entry (saved_entry=" + value + " in grubenv)";
  return "the default entry (default=" + value + ")";
}

EntryName NameOf(const Choice& choice) { return {choice.title, choice.id, PathText(choice.path)}; }

std::string Quoted(const Choice& choice) { return "menu entry '" + choice.title + "'"; }

std::string WithRemedy(const std::string& failure) {
  return failure + (failure.ends_with("no such file") ? ": run update-grub" : "");
}

// Why GRUB boots no Linux here: the first thing that went wrong in the default entry, or what ended the script.
std::string RefusalOf(const Interpreter& grub, const BootAction& action) {
  const Choice& choice = grub.choice();
  std::string who = choice.path.empty() ? "GRUB" : Quoted(choice);
  if (action.to.empty()) return who + " does not boot Linux: " + grub.loaded().other;
  const std::string& cause = choice.failure.empty() ? grub.first_failure() : choice.failure;
  return who + " leads to " + action.to + (cause.empty() ? "" : ": " + WithRemedy(cause));
}

// Reads the configuration until GRUB would show a menu, which then is grub.menu(): the one the file defines or, where
// it only leads to another file by configfile, that file's.
void ReadMenu(Interpreter& grub) {
  const Platform& platform = grub.platform();
  grub.StopAtMenu(true);
  try {
    if (!grub.ReadConfig(ConfigName(platform)))
      throw Error(platform.directory.path + "/grub.cfg: no such file: update-grub writes it");
  } catch (const MenuReached&) {
  }
  grub.StopAtMenu(false);
}

// Runs until the script ends GRUB.
BootAction RunToTheEnd(Interpreter& grub, const std::optional<std::string>& entry_path) {
  try {
    ReadMenu(grub);
    if (grub.menu().empty()) return {"its command line, the menu is empty"};
    if (entry_path) {
      grub.environment().Set("default", *entry_path);
      grub.environment().Unset("fallback");
    }
    RunMenu(grub);
  } catch (const BootAction& action) {
    return action;
  }
}

// What an entry loads, tried on a copy of GRUB that is thrown away.
class MenuWalk {
 public:
  // The menu is taken out of the state that is copied for each entry.
  std::vector<MenuNode> Walk(Interpreter& grub, const std::vector<size_t>& path) {
    std::vector<MenuNode> nodes;
    const Menu menu = std::exchange(grub.menu(), {});
    for (size_t i = 0; i < menu.size(); ++i) {
      std::vector<size_t> here = path;
      here.push_back(i);
      nodes.push_back(Try(grub, menu[i], here));
    }
    return nodes;
  }

 private:
  MenuNode Try(const Interpreter& grub, const MenuEntry& entry, const std::vector<size_t>& path) {
    MenuNode node;
    node.name = {entry.title, entry.id, PathText(path)};
    node.submenu = entry.submenu;
    try {
      grub.CheckDeadline();
      if (spent_ > kMaxStepsOfAllEntries || ++tried_ > kMaxEntries) throw Error("the menu is too large");
    } catch (const Error& error) {
      node.problem = std::string("not tried: ") + error.what();
      return node;
    }
    Interpreter copy = grub;
    Run(copy, entry, path, node);
    spent_ += copy.steps() - grub.steps();
    return node;
  }

  void Run(Interpreter& grub, const MenuEntry& entry, const std::vector<size_t>& path, MenuNode& node) {
    grub.choice().path.assign(path.begin(), path.end() - 1);
    grub.ForgetFailure();
    try {
      if (!entry.submenu) RunEntry(grub, entry, path.back());
      if (entry.submenu) EnterSubmenu(grub, entry, path.back());
      if (grub.loaded().Anything()) throw BootAction{""};
      node.problem = grub.first_failure().empty() ? "boots nothing" : grub.first_failure();
      if (entry.submenu) {
        node.problem.clear();
        node.entries = Walk(grub, path);
      }
    } catch (const BootAction& action) {
      node.kernel = grub.loaded().linux;
      if (!node.kernel || !action.to.empty()) node.problem = RefusalOf(grub, action);
    } catch (const Error& error) {
      node.problem = error.what();
    }
  }

  size_t spent_ = 0;
  size_t tried_ = 0;
};

const MenuNode* FindByPath(const std::vector<MenuNode>& entries, const std::string& path) {
  for (const MenuNode& node : entries) {
    if (node.name.path == path) return &node;
    if (const MenuNode* found = FindByPath(node.entries, path)) return found;
  }
  return nullptr;
}

const MenuNode* FindByNames(const std::vector<MenuNode>& entries, const std::string& names) {
  for (const MenuNode& node : entries) {
    if (!IsFirstPart(node.name.title, names) && !IsFirstPart(node.name.id, names)) continue;
    std::string rest = AfterFirstPart(names);
    return rest.empty() ? &node : FindByNames(node.entries, rest);
  }
  return nullptr;
}

const MenuNode* FindAnywhere(const std::vector<MenuNode>& entries, const std::string& name) {
  for (const MenuNode& node : entries) {
    if (!node.submenu && (node.name.title == name || node.name.id == name)) return &node;
    if (const MenuNode* found = FindAnywhere(node.entries, name)) return found;
  }
  return nullptr;
}

}  // namespace

namespace {

Interpreter::Deadline DeadlineFromNow() { return std::chrono::steady_clock::now() + kMaxTime; }

void AddWarnings(const Interpreter& grub, BootEvaluation& evaluation) {
  if (grub.choice().waits_for_key)
    evaluation.warnings.push_back("GRUB's menu has no timeout and would wait for a key: its default is taken");
  if (!grub.loaded().device_tree.empty())
    evaluation.warnings.push_back("devicetree " + grub.loaded().device_tree +
                                  ": a kexec keeps the device tree of the running kernel");
}

BootEvaluation Evaluate(const Files& files, const Platform& platform, const std::optional<std::string>& entry_path,
                        Interpreter::Deadline deadline) {
  Interpreter grub(files, platform, Commands(platform.release), deadline);
  auto saved = SavedVariables(grub);
  BootAction action = RunToTheEnd(grub, entry_path);
  BootEvaluation evaluation;
  const Choice& choice = grub.choice();
  evaluation.problems = grub.problems();
  evaluation.changed_blocks = grub.written_blocks();
  if (!choice.path.empty()) {
    evaluation.entry = NameOf(choice);
    evaluation.why = entry_path ? "asked for by name" : WhyChosen(choice, saved);
  }
  if (!action.to.empty() || !grub.loaded().linux) {
    evaluation.refusal = RefusalOf(grub, action);
    evaluation.other_system = action.starts_other || (action.to.empty() && !grub.loaded().other.empty());
    return evaluation;
  }
  evaluation.kernel = grub.loaded().linux;
  if (!evaluation.entry && entry_path)
    evaluation.refusal = evaluation.kernel->where + ": GRUB boots this kernel before it shows a menu";
  if (!evaluation.entry) evaluation.why = "booted before the menu (" + evaluation.kernel->where + ")";
  if (!entry_path) AddWarnings(grub, evaluation);
  return evaluation;
}

}  // namespace

BootEvaluation EvaluateBoot(const Files& files, const Platform& platform,
                            const std::optional<std::string>& entry_path) {
  return Evaluate(files, platform, entry_path, DeadlineFromNow());
}

MenuTree EvaluateMenu(const Files& files, const Platform& platform) {
  MenuTree tree;
  Interpreter::Deadline deadline = DeadlineFromNow();
  Interpreter grub(files, platform, Commands(platform.release), deadline);
  try {
    ReadMenu(grub);
    tree.entries = MenuWalk().Walk(grub, {});
  } catch (const BootAction& action) {
    const auto& kernel = grub.loaded().linux;
    tree.default_problem = kernel && action.to.empty()
                               ? kernel->where + ": GRUB boots " + kernel->kernel.word + " before it shows a menu"
                               : RefusalOf(grub, action);
    return tree;
  }
  try {
    BootEvaluation boot = Evaluate(files, platform, std::nullopt, deadline);
    if (boot.kernel && boot.entry) tree.default_path = boot.entry->path;
    tree.default_problem = boot.refusal;
  } catch (const Error& error) {
    tree.default_problem = error.what();
  }
  return tree;
}

std::string FindEntryPath(const std::vector<MenuNode>& entries, const std::string& wanted) {
  const MenuNode* found = FindByPath(entries, wanted);
  if (!found) found = FindByNames(entries, wanted);
  if (!found) found = FindAnywhere(entries, wanted);
  if (!found)
    throw Error("menu entry \"" + wanted + "\": there is none with that path, id or title: kexec-helper list");
  if (found->submenu)
    throw Error("menu entry \"" + wanted + "\": is a submenu: name an entry in it (\"" + found->name.path + ">0\")");
  return found->name.path;
}

}  // namespace kexec_helper::grub
