#include "bootloader/grub/runtime/environment.h"

#include <set>
#include <utility>

#include "sys/error.h"

namespace kexec_helper::grub {

namespace {

const std::set<std::string> kWatched = {"root", "prefix", "pager", "lang", "locale_dir", "secondary_locale_dir"};
const std::set<std::string> kColors = {"color_normal", "color_highlight"};

}  // namespace

std::optional<std::string> Environment::Get(const std::string& name) const {
  if (auto unknown = unknown_.find(name); unknown != unknown_.end()) throw Error(unknown->second.reason);
  auto found = contexts_.back().find(name);
  if (found == contexts_.back().end()) return std::nullopt;
  return found->second.value;
}

void Environment::Set(const std::string& name, const std::string& value) {
  if (auto unknown = unknown_.find(name); unknown != unknown_.end() && unknown->second.how == Unknown::kUntilSet)
    unknown_.erase(unknown);
  bool device = name == "root" && value.size() >= 2 && value.front() == '(' && value.back() == ')';
  contexts_.back()[name].value = device ? value.substr(1, value.size() - 2) : value;
}

void Environment::Unset(const std::string& name) {
  Context& context = contexts_.back();
  auto found = context.find(name);
  if (found == context.end() || kColors.count(name)) return;
  if (kWatched.count(name))
    found->second.value.clear();
  else
    context.erase(found);
}

void Environment::MarkUnknown(const std::string& name, const std::string& reason, Unknown how) {
  unknown_.insert_or_assign(name, Mark{reason, how});
}

void Environment::Export(const std::string& name) { contexts_.back()[name].exported = true; }

void Environment::OpenContext() {
  Context inner;
  for (const auto& [name, variable] : contexts_.back())
    if (variable.exported) inner.emplace(name, variable);
  contexts_.push_back(std::move(inner));
}

void Environment::CloseContext() {
  if (contexts_.size() > 1) contexts_.pop_back();
}

}  // namespace kexec_helper::grub
