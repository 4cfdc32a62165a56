#include "decision/command_line.h"

#include <algorithm>

#include "image/command_line.h"

namespace kexec_helper {

namespace {

constexpr std::string_view kBootImage = "BOOT_IMAGE=";

// Modes of sysvinit and systemd, and of recovery entries.
constexpr std::string_view kOneBootWords[] = {"single", "s",        "S",        "1",         "rescue", "emergency",
                                              "-b",     "recovery", "rd.break", "rd.rescue", "break",  "rd.emergency"};
constexpr std::string_view kOneBootPrefixes[] = {
    "init=",        "rdinit=", "systemd.unit=", "rd.systemd.unit=", "systemd.mask=",        "rd.systemd.mask=",
    "systemd.run=", "break=",  "rd.break=",     "elfcorehdr=",      "systemd.debug_shell=", "systemd.debug-shell="};
// Where a value says that it is for every day.
constexpr std::string_view kNormalBootWords[] = {"init=/sbin/init",
                                                 "init=/lib/systemd/systemd",
                                                 "init=/usr/lib/systemd/systemd",
                                                 "init=/usr/sbin/init",
                                                 "systemd.unit=multi-user.target",
                                                 "systemd.unit=graphical.target",
                                                 "systemd.unit=default.target"};

bool IsOneBootWord(std::string_view word) {
  for (std::string_view usual : kNormalBootWords)
    if (word == usual) return false;
  for (std::string_view one : kOneBootWords)
    if (word == one) return true;
  for (std::string_view prefix : kOneBootPrefixes)
    if (word.starts_with(prefix)) return true;
  return false;
}

// What follows "--" is init's.
std::vector<std::string_view> KernelWords(std::string_view command_line) {
  std::vector<std::string_view> words = Words(command_line);
  words.erase(std::find(words.begin(), words.end(), "--"), words.end());
  return words;
}

// The value of the last NAME=value; "" if there is none.
std::string_view LastValue(std::string_view command_line, std::string_view name) {
  std::string_view value;
  for (std::string_view word : KernelWords(command_line))
    if (word.starts_with(name)) value = word.substr(name.size());
  return value;
}

// "@" of "noatime,subvol=@" and "subvol="; "" if there is none.
std::string Option(std::string_view options, const std::string& key) {
  size_t at = ("," + std::string(options)).find("," + key);
  if (at == std::string::npos) return "";
  std::string_view value = options.substr(at + key.size());
  return std::string(value.substr(0, value.find(',')));
}

// What a btrfs root is mounted from, against what the command line mounts: "" if they agree or the line has no say.
std::string OtherSubvolume(std::string_view flags, const Mount& root) {
  std::string name = Option(flags, "subvol=");
  if (!name.empty() && !name.starts_with('/')) name = "/" + name;
  if (!name.empty() && name != root.root) return name;
  std::string id = Option(flags, "subvolid="), running = Option(root.options, "subvolid=");
  return !id.empty() && !running.empty() && id != running ? "number " + id : "";
}

// The dataset of root=ZFS=pool/dataset and root=zfs:pool/dataset; "" for anything else.
std::string Dataset(std::string_view device) {
  for (std::string_view prefix : {"ZFS=", "zfs=", "zfs:"})
    if (device.starts_with(prefix)) return std::string(device.substr(prefix.size()));
  return "";
}

std::string ChangedRoot(const std::string& running, const std::string& mounted) {
  return "the running root is " + running + " and the current command line mounts " + mounted + ": it is not reused";
}

// "rd.shell", "rd.shell=1"
bool IsNamed(std::string_view word, std::string_view name) {
  return word.starts_with(name) && (word.size() == name.size() || word[name.size()] == '=');
}

// The kernel takes quotes away before init sees the word.
std::string WithoutQuotes(std::string_view word) {
  std::string bare(word);
  std::erase(bare, '"');
  return bare;
}

bool HasKernelWord(std::string_view command_line, std::string_view name) {
  return std::ranges::any_of(KernelWords(command_line), [&](std::string_view word) { return IsNamed(word, name); });
}

// With `added` for the kernel, unless it has a word of that name.
std::string WithWords(const std::string& command_line, std::string_view name, const std::string& added) {
  if (HasKernelWord(command_line, name)) return command_line;
  for (std::string_view word : Words(command_line)) {
    auto at = static_cast<size_t>(word.data() - command_line.data());
    if (word == "--") return command_line.substr(0, at) + added + " " + command_line.substr(at);
  }
  return command_line.empty() ? added : command_line + " " + added;
}

}  // namespace

std::string FindOneBootWord(std::string_view command_line) {
  for (std::string_view word : Words(command_line))
    if (std::string bare = WithoutQuotes(word); IsOneBootWord(bare)) return bare;
  return "";
}

std::string FindChangedRoot(std::string_view command_line, const std::vector<Mount>& mounts) {
  const Mount* root = MountOf(mounts, "/");
  if (!root) return "";
  if (root->type == "overlay" || root->type == "aufs")
    return "the root file system is an overlay: the current command line is not reused for what lies under it";
  if (root->type == "btrfs")
    if (std::string other = OtherSubvolume(LastValue(command_line, "rootflags="), *root); !other.empty())
      return ChangedRoot("the subvolume " + root->root, "subvolume " + other);
  constexpr std::string_view kMapper = "/dev/mapper/";
  const std::string device = WithoutQuotes(LastValue(command_line, "root="));
  if (device.starts_with(kMapper) && root->source.starts_with(kMapper) && device != root->source)
    return ChangedRoot(root->source, device);
  std::string dataset = Dataset(device);
  if (root->type == "zfs" && !dataset.empty() && dataset != "AUTO" && dataset != root->source)
    return ChangedRoot("the dataset " + root->source, dataset);
  return "";
}

std::string CrashCommandLine(std::string_view current) {
  static const std::vector<std::string> kDropped = {"BOOT_IMAGE=",
                                                    "initrd=",
                                                    "crashkernel=",
                                                    "elfcorehdr=",
                                                    "init=",
                                                    "rdinit=",
                                                    "break",
                                                    "rd.break",
                                                    "rd.shell",
                                                    "rd.emergency",
                                                    "rd.systemd.unit=",
                                                    "systemd.",
                                                    "panic=",
                                                    "hugepages",
                                                    "default_hugepagesz=",
                                                    "hugetlb_cma=",
                                                    "cma=",
                                                    "mem=",
                                                    "isolcpus=",
                                                    "nohz_full=",
                                                    "rcu_nocbs=",
                                                    "nr_cpus=",
                                                    "maxcpus=",
                                                    "possible_cpus=",
                                                    "log_buf_len=",
                                                    "quiet",
                                                    "splash"};
  std::string line;
  for (std::string_view word : Words(current)) {
    if (word == "--") break;  // what follows is init's
    line += (line.empty() ? "" : " ") + std::string(word);
  }
  line = WithoutWords(line, kDropped);
  return line + (line.empty() ? "" : " ") +
         "nr_cpus=1 irqpoll reset_devices panic=10 rd.shell=0 rd.emergency=reboot init=" + kSaveCrash;
}

std::string ReuseCommandLine(std::string_view current, std::string_view boot_image) {
  while (!current.empty() && IsCommandLineSpace(current.back())) current.remove_suffix(1);
  std::string rest;
  for (size_t at = 0; at < current.size();) {
    size_t word_end = WordEnd(current, at);
    size_t next = word_end;
    while (next < current.size() && IsCommandLineSpace(current[next])) ++next;
    if (!current.substr(at).starts_with(kBootImage)) rest += current.substr(at, next - at);
    at = next;
  }
  if (boot_image.empty()) return rest;
  std::string result = std::string(kBootImage) + std::string(boot_image);
  return rest.empty() ? result : result + " " + rest;
}

std::string RootOf(std::string_view command_line) {
  return std::string(LastValue(command_line, "root=")) + " " + std::string(LastValue(command_line, "rootflags="));
}

std::string WithPanicTimeout(const std::string& command_line, int seconds, InitrdKind initrd) {
  std::string added = "panic=" + std::to_string(seconds);
  if (initrd == InitrdKind::kDracut && !HasKernelWord(command_line, "rd.shell") &&
      !HasKernelWord(command_line, "rd.emergency"))
    added += " rd.shell=0 rd.emergency=reboot";
  return WithWords(command_line, "panic", added);
}

std::string WithOpenTimeout(const std::string& command_line, int seconds) {
  return WithWords(command_line, kOpenTimeout, std::string(kOpenTimeout) + "=" + std::to_string(seconds));
}

}  // namespace kexec_helper
