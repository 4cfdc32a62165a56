#include "bootloader/grub/runtime/wildcard.h"

#include <string_view>

#include "bootloader/grub/disks/file_path.h"
#include "bootloader/grub/runtime/regular_expression.h"
#include "sys/error.h"

namespace kexec_helper::grub {

namespace {

constexpr size_t kMaxDirectories = 1000;

using Names = std::vector<std::string>;

// The part of a path up to the next directory with a wildcard: [start, plain_end) has none, [plain_end, end) is the
// name with the wildcard; both ends are the same when there is none any more.
struct Segment {
  size_t plain_end = 0;
  size_t end = 0;
};

Segment NextSegment(const std::string& word, size_t start) {
  Segment segment{start, start};
  bool wildcard = false;
  for (; segment.end < word.size(); ++segment.end) {
    char c = word[segment.end];
    if (c == '\\' && segment.end + 1 < word.size()) {
      ++segment.end;
    } else if (c == '*' || c == '?') {
      wildcard = true;
    } else if (c == '/') {
      if (wildcard) break;
      segment.plain_end = segment.end + 1;
    }
  }
  if (!wildcard) segment.plain_end = segment.end;
  return segment;
}

std::string Expression(const std::string& wildcard) {
  std::string expression = "^";
  for (size_t i = 0; i < wildcard.size(); ++i) {
    char c = wildcard[i];
    if (c == '\\') {
      expression += c;
      if (i + 1 < wildcard.size()) expression += wildcard[++i];
    } else if (c == '*') {
      expression += ".*";
    } else if (c == '?') {
      expression += '.';
    } else {
      if (std::string_view(".()@+|{}[]").find(c) != std::string_view::npos) expression += '\\';
      expression += c;
    }
  }
  return expression + "$";
}

std::string PlainDirectory(const std::string& text) {
  std::string plain;
  for (size_t i = 0; i < text.size(); ++i) {
    bool escape = text[i] == '\\' && i + 1 < text.size() &&
                  std::string_view("*.\\|+{}[]?").find(text[i + 1]) != std::string_view::npos;
    plain += escape ? text[++i] : text[i];
  }
  return plain;
}

class Expansion {
 public:
  Expansion(const Files& files, const std::string& root) : files_(files), root_(root) {}

  std::optional<Names> Expand(const std::string& word) {
    std::optional<Names> paths;
    bool matched = false;
    for (size_t start = 0; start < word.size();) {
      Segment segment = NextSegment(word, start);
      std::string plain = word.substr(start, segment.plain_end - start);
      if (segment.plain_end == segment.end) {
        paths = Append(std::move(paths), UnescapeWildcards(plain), matched);
      } else {
        auto pattern =
            RegularExpression::Compile(Expression(word.substr(segment.plain_end, segment.end - segment.plain_end)));
        if (!pattern) return std::nullopt;
        matched = true;
        paths = Match(paths, plain, *pattern, word[start] == '(');
      }
      if (!paths) return std::nullopt;
      start = segment.end;
    }
    return paths;
  }

 private:
  // What follows a wildcard has to exist; what stands before one is taken as it is.
  std::optional<Names> Append(std::optional<Names> paths, const std::string& plain, bool matched) const {
    if (!paths) return Names{plain};
    Names kept;
    for (const std::string& path : *paths) {
      std::string longer = path + plain;
      size_t slash = matched ? longer.rfind('/') : std::string::npos;
      if (slash == std::string::npos || Exists(longer.substr(0, slash), longer.substr(slash + 1)))
        kept.push_back(longer);
    }
    if (kept.empty()) return std::nullopt;
    return kept;
  }

  std::optional<Names> Match(const std::optional<Names>& paths, const std::string& plain,
                             const RegularExpression& pattern, bool partitions) {
    Names found;
    if (!paths && plain.empty())
      found = MatchDevices(pattern, partitions);
    else
      for (const std::string& path : paths.value_or(Names{""}))
        MatchFiles(path + PlainDirectory(plain), pattern, found);
    if (found.empty()) return std::nullopt;
    return found;
  }

  Names MatchDevices(const RegularExpression& pattern, bool partitions) const {
    Names found;
    for (const std::string& device : files_.Devices()) {
      std::string name = "(" + device + ")";
      if ((partitions || device.find(',') == std::string::npos) && pattern.Match(name)) found.push_back(name);
    }
    return found;
  }

  void MatchFiles(const std::string& directory, const RegularExpression& pattern, Names& found) {
    if (++directories_ > kMaxDirectories)
      throw Error(directory + ": a wildcard over more than " + std::to_string(kMaxDirectories) + " directories");
    auto place = ParseFilePath(directory, root_);
    if (!place) return;
    Listing listing = files_.List(place->device, place->path);
    size_t before = found.size();
    for (const std::string& name : listing.names)
      if (pattern.Match(name)) found.push_back(directory + name);
    if (found.size() > before + 1 && !listing.ordered)
      throw Error(directory + ": a wildcard matches several files, and only GRUB knows in which order: name the file");
  }

  bool Exists(const std::string& directory, const std::string& name) const {
    auto place = ParseFilePath(directory, root_);
    if (!place) return false;
    return files_.Lstat(place->device, place->path + "/" + name).has_value();
  }

  const Files& files_;
  const std::string& root_;
  size_t directories_ = 0;
};

}  // namespace

std::optional<std::vector<std::string>> ExpandWildcards(const std::string& word, const Files& files,
                                                        const std::string& root) {
  if (word.empty() || (word[0] != '/' && word[0] != '(' && word[0] != '*')) return std::nullopt;
  return Expansion(files, root).Expand(word);
}

std::string EscapeWildcards(const std::string& text) {
  std::string escaped;
  for (char c : text) {
    if (c == '*' || c == '\\' || c == '?') escaped += '\\';
    escaped += c;
  }
  return escaped;
}

std::string UnescapeWildcards(const std::string& text) {
  std::string plain;
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\\' && ++i == text.size()) break;
    plain += text[i];
  }
  return plain;
}

}  // namespace kexec_helper::grub
