#include "bootloader/grub/menu/grub_loader.h"

#include <utility>

#include "bootloader/grub/disks/environment_block.h"
#include "bootloader/grub/disks/mounted_files.h"
#include "bootloader/grub/menu/esp_stub.h"
#include "bootloader/grub/menu/evaluate.h"
#include "bootloader/grub/menu/installed_release.h"
#include "sys/error.h"

namespace kexec_helper {

namespace {

constexpr const char* kEnvironment = "/grubenv";

// What a file will hold; nullopt if it is not changed.
std::optional<std::string> ContentAfter(const std::vector<StateChange>& changes, const std::string& path) {
  std::optional<std::string> content;
  for (const StateChange& change : changes)
    if (const auto* file = std::get_if<OverwriteFile>(&change); file && file->path == path) content = file->content;
  return content;
}

// EFI is detected by /sys/firmware/efi, which also selects $grub_cpu on a PC.
grub::Platform ReadPlatform(const Root& root, const std::string& machine, const grub::MountedFiles& files) {
  bool efi = root.Exists("/sys/firmware/efi");
  std::string cpu = machine == "aarch64" ? "arm64" : efi ? "x86_64" : "i386";
  return {cpu, efi ? "efi" : "pc", files.Find(kGrubDirectory), grub::InstalledRelease(root)};
}

LoaderWords WordsOf(const grub::LinuxKernel& kernel) {
  LoaderWords words{kernel.kernel.word, {}, grub::QuoteArguments(kernel.arguments), grub::CommandLine(kernel)};
  for (const grub::LoadedFile& initrd : kernel.initrds) words.initrds.push_back(initrd.word);
  return words;
}

BootChoice FilesOf(const grub::LinuxKernel& kernel, const grub::MountedFiles& files) {
  BootChoice choice;
  choice.kernel = files.Locate(kernel.kernel.file.device, kernel.kernel.file.path);
  for (const grub::LoadedFile& initrd : kernel.initrds) {
    if (initrd.wrapped) throw Error(kernel.where + ": initrd " + initrd.word + ": only GRUB can wrap a file like this");
    choice.initrds.push_back(files.Locate(initrd.file.device, initrd.file.path));
  }
  choice.command_line = grub::CommandLine(kernel);
  choice.may_be_unified = false;  // `linux` wants a kernel's own header (GRUB: loader/i386/linux.c)
  return choice;
}

// grubenv as GRUB would have left it.
void AddChanges(const grub::BootEvaluation& evaluation, const grub::MountedFiles& files, NextBoot& boot) {
  for (const auto& [place, block] : evaluation.changed_blocks) {
    try {
      boot.changes.push_back(OverwriteFile{files.Locate(place.device, place.path), block.text()});
    } catch (const Error& error) {
      boot.unchanged.push_back(std::string("GRUB's environment is not up to date: ") + error.what());
    }
  }
}

void Fill(grub::BootEvaluation evaluation, const grub::MountedFiles& files, NextBoot& boot) {
  boot.entry = evaluation.entry;
  boot.why = evaluation.why;
  boot.problem = evaluation.refusal;
  boot.files.assign(files.read_files().begin(), files.read_files().end());
  if (evaluation.kernel) {
    boot.words = WordsOf(*evaluation.kernel);
    boot.choice = FilesOf(*evaluation.kernel, files);
    boot.result = BootResult::kLinux;
  } else {
    boot.result = evaluation.other_system ? BootResult::kOtherSystem : BootResult::kNothing;
  }
  AddChanges(evaluation, files, boot);
  boot.warnings = std::move(evaluation.warnings);
  boot.notes = std::move(evaluation.problems);
}

std::vector<MenuNode> NodesOf(const std::vector<grub::MenuNode>& nodes) {
  std::vector<MenuNode> result;
  for (const grub::MenuNode& node : nodes) {
    MenuNode& made = result.emplace_back();
    made.name = node.name;
    made.submenu = node.submenu;
    if (node.kernel) made.words = WordsOf(*node.kernel);
    made.problem = node.problem;
    made.entries = NodesOf(node.entries);
  }
  return result;
}

}  // namespace

GrubLoader::GrubLoader(const Root& root, std::vector<Mount> mounts, std::string machine)
    : root_(root), mounts_(std::move(mounts)), machine_(std::move(machine)) {}

Menu GrubLoader::ReadMenu() const {
  grub::MountedFiles files(root_, mounts_);
  grub::MenuTree tree = grub::EvaluateMenu(files, ReadPlatform(root_, machine_, files));
  return {NodesOf(tree.entries), tree.default_path, tree.default_problem};
}

NextBoot GrubLoader::FindNextBoot(const std::optional<std::string>& entry_path) const {
  NextBoot boot;
  try {
    grub::MountedFiles files(root_, mounts_);
    grub::Platform platform = ReadPlatform(root_, machine_, files);
    std::vector<std::string> warnings;
    if (platform.name == "efi") grub::CheckEspStub(root_, files, platform.directory.device, warnings);
    Fill(grub::EvaluateBoot(files, platform, entry_path), files, boot);
    boot.warnings.insert(boot.warnings.end(), warnings.begin(), warnings.end());
  } catch (const Error& error) {
    boot.problem = error.what();
  }
  return boot;
}

std::string GrubLoader::FindEntryPath(const std::string& wanted) const {
  grub::MountedFiles files(root_, mounts_);
  return grub::FindEntryPath(grub::EvaluateMenu(files, ReadPlatform(root_, machine_, files)).entries, wanted);
}

OneTimeRequest GrubLoader::AskOnce(const std::string& entry_path, const std::vector<StateChange>& before) const {
  grub::MountedFiles files(root_, mounts_);
  grub::Platform platform = ReadPlatform(root_, machine_, files);
  grub::FilePath place = platform.directory;
  place.path += kEnvironment;
  const std::string path = files.Locate(place.device, place.path);
  auto block =
      grub::EnvironmentBlock::Parse(ContentAfter(before, path).value_or(root_.Read(path, grub::kMaxEnvironmentBytes)));
  if (!block) throw Error(path + ": is no environment block of GRUB's: grub-editenv " + path + " create");
  auto former = block->Find(grub::kNextEntry);
  // By its place: the numbers are those of the menu that is there now, and this is the last moment before the boot.
  if (!block->Set(grub::kNextEntry, entry_path)) throw Error(path + ": has no room for another entry");
  files.Pretend(place, block->text());
  auto entry = grub::EvaluateBoot(files, platform).entry;
  if (!entry || entry->path != entry_path)
    throw Error("GRUB's menu does not follow next_entry in " + path + ": GRUB_DEFAULT or a script of /etc/grub.d");
  return {OverwriteFile{path, block->text()}, {path, entry_path, former.has_value(), former.value_or("")}};
}

std::string GrubLoader::OneShotRequest() const {
  const std::string path = std::string(kGrubDirectory) + kEnvironment;
  try {
    auto text = root_.ReadIfPresent(path, grub::kMaxEnvironmentBytes);
    auto block = text ? grub::EnvironmentBlock::Parse(std::move(*text)) : std::nullopt;
    std::string entry = block ? block->Find(grub::kNextEntry).value_or("") : "";
    if (entry.empty()) return "";
    return path + ": grub-reboot has chosen entry " + entry +
           " for the next boot, which these settings do not follow: grub-editenv - unset next_entry takes it back";
  } catch (const Error& error) {
    return std::string(error.what()) + ": whether grub-reboot has chosen an entry is not known";
  }
}

}  // namespace kexec_helper
