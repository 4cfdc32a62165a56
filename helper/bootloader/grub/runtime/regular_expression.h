// Regular expressions as GRUB has them.
#pragma once

#include <regex.h>

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace kexec_helper::grub {

// POSIX extended syntax over UTF-8, whatever the locale of this process is: a dot is one character, and no part of an
// invalid one (GRUB: lib/gnulib/regex.c).
class RegularExpression {
 public:
  // Where each group matched, the whole match first; nullopt for a group that took no part.
  using Groups = std::vector<std::optional<std::string>>;

  // nullptr if the expression is invalid. Throws Error when matching it could take for ever: when it is very long,
  // repeats repetitions or refers back.
  static std::unique_ptr<RegularExpression> Compile(const std::string& expression);
  ~RegularExpression();
  RegularExpression(const RegularExpression&) = delete;
  RegularExpression& operator=(const RegularExpression&) = delete;

  // nullopt if the text does not match.
  std::optional<Groups> Match(const std::string& text) const;

 private:
  RegularExpression() = default;

  regex_t regex_ = {};
  bool compiled_ = false;
};

}  // namespace kexec_helper::grub
