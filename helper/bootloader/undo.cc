#include "bootloader/undo.h"

#include <optional>
#include <string>
#include <utility>

#include "bootloader/commit.h"
#include "records/json_file.h"
#include "sys/efi_variable.h"

namespace kexec_helper {

namespace {

constexpr size_t kMaxBytes = 1 << 20;

using Bytes = std::vector<unsigned char>;  // in JSON: what is no UTF-8 text survives

// What one change replaces, and with what; no bytes: there is no such variable.
struct Replaced {
  std::string place;  // the path of a file, or the name of an EFI variable
  Bytes before;
  Bytes after;
};

NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(Replaced, place, before, after)

Bytes BytesOf(const std::string& text) { return {text.begin(), text.end()}; }
std::string TextOf(const Bytes& bytes) { return {bytes.begin(), bytes.end()}; }

bool IsFile(const std::string& place) { return place.starts_with("/"); }

Bytes ReadPlace(const Root& root, const std::string& place) {
  auto content = IsFile(place) ? root.ReadIfPresent(place, kMaxBytes) : ReadEfiVariable(root, place);
  return BytesOf(content.value_or(""));
}

StateChange Inverse(const Replaced& replaced) {
  if (IsFile(replaced.place)) return OverwriteFile{replaced.place, TextOf(replaced.before)};
  if (replaced.before.empty()) return DeleteEfiVariable{replaced.place};
  return SetEfiVariable{replaced.place, TextOf(replaced.before)};
}

Replaced Describe(const OverwriteFile& change) { return {change.path, {}, BytesOf(change.content)}; }
Replaced Describe(const DeleteEfiVariable& change) { return {change.name, {}, {}}; }
Replaced Describe(const SetEfiVariable& change) { return {change.name, {}, BytesOf(change.value)}; }

}  // namespace

void RecordUndo(const Root& root, const std::vector<StateChange>& changes) {
  root.Remove(kUndoRecord);
  std::vector<Replaced> all;
  for (const StateChange& change : changes) {
    Replaced replaced = std::visit([](const auto& one) { return Describe(one); }, change);
    replaced.before = ReadPlace(root, replaced.place);
    all.push_back(std::move(replaced));
  }
  if (!all.empty()) WriteRecord(root, kUndoRecord, all);
}

void Undo(const Root& root) {
  auto all = ReadRecord<std::vector<Replaced>>(root, kUndoRecord);
  if (!all) return;
  for (const Replaced& replaced : *all)
    if (ReadPlace(root, replaced.place) == replaced.after) MakeChange(root, Inverse(replaced));
  root.Remove(kUndoRecord);
}

}  // namespace kexec_helper
