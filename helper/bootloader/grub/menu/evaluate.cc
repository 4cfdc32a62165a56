#include "bootloader/grub/menu/evaluate.h"

#include <utility>

#include "bootloader/grub/commands/commands.h"
#include "bootloader/grub/menu/menu_run.h"
#include "bootloader/grub/menu/nested_menu.h"
#include "bootloader/grub/script/limits.h"
#include "sys/error.h"

namespace kexec_helper::grub {

namespace {

const CommandTable& Commands() {
  static const CommandTable table = [] {
    CommandTable all = MakeCommandTable();
    AddNestedMenuCommands(all);
    return all;
  }();
  return table;
}

std::string PathText(const std::vector<size_t>& path) {
  std::string text;
  for (size_t index : path) text += (text.empty() ? "" : ">") + std::to_string(index);
  return text;
}

std::string ConfigName(const Platform& platform) { return platform.directory.Text() + "/grub.cfg"; }

void ReadMenu(Interpreter& grub) {
  const Platform& platform = grub.platform();
  if (!grub.ReadConfig(ConfigName(platform)))
    throw Error(platform.directory.path + "/grub.cfg: no such file: update-grub writes it");
}

// The records of grubenv as they stand before anything runs; none when there is no valid block.
std::map<std::string, std::string> SavedVariables(const Interpreter& grub) {
  Status status;
  FilePath path = grub.platform().directory;
  path.path += "/grubenv";
  auto block = grub.ReadBlock(path, status);
  std::map<std::string, std::string> variables;
  if (block)
    for (auto& [name, value] : block->Records()) variables[name] = value;
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

// Why GRUB boots no Linux here.
std::string RefusalOf(const Interpreter& grub, const Departure& departure) {
  const Choice& choice = grub.choice();
  std::string who = choice.path.empty() ? "GRUB" : Quoted(choice);
  if (!departure.to.empty())
    return who + " leads to " + departure.to + (grub.problems().empty() ? "" : ": " + grub.problems().back());
  return who + " does not boot Linux: " + grub.loaded().other;
}

// Runs until GRUB leaves the script, in place of booting.
Departure RunToTheEnd(Interpreter& grub, const std::optional<std::string>& entry_path) {
  try {
    ReadMenu(grub);
    if (grub.menu().empty()) return {"its command line, the menu is empty"};
    if (entry_path) {
      grub.environment().Set("default", *entry_path);
      grub.environment().Unset("fallback");
    }
    RunMenu(grub);
  } catch (const Departure& departure) {
    return departure;
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
      Interpreter copy = grub;
      nodes.push_back(Try(copy, menu[i], here));
      spent_ += copy.steps() - grub.steps();
    }
    return nodes;
  }

 private:
  MenuNode Try(Interpreter& grub, const MenuEntry& entry, const std::vector<size_t>& path) {
    MenuNode node;
    node.name = {entry.title, entry.id, PathText(path)};
    node.submenu = entry.submenu;
    grub.choice().path.assign(path.begin(), path.end() - 1);
    size_t problems = grub.problems().size();
    try {
      if (spent_ > kMostStepsOfAllEntries || ++tried_ > kMostEntries) throw Error("not tried: the menu is too large");
      if (!entry.submenu) RunEntry(grub, entry, path.back());
      if (entry.submenu) EnterSubmenu(grub, entry, path.back());
      if (grub.loaded().Anything()) throw Departure{""};
      node.problem = "boots nothing";
      if (grub.problems().size() > problems) node.problem = grub.problems()[problems];
      if (entry.submenu) {
        node.problem.clear();
        node.entries = Walk(grub, path);
      }
    } catch (const Departure& departure) {
      node.kernel = grub.loaded().linux;
      if (!node.kernel || !departure.to.empty()) node.problem = RefusalOf(grub, departure);
    } catch (const Error& error) {
      node.problem = error.what();
    }
    return node;
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
    std::string rest = BehindFirstPart(names);
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

BootEvaluation EvaluateBoot(const Files& files, const Platform& platform,
                            const std::optional<std::string>& entry_path) {
  Interpreter grub(files, platform, Commands());
  auto saved = SavedVariables(grub);
  Departure departure = RunToTheEnd(grub, entry_path);
  BootEvaluation evaluation;
  const Choice& choice = grub.choice();
  evaluation.problems = grub.problems();
  evaluation.changed_blocks = grub.written_blocks();
  if (!choice.path.empty()) {
    evaluation.entry = NameOf(choice);
    evaluation.why = entry_path ? "asked for by name" : WhyChosen(choice, saved);
  }
  if (!departure.to.empty() || !grub.loaded().linux) {
    evaluation.refusal = RefusalOf(grub, departure);
    evaluation.other_system = departure.starts_other || (departure.to.empty() && !grub.loaded().other.empty());
    return evaluation;
  }
  evaluation.kernel = grub.loaded().linux;
  if (choice.waits_for_key && !entry_path)
    evaluation.warnings.push_back("GRUB's menu has no timeout and would wait for a key: its default is taken");
  return evaluation;
}

MenuTree EvaluateMenu(const Files& files, const Platform& platform) {
  MenuTree tree;
  Interpreter grub(files, platform, Commands());
  try {
    ReadMenu(grub);
    tree.entries = MenuWalk().Walk(grub, {});
  } catch (const Departure& departure) {
    tree.default_problem = RefusalOf(grub, departure);
    return tree;
  }
  try {
    BootEvaluation boot = EvaluateBoot(files, platform);
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
