// libFuzzer target: any bytes as entry files, loader.conf and EFI variables, one text per part, parts divided by bytes
// 0xff. The order of any entries must be one, and the choice one of them.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include "bootloader/bls/choose.h"
#include "bootloader/bls/entry.h"
#include "bootloader/bls/order.h"
#include "sys/efi_variable.h"

namespace {

using namespace kexec_helper::bls;

void Require(bool condition) {
  if (!condition) std::abort();
}

std::vector<std::string> Split(std::string_view data) {
  std::vector<std::string> parts;
  for (size_t at = 0; at <= data.size() && parts.size() < 40;) {
    size_t end = std::min(data.find('\xff', at), data.size());
    parts.emplace_back(data.substr(at, end - at));
    at = end + 1;
  }
  return parts;
}

// The first line is the file's name.
MenuEntry EntryOf(const std::string& part) {
  size_t line = std::min(part.find('\n'), part.size());
  Entry text = ParseEntry(std::string_view(part).substr(line));
  MenuEntry entry;
  entry.name = ParseEntryFileName(part.substr(0, line), ".conf");
  Require(entry.name.counter || entry.name.id == entry.name.full_id);
  entry.sort_key = text.sort_key;
  entry.machine_id = text.machine_id;
  entry.version = text.version;
  return entry;
}

int Sign(int number) { return (number > 0) - (number < 0); }

void CompareAll(const MenuEntries& entries) {
  for (const MenuEntry& a : entries)
    for (const MenuEntry& b : entries) {
      Require(Sign(CompareVersions(a.version, b.version)) == -Sign(CompareVersions(b.version, a.version)));
      for (const MenuEntry& c : entries)
        if (CompareVersions(a.version, b.version) <= 0 && CompareVersions(b.version, c.version) <= 0)
          Require(CompareVersions(a.version, c.version) <= 0);
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  std::vector<std::string> parts = Split({reinterpret_cast<const char*>(data), size});
  Requests requests;
  requests.configured = ParseLoaderConfiguration(parts[0]);
  if (parts.size() > 1) requests.one_shot = LowerCase(kexec_helper::DecodeUtf16(parts[1]).value_or(parts[1]));
  if (parts.size() > 2) requests.default_entry = LowerCase(parts[2]);
  MenuEntries entries;
  for (size_t i = 3; i < parts.size() && i < 15; ++i) entries.push_back(EntryOf(parts[i]));
  CompareAll(entries);
  SortMenu(entries);
  Chosen chosen = Choose(entries, requests);
  Require(!chosen.index || *chosen.index < entries.size());
  Require(entries.empty() || chosen.index || !chosen.automatic.empty());
  return 0;
}
