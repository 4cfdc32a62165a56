// libFuzzer target: any bytes as GRUB's configuration. An input is the text of grub.cfg; behind a line "#### /path"
// stands the text of another file. Whatever it holds, the evaluator gives an answer or throws Error, in bounded time
// and memory.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "bootloader/grub/menu/evaluate.h"
#include "memory_files.h"
#include "sys/error.h"

namespace {

using namespace kexec_helper;
using grub::MemoryFiles;

constexpr const char* kDirectory = "/boot/grub";
constexpr std::string_view kSeparator = "#### /";
constexpr size_t kBlockBytes = 1024;

void Require(bool condition) {
  if (!condition) std::abort();
}

// A short grubenv gets the usual size, so that there is room for save_env.
void PutFile(MemoryFiles& files, const std::string& path, std::string content) {
  if (path.empty() || path[0] != '/' || path.back() == '/' || path.find("//") != std::string::npos) return;
  bool block = path.size() > 7 && path.compare(path.size() - 7, 7, "grubenv") == 0;
  if (block && content.size() < kBlockBytes) content.resize(kBlockBytes, '#');
  files.Put(path, std::move(content));
}

MemoryFiles FilesOf(const std::string& input) {
  MemoryFiles files;
  std::string path = std::string(kDirectory) + "/grub.cfg";
  std::string content;
  for (size_t at = 0; at < input.size();) {
    size_t end = std::min(input.find('\n', at), input.size() - 1) + 1;
    std::string line = input.substr(at, end - at);
    if (line.compare(0, kSeparator.size(), kSeparator) == 0) {
      PutFile(files, path, std::exchange(content, ""));
      path = line.substr(kSeparator.size() - 1, line.find('\n') - kSeparator.size() + 1);
    } else {
      content += line;
    }
    at = end;
  }
  PutFile(files, path, content);
  return files;
}

void CheckBoot(const MemoryFiles& files, const grub::BootEvaluation& boot) {
  Require(boot.kernel.has_value() == boot.refusal.empty());
  if (!boot.kernel) return;
  std::vector<grub::LoadedFile> loaded = boot.kernel->initrds;
  loaded.push_back(boot.kernel->kernel);
  for (const grub::LoadedFile& file : loaded) {
    auto info = files.Stat(file.file.device, file.file.path);
    Require(info && !info->directory);
  }
  Require(grub::CommandLine(*boot.kernel).compare(0, 11, "BOOT_IMAGE=") == 0);
  for (const auto& [path, block] : boot.changed_blocks) {
    auto info = files.Stat(path.device, path.path);
    Require(info && info->size == block.text().size());
    Require(grub::EnvironmentBlock::Parse(block.text()).has_value());
  }
}

// Every entry can be named by its path. The path of the last one that boots something.
void CheckMenu(const std::vector<grub::MenuNode>& all, const std::vector<grub::MenuNode>& entries, std::string& last) {
  for (const grub::MenuNode& node : entries) {
    CheckMenu(all, node.entries, last);
    if (node.submenu) continue;
    Require(grub::FindEntryPath(all, node.name.path) == node.name.path);
    Require(node.kernel.has_value() || !node.problem.empty());
    if (node.kernel) last = node.name.path;
  }
}

template <typename Step>
void Try(const Step& step) {
  try {
    step();
  } catch (const Error& error) {
    Require(error.what()[0] != '\0');
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  MemoryFiles files = FilesOf(std::string(reinterpret_cast<const char*>(data), size));
  grub::Platform pc{"i386", "pc", {MemoryFiles::kRoot, kDirectory}};
  grub::Platform efi{"x86_64", "efi", {MemoryFiles::kRoot, kDirectory}};
  std::string entry;
  Try([&] { CheckBoot(files, grub::EvaluateBoot(files, pc)); });
  Try([&] {
    grub::MenuTree tree = grub::EvaluateMenu(files, efi);
    CheckMenu(tree.entries, tree.entries, entry);
  });
  if (!entry.empty()) Try([&] { CheckBoot(files, grub::EvaluateBoot(files, efi, entry)); });
  return 0;
}
