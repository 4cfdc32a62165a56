// GRUB's names of files.
#pragma once

#include <optional>
#include <string>

namespace kexec_helper::grub {

// A file on a device: "hd0,gpt2" and "/boot/vmlinuz".
struct FilePath {
  std::string device;
  std::string path;

  std::string Text() const { return "(" + device + ")" + path; }

  friend bool operator==(const FilePath&, const FilePath&) = default;
  friend auto operator<=>(const FilePath&, const FilePath&) = default;
};

// "(hd0,1)/x" or "/x", which lies on `root`. nullopt if no device is known or a parenthesis is open; the path may be
// empty or lack its slash, what that means is up to the caller.
inline std::optional<FilePath> ParseFilePath(const std::string& word, const std::string& root) {
  if (word.empty() || word[0] != '(') {
    if (root.empty()) return std::nullopt;
    return FilePath{root, word};
  }
  size_t end = word.find(')');
  if (end == std::string::npos || end == 1) return std::nullopt;
  return FilePath{word.substr(1, end - 1), word.substr(end + 1)};
}

}  // namespace kexec_helper::grub
