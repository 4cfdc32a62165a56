#include "bootloader/grub/commands/test_expression.h"

#include <cstdint>
#include <optional>

#include "bootloader/grub/disks/file_path.h"
#include "bootloader/grub/script/characters.h"
#include "bootloader/grub/script/number.h"

namespace kexec_helper::grub {

namespace {

constexpr int kMaxDepth = 100;  // GRUB: MAX_TEST_RECURSION_DEPTH

// Version numbers after a common prefix: vmlinuz-2 comes before vmlinuz-11.
bool PrefixedLess(const std::string& a, const std::string& b) {
  size_t at = 0;
  while (at < a.size() && at < b.size() && a[at] == b[at]) ++at;
  if (at > 0) {
    --at;
    while (at > 0 && (at >= a.size() || IsDigit(a[at]))) --at;
    ++at;
  }
  auto number = [at](const std::string& text) { return ReadNumber(text.substr(std::min(at, text.size()))).value; };
  return number(a) < number(b);
}

// A comparison of strings or numbers; nullopt if `operation` is not one.
std::optional<bool> Compare(const std::string& a, const std::string& operation, const std::string& b) {
  if (operation == "=" || operation == "==") return a == b;
  if (operation == "!=") return a != b;
  if (operation == "<") return a < b;
  if (operation == "<=") return a <= b;
  if (operation == ">") return a > b;
  if (operation == ">=") return a >= b;
  if (operation == "-eq") return ReadSigned(a) == ReadSigned(b);
  if (operation == "-ge") return ReadSigned(a) >= ReadSigned(b);
  if (operation == "-gt") return ReadSigned(a) > ReadSigned(b);
  if (operation == "-le") return ReadSigned(a) <= ReadSigned(b);
  if (operation == "-lt") return ReadSigned(a) < ReadSigned(b);
  if (operation == "-ne") return ReadSigned(a) != ReadSigned(b);
  if (operation == "-plt") return PrefixedLess(a, b);
  if (operation == "-pgt") return PrefixedLess(b, a);
  return std::nullopt;
}

class TestParser {
 public:
  TestParser(const std::vector<std::string>& words, const Files& files, const std::string& root)
      : words_(words), files_(files), root_(root) {}

  bool Parse() {
    bool before_or = false;
    bool value = true;
    bool inverted = false;
    auto update = [&](bool result) {
      value = value && result != inverted;
      inverted = false;
    };
    while (at_ < words_.size()) {
      if (auto result = ThreeWords()) {
        update(*result);
        at_ += 3;
      } else if (auto two = TwoWords()) {
        update(*two);
        at_ += 2;
      } else {
        const std::string& word = words_[at_++];
        if (word == ")") {
          if (depth_ > 0) --depth_;
          break;
        }
        if (word == "(") {
          if (++depth_ > kMaxDepth) break;
          update(Parse());
        } else if (word == "!") {
          inverted = !inverted;
        } else if (word == "-o") {
          before_or = before_or || value;
          value = true;
        } else if (word != "-a") {
          update(!word.empty());
        }
      }
    }
    return before_or || value;
  }

 private:
  std::optional<bool> ThreeWords() const {
    if (at_ + 2 >= words_.size()) return std::nullopt;
    const std::string& a = words_[at_];
    const std::string& operation = words_[at_ + 1];
    const std::string& b = words_[at_ + 2];
    if (auto result = Compare(a, operation, b)) return result;
    // "-nt60": 60 seconds are added to the first file's time.
    bool newer = operation.compare(0, 3, "-nt") == 0;
    if (!newer && operation.compare(0, 3, "-ot") != 0) return std::nullopt;
    auto first = Find(a);
    auto second = Find(b);
    if (!first || !second) return newer ? first && !second : !first && second;
    int64_t time = first->mtime + ReadSigned(operation.substr(3));
    return newer ? time > second->mtime : time < second->mtime;
  }

  std::optional<bool> TwoWords() const {
    if (at_ + 1 >= words_.size()) return std::nullopt;
    const std::string& operation = words_[at_];
    const std::string& name = words_[at_ + 1];
    if (operation == "-n") return !name.empty();
    if (operation == "-z") return name.empty();
    if (operation != "-d" && operation != "-e" && operation != "-f" && operation != "-s") return std::nullopt;
    if (operation == "-s") return HasContent(name);
    auto info = Find(name);
    return info && (operation == "-e" || info->directory == (operation == "-d"));
  }

  // The one test that opens the file.
  bool HasContent(const std::string& name) const {
    auto place = ParseFilePath(name, root_);
    if (!place || place->path.empty() || place->path[0] != '/') return false;
    auto info = files_.Stat(place->device, place->path);
    return info && !info->directory && info->size != 0;
  }

  // A slash at the end is ignored; the device alone is its root directory; a name without any slash lies there.
  std::optional<FileInfo> Find(const std::string& name) const {
    auto place = ParseFilePath(name, root_);
    if (!place) return std::nullopt;
    std::string& path = place->path;
    while (!path.empty() && path.back() == '/') path.pop_back();
    if (path.find('/') == std::string::npos) path = "/" + path;
    if (path[0] != '/') return std::nullopt;
    return files_.Lstat(place->device, path);
  }

  const std::vector<std::string>& words_;
  const Files& files_;
  const std::string& root_;
  size_t at_ = 0;
  int depth_ = 0;
};

}  // namespace

bool TestExpression(const std::vector<std::string>& words, const Files& files, const std::string& root) {
  return TestParser(words, files, root).Parse();
}

}  // namespace kexec_helper::grub
