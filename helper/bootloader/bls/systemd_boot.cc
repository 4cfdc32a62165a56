#include "bootloader/bls/systemd_boot.h"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <map>
#include <utility>

#include "bootloader/bls/choose.h"
#include "bootloader/bls/companions.h"
#include "bootloader/bls/order.h"
#include "bootloader/bls/partitions.h"
#include "bootloader/bls/proxmox.h"
#include "bootloader/bls/scan.h"
#include "sys/efi_variable.h"
#include "sys/error.h"

namespace kexec_helper {

namespace {

using bls::MenuEntries;
using bls::MenuEntry;

constexpr int kFirstWithPreferred = 260;  // the release of systemd-boot

std::string LoaderVariable(const char* name) { return std::string(name) + kEfiLoader; }

// As entries name it (UEFI specification 3.5.1.1). Firmware of 32 bits runs a boot loader of 32 bits.
std::string Architecture(const Root& root, const std::string& machine) {
  std::string bits = root.ReadIfPresent("/sys/firmware/efi/fw_platform_size", 16).value_or("");
  if (machine == "x86_64") return bits.compare(0, 2, "32") == 0 ? "ia32" : "x64";
  return machine == "aarch64" ? "aa64" : machine;
}

// Of the boot loader that has booted this machine, 0 when that is not known.
int LoaderVersion(const Root& root) {
  constexpr const char* kName = "systemd-boot ";
  std::string info = ReadLoaderText(root, "LoaderInfo");
  if (info.compare(0, std::string(kName).size(), kName) != 0) return 0;
  return static_cast<int>(std::strtol(info.c_str() + std::string(kName).size(), nullptr, 10));
}

// Older releases do not know it. Which ones take @saved there is not certain.
void SettlePreferred(bls::Requests& requests, int version) {
  std::string& file = requests.configured.preferred_pattern;
  if (version != 0 && version < kFirstWithPreferred) file = requests.preferred = "";
  bool asked = !file.empty() || !requests.preferred.empty();
  if ((asked && version == 0) || file == "@saved" || requests.preferred == "@saved")
    requests.configured.uncertainty =
        "the preferred entry (loader.conf or EFI variable LoaderEntryPreferred): releases of systemd-boot differ in "
        "what it means: use default instead";
}

bls::Requests ReadRequests(const Root& root, const bls::LoaderConfiguration& configuration, int version) {
  auto read = [&](const char* name) { return bls::LowerCase(ReadLoaderText(root, name)); };
  bls::Requests requests{read("LoaderEntryOneShot"), read("LoaderEntryPreferred"), read("LoaderEntryDefault"),
                         read("LoaderEntryLastBooted"), configuration};
  SettlePreferred(requests, version);
  return requests;
}

// Paths of an entry as the boot loader hands them on: one backslash between names.
std::string EfiPath(const std::string& path) {
  std::string result;
  for (char c : path) {
    char fixed = c == '/' ? '\\' : c;
    if (fixed != '\\' || result.empty() || result.back() != '\\') result += fixed;
  }
  return result;
}

// The boot loader names every initrd on the command line, too, for kernels before 5.8.
std::string CommandLineOf(const MenuEntry& entry) {
  std::string line;
  for (const std::string& initrd : entry.initrds) line += (line.empty() ? "initrd=" : " initrd=") + EfiPath(initrd);
  if (entry.options.empty()) return line;
  return line.empty() ? entry.options : line + " " + entry.options;
}

LoaderWords WordsOf(const MenuEntry& entry) {
  return {entry.kernel, entry.initrds, entry.options, CommandLineOf(entry)};
}

BootChoice ChoiceOf(const MenuEntry& entry) {
  BootChoice choice;
  choice.kernel = entry.kernel_path;
  choice.initrds = entry.initrd_paths;
  choice.command_line = CommandLineOf(entry);
  if (entry.kind == bls::EntryKind::kUnified) choice.section_command_line = choice.command_line;
  return choice;
}

// Why a kexec cannot do what booting the entry would; "" if it can.
std::string Obstacle(const Root& root, const MenuEntry& entry) {
  if (!entry.uncertainty.empty()) return entry.uncertainty;
  if (entry.name.counter)
    return entry.file + ": boots of this entry are counted (" + std::to_string(entry.name.counter->left) +
           " left), which only the boot loader and systemd-bless-boot can do: it is marked good after one good boot";
  return bls::FindCompanions(root, entry);
}

std::string OtherProgram(const MenuEntry& entry) {
  return entry.file + ": " + entry.kernel + " is an EFI program that is not a Linux kernel with its initrd";
}

// Titles that are the same get the version, then the machine-id, then the id appended.
std::vector<std::string> UniqueTitles(const MenuEntries& entries) {
  std::vector<std::string> titles;
  for (const MenuEntry& entry : entries) titles.push_back(entry.title);
  using Addition = std::string (*)(const MenuEntry&);
  constexpr std::array<Addition, 3> kAdditions = {
      [](const MenuEntry& entry) { return entry.version; },
      [](const MenuEntry& entry) { return entry.machine_id.substr(0, 8); },
      [](const MenuEntry& entry) { return bls::IdOf(entry); },
  };
  for (Addition addition : kAdditions) {
    std::map<std::string, size_t> count;
    for (const std::string& title : titles) ++count[title];
    for (size_t i = 0; i < entries.size(); ++i)
      if (std::string text = addition(entries[i]); count[titles[i]] > 1 && !text.empty())
        titles[i] += " (" + text + ")";
  }
  return titles;
}

// Everything the boot loader would see now.
struct State {
  bls::Scan scan;
  std::vector<std::string> titles;
  bls::Requests requests;
  bls::Chosen chosen;

  EntryName NameOf(size_t index) const {
    return {titles[index], bls::IdOf(scan.entries[index]), std::to_string(index)};
  }
};

State ReadState(const Root& root, const std::vector<Mount>& mounts, const std::string& machine) {
  State state;
  bls::LoaderTraits loader{Architecture(root, machine), LoaderVersion(root)};
  state.scan = bls::IsProxmox(root) ? bls::ScanProxmox(root)
                                    : bls::ScanPartitions(root, bls::FindPartitions(root, mounts), loader);
  state.titles = UniqueTitles(state.scan.entries);
  state.requests = ReadRequests(root, state.scan.configuration, loader.version);
  state.chosen = bls::Choose(state.scan.entries, state.requests);
  return state;
}

// The order of the menu is not known when a file's place in it is not. Entries that compare equal come as they lie in
// their directory.
void CheckOrder(const State& state) {
  const MenuEntries& entries = state.scan.entries;
  for (const MenuEntry& entry : entries)
    if (!entry.place_known) throw Error(entry.uncertainty);
  if (!state.chosen.index || *state.chosen.index + 1 >= entries.size()) return;
  const MenuEntry& chosen = entries[*state.chosen.index];
  const MenuEntry& next = entries[*state.chosen.index + 1];
  if (bls::CompareEntries(chosen, next) == 0)
    throw Error(chosen.file + ": systemd-boot sorts " + next.file + " as equal to it: rename one of them");
}

void CheckRequests(const State& state) {
  if (!state.chosen.saves) return;
  throw Error("boot loader entry " + bls::IdOf(state.scan.entries[*state.chosen.index]) +
              ": booting it would make it the saved entry (default @saved), which only the boot loader can record");
}

void FillEntry(const Root& root, const State& state, size_t index, NextBoot& boot) {
  const MenuEntry& entry = state.scan.entries[index];
  boot.entry = state.NameOf(index);
  boot.files.push_back(entry.file);
  for (const std::string& note : entry.notes) boot.notes.push_back(entry.file + ": " + note);
  if (entry.kind == bls::EntryKind::kOtherProgram && entry.uncertainty.empty()) {
    boot.result = BootResult::kOtherSystem;
    boot.problem = OtherProgram(entry);
    return;
  }
  boot.words = WordsOf(entry);
  boot.problem = Obstacle(root, entry);
  if (!boot.problem.empty()) return;
  boot.choice = ChoiceOf(entry);
  boot.result = BootResult::kLinux;
  if (root.Exists(EfiVariablePath(LoaderVariable("LoaderEntryOneShot"))))
    boot.changes.push_back(DeleteEfiVariable{LoaderVariable("LoaderEntryOneShot")});
}

void FillDefault(const Root& root, const State& state, NextBoot& boot) {
  const bls::Chosen& chosen = state.chosen;
  boot.why = chosen.why;
  if (const std::string& uncertainty = state.requests.configured.uncertainty; !uncertainty.empty())
    throw Error(uncertainty);
  CheckOrder(state);
  if (!chosen.automatic.empty()) {
    boot.result = BootResult::kOtherSystem;
    boot.problem = chosen.why + ": boots " + chosen.automatic + ", which is not Linux";
  } else if (!chosen.index) {
    boot.result = BootResult::kNothing;
    boot.problem = "systemd-boot: has no entry that boots: install a kernel";
  } else {
    CheckRequests(state);
    bls::CheckFirmwareExtras(root);
    FillEntry(root, state, *chosen.index, boot);
  }
}

size_t IndexOf(const State& state, const std::string& path) {
  for (size_t i = 0; i < state.scan.entries.size(); ++i)
    if (std::to_string(i) == path) return i;
  throw Error("menu entry \"" + path + "\": there is none with that path: kexec-helper list");
}

MenuNode NodeOf(const Root& root, const State& state, size_t index) {
  const MenuEntry& entry = state.scan.entries[index];
  MenuNode node;
  node.name = state.NameOf(index);
  bool other = entry.kind == bls::EntryKind::kOtherProgram && entry.uncertainty.empty();
  node.problem = other ? OtherProgram(entry) : Obstacle(root, entry);
  if (node.problem.empty()) node.words = WordsOf(entry);
  return node;
}

}  // namespace

SystemdBoot::SystemdBoot(const Root& root, std::vector<Mount> mounts, std::string machine)
    : root_(root), mounts_(std::move(mounts)), machine_(std::move(machine)) {}

Menu SystemdBoot::ReadMenu() const {
  State state = ReadState(root_, mounts_, machine_);
  Menu menu;
  for (size_t i = 0; i < state.scan.entries.size(); ++i) menu.entries.push_back(NodeOf(root_, state, i));
  NextBoot next = FindNextBoot(std::nullopt);
  menu.default_problem = next.problem;
  if (next.result == BootResult::kLinux) menu.default_path = next.entry->path;
  return menu;
}

NextBoot SystemdBoot::FindNextBoot(const std::optional<std::string>& entry_path) const {
  NextBoot boot;
  try {
    State state = ReadState(root_, mounts_, machine_);
    boot.files = state.scan.files;
    boot.notes = state.scan.notes;
    if (!entry_path) {
      FillDefault(root_, state, boot);
    } else {
      boot.why = "asked for by name";
      bls::CheckFirmwareExtras(root_);
      FillEntry(root_, state, IndexOf(state, *entry_path), boot);
    }
  } catch (const Error& error) {
    boot.result = BootResult::kUnknown;
    boot.choice.reset();
    boot.problem = error.what();
  }
  return boot;
}

std::string SystemdBoot::FindEntryPath(const std::string& wanted) const {
  State state = ReadState(root_, mounts_, machine_);
  using Matches = bool (*)(const EntryName&, const std::string&);
  constexpr std::array<Matches, 3> kMatches = {
      [](const EntryName& name, const std::string& text) { return name.path == text; },
      [](const EntryName& name, const std::string& text) { return name.id == bls::LowerCase(text); },
      [](const EntryName& name, const std::string& text) { return name.title == text; },
  };
  for (Matches matches : kMatches)
    for (size_t i = 0; i < state.scan.entries.size(); ++i)
      if (matches(state.NameOf(i), wanted)) return std::to_string(i);
  throw Error("menu entry \"" + wanted + "\": there is none with that path, id or title: kexec-helper list");
}

OneTimeRequest SystemdBoot::AskOnce(const std::string& entry_path, const std::vector<StateChange>& /*before*/) const {
  State state = ReadState(root_, mounts_, machine_);
  const std::string id = bls::IdOf(state.scan.entries[IndexOf(state, entry_path)]);
  const std::string name = LoaderVariable("LoaderEntryOneShot");
  state.requests.one_shot = id;
  bls::Chosen chosen = bls::Choose(state.scan.entries, state.requests);
  if (!chosen.index || std::to_string(*chosen.index) != entry_path)
    throw Error("systemd-boot would not take entry " + id + " for one boot");
  return {SetEfiVariable{name, EncodeUtf16(id)}, {name, id}};
}

std::string SystemdBoot::OneShotRequest() const {
  const std::string name = LoaderVariable("LoaderEntryOneShot");
  try {
    auto entry = ReadEfiText(root_, name);
    if (!entry || entry->empty()) return "";
    return "the EFI variable LoaderEntryOneShot: entry " + *entry +
           " was chosen for the next boot (bootctl set-oneshot '' takes it back)";
  } catch (const Error& error) {
    return std::string(error.what()) + ": whether an entry was chosen for the next boot is not known";
  }
}

}  // namespace kexec_helper
