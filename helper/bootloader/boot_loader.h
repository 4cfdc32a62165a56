// The boot loader of a machine, whichever it is: its menu, and what it would boot next.
#pragma once

#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "image/boot_choice.h"

namespace kexec_helper {

// An entry of the menu. `path` counts from 0, "1>2" is the third entry of the second one, a submenu.
struct EntryName {
  std::string title;
  std::string id;
  std::string path;

  friend bool operator==(const EntryName&, const EntryName&) = default;
};

// What an entry starts, in the boot loader's own names.
struct LoaderWords {
  std::string kernel;
  std::vector<std::string> initrds;
  std::string arguments;     // of the kernel, without what the boot loader adds
  std::string command_line;  // with it
};

enum class BootResult {
  kLinux,        // a kernel that kexec can start
  kOtherSystem,  // a hypervisor, another boot loader, the firmware's setup: what the administrator has set up
  kNothing,      // it boots nothing: it ends at its menu or prompt
  kUnknown,      // it cannot be evaluated without doubt
};

// Changes of what the boot loader keeps from one boot to the next.
struct OverwriteFile {
  std::string path;     // of this system
  std::string content;  // as long as the file is
};
struct DeleteEfiVariable {
  std::string name;  // with its vendor's GUID
};
struct SetEfiVariable {
  std::string name;   // with its vendor's GUID
  std::string value;  // bytes
};
using StateChange = std::variant<OverwriteFile, DeleteEfiVariable, SetEfiVariable>;

// Where a request to the boot loader to boot one entry, at its next boot only, stands, and how it is taken back.
struct RequestPlace {
  std::string place;              // the path of GRUB's environment, or the name of an EFI variable
  std::string value;              // what stands there
  bool had_record = false;        // in GRUB's environment, where one that is used up stays as an empty record
  std::string former_value = {};  // of that record; not empty where GRUB cannot write, and so uses nothing up

  friend bool operator==(const RequestPlace&, const RequestPlace&) = default;
};

struct OneTimeRequest {
  StateChange change;  // makes it
  RequestPlace place;
};

// What would be booted next, why, and what that rests on.
struct NextBoot {
  BootResult result = BootResult::kUnknown;
  std::optional<EntryName> entry;    // missing when no entry is involved
  std::string why;                   // this entry
  std::optional<LoaderWords> words;  // when the entry starts Linux
  std::optional<BootChoice> choice;  // exactly with kLinux: the same as files of this system
  std::string problem;               // exactly with anything else: "where: what: remedy"
  std::vector<std::string> warnings;
  std::vector<std::string> notes;      // what the boot loader would report and pass over
  std::vector<std::string> files;      // whose content decided: who can write them decides what boots
  std::vector<StateChange> changes;    // by booting it: made in the boot loader's place once the kernel is loaded
  std::vector<std::string> unchanged;  // why some of them cannot be made: warnings once it is booted
};

// One line of the menu. An entry has words or a problem, a submenu has entries.
struct MenuNode {
  EntryName name;
  bool submenu = false;
  std::optional<LoaderWords> words;
  std::string problem;
  std::vector<MenuNode> entries;
};

struct Menu {
  std::vector<MenuNode> entries;
  std::optional<std::string> default_path;  // of what boots next; nullopt when that is no Linux
  std::string default_problem;              // why not
};

// One boot loader as it is installed on this machine. An implementation changes nothing.
class BootLoader {
 public:
  virtual ~BootLoader() = default;

  // "GRUB", "systemd-boot".
  virtual std::string Name() const = 0;

  // The menu with every entry tried. Throws Error.
  virtual Menu ReadMenu() const = 0;

  // What it would boot next, or would if the entry with that path were its default. What goes wrong is the result's
  // problem.
  virtual NextBoot FindNextBoot(const std::optional<std::string>& entry_path) const = 0;

  // The path of the entry that a user means by a path, title or id as `list` shows them. Throws Error when there is
  // none.
  virtual std::string FindEntryPath(const std::string& wanted) const = 0;

  // How it is asked to boot the entry with that path once, after `before` has been changed. Throws Error when it cannot
  // be asked, or would not boot that entry.
  virtual OneTimeRequest AskOnce(const std::string& entry_path, const std::vector<StateChange>& before) const = 0;

  // One sentence when it has been asked for another entry for one boot, which a kexec that does not follow it would
  // skip; else "".
  virtual std::string OneShotRequest() const = 0;

  // True if that request is the EFI variable LoaderEntryOneShot.
  virtual bool ReadsOneShotVariable() const { return false; }
};

}  // namespace kexec_helper
