#include "grub/regular_expression.h"

#include <clocale>

namespace kexec_helper::grub {

namespace {

// This thread's locale is UTF-8 while it lives. Without the locale, which Debian's libc-bin has, bytes are characters.
class Utf8 {
 public:
  Utf8() : locale_(::newlocale(LC_CTYPE_MASK, "C.UTF-8", nullptr)) {
    if (locale_) before_ = ::uselocale(locale_);
  }
  ~Utf8() {
    if (!locale_) return;
    ::uselocale(before_);
    ::freelocale(locale_);
  }
  Utf8(const Utf8&) = delete;
  Utf8& operator=(const Utf8&) = delete;

 private:
  locale_t locale_;
  locale_t before_ = nullptr;
};

}  // namespace

std::unique_ptr<RegularExpression> RegularExpression::Compile(const std::string& expression) {
  Utf8 utf8;
  std::unique_ptr<RegularExpression> result(new RegularExpression);
  result->compiled_ = ::regcomp(&result->regex_, expression.c_str(), REG_EXTENDED) == 0;
  if (!result->compiled_) return nullptr;
  return result;
}

RegularExpression::~RegularExpression() {
  if (compiled_) ::regfree(&regex_);
}

std::optional<RegularExpression::Groups> RegularExpression::Match(const std::string& text) const {
  Utf8 utf8;
  std::vector<regmatch_t> matches(regex_.re_nsub + 1);
  if (::regexec(&regex_, text.c_str(), matches.size(), matches.data(), 0) != 0) return std::nullopt;
  Groups groups;
  for (const regmatch_t& match : matches) {
    groups.emplace_back();
    if (match.rm_so < 0) continue;
    auto start = static_cast<size_t>(match.rm_so);
    groups.back() = text.substr(start, static_cast<size_t>(match.rm_eo) - start);
  }
  return groups;
}

}  // namespace kexec_helper::grub
