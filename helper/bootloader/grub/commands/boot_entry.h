// The boot entries of GRUB's blscfg (GRUB 2.14: commands/blsuki.c). They have the format that systemd-boot reads too
// (bootloader/bls), but hardly a rule of it is the same.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "bootloader/grub/runtime/environment.h"
#include "bootloader/grub/runtime/menu.h"
#include "bootloader/grub/script/source.h"

namespace kexec_helper::grub {

struct EntryField {
  std::string key;
  std::string value;
  int line = 0;
};

struct EntryFile {
  std::string name;  // "debian-6.12.conf"
  std::string path;  // on its file system
  std::vector<EntryField> fields;

  // The first field of that key, nullptr if there is none.
  const EntryField* Find(const std::string& key) const;
};

// The fields up to the first line that is blank or has no value. A value goes on to the end of its line, blanks there
// included. Pure but for the reader.
std::vector<EntryField> ReadEntryFields(LineReader& reader);

// Sorts by name, the newest first. Throws Error for two names that count as the same: GRUB then passes over one of
// them and over some of the other entries, which ones depends on the directory's order. Pure.
void SortEntryFiles(std::vector<EntryFile>& files);

// Puts variables into a value as blscfg does: $name, without braces or quotes, ends before a character that is no
// letter, digit or _, and gets a blank after it, which replaces a blank that was there. nullopt if nothing remains.
std::optional<std::string> ExpandField(const std::string& value, const Environment& environment);

// Whether a value of `default` names the entry for --show-default: by its file's name, title, or place among the files.
// That is not how the menu finds its default. Pure.
bool IsDefaultEntry(const std::string& value, const EntryFile& file, size_t index);

// What blscfg adds to the menu; nullopt for an entry without `linux`. Throws Error for a variable that is not known.
std::optional<MenuEntry> MakeMenuEntry(const EntryFile& file, const Environment& environment);

}  // namespace kexec_helper::grub
