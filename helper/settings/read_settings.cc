#include "settings/read_settings.h"

#include <algorithm>
#include <cerrno>
#include <chrono>

#include "settings/assignments.h"
#include "sys/error.h"
#include "sys/shell.h"

namespace kexec_helper {

namespace {

constexpr size_t kMaxBytes = 256 << 10;
constexpr std::chrono::seconds kShellLimit{10};

const std::vector<std::string>& Names() {
  static const std::vector<std::string> names = {
      "LOAD_KEXEC",        "KERNEL_IMAGE", "INITRD",          "APPEND",       "PANIC_TIMEOUT",
      "BOOT_TIMEOUT",      "MAX_KEXECS",   "USE_GRUB_CONFIG", "KEXEC_ANYWAY", "FALLBACK",
      "LOAD_CRASH_KERNEL", "WATCHDOG",     "WATCHDOG_TIMEOUT"};
  return names;
}

using Check = std::function<void(const std::string& path)>;

// A name that run-parts(8) passes over, and that neither dpkg nor an editor has left.
bool LooksMeant(const std::string& name) {
  return !name.starts_with(".") && !name.starts_with("#") && !name.ends_with("~") &&
         name.find(".dpkg-") == std::string::npos && name.find(".ucf-") == std::string::npos;
}

std::vector<ShellFile> ReadFiles(const Root& root, const Check& check, std::vector<std::string>& warnings) {
  std::vector<ShellFile> files;
  if (auto text = root.ReadIfPresent(kSettingsFile, kMaxBytes)) files.push_back({kSettingsFile, *text});
  if (!files.empty()) check(kSettingsFile);
  for (const std::string& name : root.List(kSettingsDirectory)) {
    std::string path = std::string(kSettingsDirectory) + "/" + name;
    if (!IsRunPartsName(name)) {
      if (LooksMeant(name))
        warnings.push_back(path + ": not read: names in kexec.d are those of run-parts(8), letters, digits, _ and -");
      continue;
    }
    try {
      files.push_back({path, root.Read(path, kMaxBytes)});
      check(path);
    } catch (const SystemError& error) {
      if (error.error_number() != EISDIR) throw;  // run-parts passes over directories
    }
  }
  return files;
}

// False when one of them needs a shell. Every file is looked at, so that damage is reported with its line either way.
bool ReadPlainly(const std::vector<ShellFile>& files, Assignments& assignments) {
  bool plain = true;
  for (const ShellFile& file : files) plain = ReadAssignments(file.path, file.text, assignments) && plain;
  return plain;
}

Assignments ReadByShell(const std::vector<ShellFile>& files, std::vector<std::string>& warnings) {
  std::string where;
  for (const ShellFile& file : files) where += (where.empty() ? "" : ", ") + file.path;
  ShellResult result = SourceFiles(files, Names(), kShellLimit);
  if (!result.messages.empty()) warnings.push_back(where + ": /bin/sh says: " + result.messages);
  Assignments assignments;
  for (const auto& [name, value] : result.variables) assignments[name] = {value, where, 0};
  return assignments;
}

}  // namespace

bool IsRunPartsName(const std::string& name) {
  return !name.empty() && std::all_of(name.begin(), name.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
  });
}

SettingsRead ReadSettings(const Root& root, const Check& check) {
  SettingsRead read;
  std::vector<ShellFile> files = ReadFiles(root, check, read.warnings);
  Assignments assignments;
  if (!ReadPlainly(files, assignments)) {
    if (!root.IsRunningSystem())
      throw Error(std::string(kSettingsFile) + ": needs a shell to be read, and nothing of another root is run here");
    assignments = ReadByShell(files, read.warnings);
  }
  read.settings = InterpretSettings(assignments);
  return read;
}

}  // namespace kexec_helper
