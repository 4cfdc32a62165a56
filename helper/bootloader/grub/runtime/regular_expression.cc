#include "bootloader/grub/runtime/regular_expression.h"

#include <algorithm>
#include <clocale>
#include <cstdint>

#include "bootloader/grub/script/characters.h"
#include "bootloader/grub/script/number.h"
#include "sys/error.h"

namespace kexec_helper::grub {

namespace {

constexpr uint64_t kMax = 1000;  // characters, repetitions

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

// {m,n} multiplies the expression in memory, one inside the other, too.
static void CheckEffort(const std::string& expression) {
  uint64_t repetitions = 1;
  bool refers_back = false;
  for (size_t i = 0; i < expression.size(); ++i) {
    if (expression[i] == '\\' && ++i < expression.size()) refers_back = refers_back || IsDigit(expression[i]);
    if (i >= expression.size() || expression[i] != '{') continue;
    size_t end = std::min(expression.find('}', i), expression.size());
    size_t comma = expression.rfind(',', end);
    size_t number = comma != std::string::npos && comma > i ? comma + 1 : i + 1;
    repetitions =
        std::min(repetitions * std::max<uint64_t>(ReadNumber(expression.substr(number), 10).value, 1), kMax + 1);
  }
  if (expression.size() > kMax || repetitions > kMax || refers_back)
    throw Error("regular expression \"" + expression.substr(0, 40) + "\": could take too long to match");
}

std::unique_ptr<RegularExpression> RegularExpression::Compile(const std::string& expression) {
  CheckEffort(expression);
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
