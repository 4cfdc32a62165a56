// libFuzzer target: any bytes as grubenv, and any changes of it. An input is the block; behind a line "####" stand the
// changes, each ended by a NUL: "name=value" sets, "-name" removes. What the block must then hold is worked out beside,
// on a list of lines.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "bootloader/grub/disks/environment_block.h"

namespace {

using kexec_helper::grub::EnvironmentBlock;
using Record = std::pair<std::string, std::string>;

constexpr std::string_view kSignature = "# GRUB Environment Block\n";
constexpr std::string_view kSeparator = "####\n";
constexpr size_t kBlockBytes = 1024;

void Require(bool condition) {
  if (!condition) std::abort();
}

// A block as grub-editenv leaves it: after the signature lines that are comments or records, then padding. Comments are
// records without a name.
struct Model {
  size_t size = 0;
  std::vector<Record> lines;

  std::vector<Record> Records() const {
    std::vector<Record> records;
    for (const Record& line : lines)
      if (!line.first.empty()) records.push_back(line);
    return records;
  }

  static std::string Escaped(const std::string& value) {
    std::string escaped;
    for (char c : value) escaped += c == '\\' || c == '\n' ? std::string("\\") + c : std::string(1, c);
    return escaped;
  }

  std::string Text() const {
    std::string text(kSignature);
    for (const auto& [name, value] : lines) text += name.empty() ? value + "\n" : name + "=" + Escaped(value) + "\n";
    if (text.size() < size) text.resize(size, '#');
    return text;
  }
};

bool IsPlainName(std::string_view name) {
  return !name.empty() && name[0] != '#' && name.find_first_of(std::string_view("=\\\n")) == std::string_view::npos;
}

// One line up to its newline, none of whose characters is behind a backslash.
std::optional<std::string> TakeLine(std::string_view text, size_t& at) {
  size_t end = at;
  while (end < text.size() && text[end] != '\n') end += text[end] == '\\' ? 2 : 1;
  if (end >= text.size()) return std::nullopt;
  std::string line(text.substr(at, end - at));
  at = end + 1;
  return line;
}

// Nothing for a block that has anything unusual.
std::optional<Model> Read(const std::string& text) {
  Model model{text.size(), {}};
  for (size_t at = kSignature.size(); text.find_first_not_of('#', at) != std::string::npos;) {
    auto line = TakeLine(text, at);
    if (!line) return std::nullopt;
    if ((*line)[0] == '#') {
      model.lines.emplace_back("", *line);
      continue;
    }
    size_t equals = line->find('=');
    if (equals == std::string::npos || !IsPlainName(line->substr(0, equals))) return std::nullopt;
    std::string value;
    for (size_t i = equals + 1; i < line->size(); ++i) value += (*line)[i] == '\\' ? (*line)[++i] : (*line)[i];
    model.lines.emplace_back(line->substr(0, equals), value);
  }
  if (model.Text() != text) return std::nullopt;  // needless backslashes
  return model;
}

// The first record with the name gets the value, or there is a new one. False, and nothing changed, without room for
// it.
bool Set(Model& model, const std::string& name, const std::string& value) {
  Model changed = model;
  auto line = changed.lines.begin();
  while (line != changed.lines.end() && line->first != name) ++line;
  if (line == changed.lines.end())
    changed.lines.emplace_back(name, value);
  else
    line->second = value;
  if (changed.Text().size() > changed.size) return false;
  model = std::move(changed);
  return true;
}

void Remove(Model& model, const std::string& name) {
  for (auto line = model.lines.begin(); line != model.lines.end(); ++line) {
    if (line->first != name) continue;
    model.lines.erase(line);
    return;
  }
}

void Change(EnvironmentBlock& block, const std::string& change) {
  const std::string before = block.text();
  std::optional<Model> model = Read(before);
  size_t equals = change.find('=');
  bool removes = !change.empty() && change[0] == '-';
  std::string name = removes ? change.substr(1) : change.substr(0, equals);
  std::string value = removes || equals == std::string::npos ? "" : change.substr(equals + 1);
  bool done = true;
  if (removes)
    block.Remove(name);
  else
    done = block.Set(name, value);
  Require(block.text().size() == before.size());
  Require(block.text().compare(0, kSignature.size(), kSignature) == 0);
  Require(done || block.text() == before);
  if (!model || !IsPlainName(name)) return;
  if (removes)
    Remove(*model, name);
  else
    Require(Set(*model, name, value) == done);
  Require(block.text() == model->Text());
  Require(block.Records() == model->Records());
}

void Exercise(const std::string& text, std::string_view changes) {
  auto block = EnvironmentBlock::Parse(text);
  bool valid = text.size() > kSignature.size() && text.compare(0, kSignature.size(), kSignature) == 0;
  Require(block.has_value() == valid);
  if (!block) return;
  if (auto model = Read(text)) Require(block->Records() == model->Records());
  for (size_t at = 0; at < changes.size();) {
    size_t end = std::min(changes.find('\0', at), changes.size());
    Change(*block, std::string(changes.substr(at, end - at)));
    at = end + 1;
  }
  Require(EnvironmentBlock::Parse(block->text()) == block);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  std::string_view input(reinterpret_cast<const char*>(data), size);
  size_t separator = input.find(kSeparator);
  std::string text(input.substr(0, separator));
  std::string_view changes;
  if (separator != std::string_view::npos) changes = input.substr(separator + kSeparator.size());
  Exercise(text, changes);
  if (text.size() >= kBlockBytes) return 0;
  text.resize(kBlockBytes, '#');
  Exercise(text, changes);
  return 0;
}
