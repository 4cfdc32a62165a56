#include "decision/command_line.h"

namespace kexec_helper {

namespace {

constexpr std::string_view kBootImage = "BOOT_IMAGE=";

bool IsSpace(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }

// Where the word that starts at `at` ends.
size_t WordEnd(std::string_view text, size_t at) {
  bool quoted = false;
  for (; at < text.size() && (quoted || !IsSpace(text[at])); ++at)
    if (text[at] == '"') quoted = !quoted;
  return at;
}

// As they are written.
std::vector<std::string_view> Words(std::string_view command_line) {
  std::vector<std::string_view> words;
  for (size_t at = 0; at < command_line.size();) {
    size_t end = WordEnd(command_line, at);
    std::string_view word = command_line.substr(at, end - at);
    if (!word.empty()) words.push_back(word);
    at = end + 1;
  }
  return words;
}

// Modes of sysvinit and systemd, and of recovery entries.
constexpr std::string_view kOneBootWords[] = {"single", "s",        "S",        "1",         "rescue", "emergency",
                                              "-b",     "recovery", "rd.break", "rd.rescue", "break",  "rd.emergency"};
constexpr std::string_view kOneBootPrefixes[] = {
    "init=",        "rdinit=", "systemd.unit=", "rd.systemd.unit=", "systemd.mask=",        "rd.systemd.mask=",
    "systemd.run=", "break=",  "rd.break=",     "elfcorehdr=",      "systemd.debug_shell=", "systemd.debug-shell="};
// Where a value says that it is for every day.
constexpr std::string_view kEveryDay[] = {"init=/sbin/init",
                                          "init=/lib/systemd/systemd",
                                          "init=/usr/lib/systemd/systemd",
                                          "init=/usr/sbin/init",
                                          "systemd.unit=multi-user.target",
                                          "systemd.unit=graphical.target",
                                          "systemd.unit=default.target"};

bool IsOneBootWord(std::string_view word) {
  for (std::string_view usual : kEveryDay)
    if (word == usual) return false;
  for (std::string_view one : kOneBootWords)
    if (word == one) return true;
  for (std::string_view prefix : kOneBootPrefixes)
    if (word.starts_with(prefix)) return true;
  return false;
}

// The value of the last NAME=value; "" if there is none.
std::string_view LastValue(std::string_view command_line, std::string_view name) {
  std::string_view value;
  for (std::string_view word : Words(command_line)) {
    if (word == "--") break;  // what follows is init's
    if (word.starts_with(name)) value = word.substr(name.size());
  }
  return value;
}

// "/@" of "noatime,subvol=@"; "" if there is none.
std::string Subvolume(std::string_view flags) {
  constexpr std::string_view kKey = "subvol=";
  size_t at = ("," + std::string(flags)).find("," + std::string(kKey));
  if (at == std::string::npos) return "";
  std::string_view name = flags.substr(at + kKey.size());
  name = name.substr(0, name.find(','));
  return name.starts_with('/') ? std::string(name) : "/" + std::string(name);
}

}  // namespace

std::string FindOneBootWord(std::string_view command_line) {
  for (std::string_view word : Words(command_line))
    if (IsOneBootWord(word)) return std::string(word);
  return "";
}

std::string FindChangedRoot(std::string_view command_line, const std::vector<Mount>& mounts) {
  const Mount* root = MountOf(mounts, "/");
  if (!root) return "";
  if (root->type == "overlay" || root->type == "aufs")
    return "the root file system is an overlay: the current command line is not used again for what lies under it";
  std::string subvolume = Subvolume(LastValue(command_line, "rootflags="));
  if (root->type == "btrfs" && !subvolume.empty() && subvolume != root->root)
    return "the running root is the subvolume " + root->root + " and the current command line mounts " + subvolume +
           ": it is not used again";
  constexpr std::string_view kMapper = "/dev/mapper/";
  std::string_view device = LastValue(command_line, "root=");
  if (device.starts_with(kMapper) && root->source.starts_with(kMapper) && device != root->source)
    return "the running root is " + root->source + " and the current command line mounts " + std::string(device) +
           ": it is not used again";
  return "";
}

std::string WithoutWords(std::string_view command_line, const std::vector<std::string>& prefixes) {
  std::string rest;
  for (std::string_view word : Words(command_line)) {
    bool dropped = false;
    for (const std::string& prefix : prefixes) dropped = dropped || word.starts_with(prefix);
    if (!dropped) rest += (rest.empty() ? "" : " ") + std::string(word);
  }
  return rest;
}

std::string ReuseCommandLine(std::string_view current, std::string_view boot_image) {
  while (!current.empty() && IsSpace(current.back())) current.remove_suffix(1);
  std::string rest;
  for (size_t at = 0; at < current.size();) {
    size_t word_end = WordEnd(current, at);
    size_t next = word_end;
    while (next < current.size() && IsSpace(current[next])) ++next;
    if (!current.substr(at).starts_with(kBootImage)) rest += current.substr(at, next - at);
    at = next;
  }
  if (boot_image.empty()) return rest;
  std::string result = std::string(kBootImage) + std::string(boot_image);
  return rest.empty() ? result : result + " " + rest;
}

std::string WithPanicTimeout(const std::string& command_line, int seconds) {
  constexpr std::string_view kPanic = "panic=";
  std::string word = std::string(kPanic) + std::to_string(seconds);
  for (size_t at = 0, end; at < command_line.size(); at = end + 1) {
    end = WordEnd(command_line, at);
    if (command_line.compare(at, kPanic.size(), kPanic) == 0) return command_line;
    if (command_line.compare(at, end - at, "--") == 0)
      return command_line.substr(0, at) + word + " " + command_line.substr(at);
  }
  return command_line.empty() ? word : command_line + " " + word;
}

}  // namespace kexec_helper
