#include "survey/running_entry.h"

#include "image/boot_image.h"
#include "image/command_line.h"
#include "sys/error.h"

namespace kexec_helper {

namespace {

// BOOT_IMAGE= counts: two files may hold the same build.
std::string Comparable(const std::string& command_line) { return WithoutKexecWords(command_line); }

class Search {
 public:
  Search(const Root& root, const BootLoader& loader, const KernelState& kernel, const std::string& command_line)
      : root_(root), loader_(loader), kernel_(kernel), command_line_(Comparable(command_line)) {}

  bool IsRunningEntry(const NextBoot& boot) const {
    return boot.entry && boot.choice && HasCommandLine(boot.words) && IsRunning(*boot.choice);
  }

  std::optional<NextBoot> Among(const std::vector<MenuNode>& entries) const {
    for (const MenuNode& node : entries) {
      auto found = node.submenu ? Among(node.entries) : Try(node);
      if (found) return found;
    }
    return std::nullopt;
  }

 private:
  std::optional<NextBoot> Try(const MenuNode& node) const {
    if (!HasCommandLine(node.words)) return std::nullopt;
    NextBoot boot = loader_.FindNextBoot(node.name.path);
    return IsRunningEntry(boot) ? std::optional(std::move(boot)) : std::nullopt;
  }

  bool HasCommandLine(const std::optional<LoaderWords>& words) const {
    return words && Comparable(words->command_line) == command_line_;
  }

  // The image's own words on its build are those of the running kernel (linux: init/version.c,
  // arch/x86/boot/version.c).
  bool IsRunning(const BootChoice& choice) const {
    try {
      const std::string build = OpenBootImage(root_, choice, kernel_).kernel_build;
      return build.starts_with(kernel_.release + " ") && build.ends_with(" " + kernel_.build);
    } catch (const Error&) {
      return false;  // it would not boot either
    }
  }

  const Root& root_;
  const BootLoader& loader_;
  const KernelState& kernel_;
  const std::string command_line_;
};

}  // namespace

RunningEntry FindRunningEntry(const Root& root, const BootLoader& loader, const KernelState& kernel,
                              const std::string& command_line, const NextBoot& next) {
  if (kernel.build.empty()) return {std::nullopt, "which Linux is running is not known"};
  try {
    const Search search(root, loader, kernel, command_line);
    if (search.IsRunningEntry(next)) return {next, ""};
    auto found = search.Among(loader.ReadMenu().entries);
    if (found) return {std::move(found), ""};
    return {std::nullopt,
            "no entry of " + loader.Name() + " starts the running Linux " + kernel.release + " as it was started"};
  } catch (const Error& error) {
    return {std::nullopt, error.what()};
  }
}

}  // namespace kexec_helper
