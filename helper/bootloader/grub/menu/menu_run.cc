#include "bootloader/grub/menu/menu_run.h"

#include <utility>

#include "bootloader/grub/script/number.h"
#include "sys/error.h"

namespace kexec_helper::grub {

namespace {

constexpr size_t kMaxDepth = 32;  // a submenu may define itself in itself

// The variables that say where in the menu GRUB is.
struct Position {
  std::optional<std::string> chosen;
  std::optional<std::string> default_value;
};

Position PositionOf(const Environment& environment) { return {environment.Get("chosen"), environment.Get("default")}; }

std::string EscapedId(const std::string& id) {
  std::string escaped;
  for (char c : id) escaped += c == '>' ? std::string(">>") : std::string(1, c);
  return escaped;
}

void SetOrUnset(Environment& environment, const char* name, const std::optional<std::string>& value) {
  value ? environment.Set(name, *value) : environment.Unset(name);
}

void CheckPassword(const Interpreter& grub, const MenuEntry& entry) {
  if (entry.restricted && grub.environment().Get("superusers"))
    throw Error(entry.body.file + ":" + std::to_string(entry.line) + ": menu entry '" + entry.title +
                "': GRUB asks for a password before it boots it: add --unrestricted to it");
}

// $chosen and $default as a body sees them, from those of the menu it is in.
void DescendVariables(Environment& environment, const MenuEntry& entry, const Position& outer) {
  environment.Set("chosen", (outer.chosen ? *outer.chosen + ">" : "") + EscapedId(entry.id));
  environment.Export("chosen");
  std::string rest = AfterFirstPart(outer.default_value.value_or(""));
  SetOrUnset(environment, "default", rest.empty() ? std::nullopt : std::optional(rest));
}

void RecordChoice(Interpreter& grub, const MenuEntry& entry, size_t index) {
  Choice& choice = grub.choice();
  if (choice.path.size() == kMaxDepth)
    throw Error(entry.body.file + ":" + std::to_string(entry.line) + ": submenus nested deeper than " +
                std::to_string(kMaxDepth) + " levels");
  choice.path.push_back(index);
  choice.title = entry.title;
  choice.id = entry.id;
}

// The first number of the list in `fallback`, which it loses. nullopt if there is none.
std::optional<size_t> TakeFallback(Environment& environment) {
  auto list = environment.Get("fallback");
  if (!list) return std::nullopt;
  Number number = ReadNumber(*list);
  if (number.status != Status::kNone) {
    environment.Unset("fallback");
    return std::nullopt;
  }
  size_t rest = list->find_first_not_of(" \t\n\v\f\r", number.length);
  environment.Set("fallback", rest == std::string::npos ? "" : list->substr(rest));
  auto index = static_cast<int>(number.value);
  return index < 0 ? std::nullopt : std::optional(static_cast<size_t>(index));
}

// A copy of the entry is run: its body may add others to the menu.
void RunEntryAt(Interpreter& grub, size_t index) {
  const MenuEntry entry = grub.menu()[index];
  RunEntry(grub, entry, index);
}

void RunDefault(Interpreter& grub) {
  auto value = grub.environment().Get("default");
  size_t index = value ? DefaultEntry(grub.menu(), *value) : 0;
  const std::string title = grub.menu()[index].title;
  grub.ForgetFailure();
  RunEntryAt(grub, index);
  std::string& failure = grub.choice().failure;
  const std::string& cause = grub.first_failure();
  if (failure.empty()) failure = "menu entry '" + title + "': " + (cause.empty() ? "loads nothing" : cause);
  while (auto next = TakeFallback(grub.environment())) {
    if (*next >= grub.menu().size()) break;
    grub.choice().fallback = true;
    RunEntryAt(grub, *next);
  }
}

}  // namespace

void EnterSubmenu(Interpreter& grub, const MenuEntry& entry, size_t index) {
  CheckPassword(grub, entry);
  Position outer = PositionOf(grub.environment());
  grub.OpenContext();
  grub.environment().Set("timeout", "0");
  RecordChoice(grub, entry, index);
  DescendVariables(grub.environment(), entry, outer);
  grub.RunBody(entry.body, entry.parameters);
}

void RunEntry(Interpreter& grub, const MenuEntry& entry, size_t index) {
  Position outer = PositionOf(grub.environment());
  if (entry.submenu) {
    EnterSubmenu(grub, entry, index);
  } else {
    CheckPassword(grub, entry);
    RecordChoice(grub, entry, index);
    DescendVariables(grub.environment(), entry, outer);
    grub.RunBody(entry.body, entry.parameters);
  }
  if (grub.loaded().Anything()) throw BootAction{""};
  if (entry.submenu) {
    if (!grub.menu().empty()) RunDefault(grub);
    grub.CloseContext();
  }
  grub.choice().path.pop_back();
  SetOrUnset(grub.environment(), "chosen", outer.chosen);
  SetOrUnset(grub.environment(), "default", outer.default_value);
  grub.environment().Unset("timeout");
}

void RunMenu(Interpreter& grub) {
  if (grub.stops_at_menu()) throw MenuReached{};
  Choice& choice = grub.choice();
  choice.default_value = grub.environment().Value("default");
  Number seconds = ReadNumber(grub.environment().Value("timeout"));
  choice.waits_for_key = seconds.status != Status::kNone;
  const std::string style = grub.environment().Value("timeout_style");
  bool without_menu = style == "countdown" || style == "hidden";
  if (choice.waits_for_key || without_menu) grub.environment().Unset("timeout_style");
  if (seconds.value != 0 || without_menu) grub.environment().Unset("timeout");
  RunDefault(grub);
  throw BootAction{"its menu, no entry could be booted"};
}

}  // namespace kexec_helper::grub
