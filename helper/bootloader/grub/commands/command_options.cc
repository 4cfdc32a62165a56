#include "bootloader/grub/commands/command_options.h"

namespace kexec_helper::grub {

namespace {

const OptionSyntax kHelp{"help", 'h'};
const OptionSyntax kUsage{"usage", 'u'};

class OptionParser {
 public:
  OptionParser(const std::vector<OptionSyntax>& syntax, UnknownOptions unknown, const std::vector<std::string>& words,
               ParsedOptions& parsed)
      : syntax_(syntax), unknown_(unknown), words_(words), parsed_(parsed) {}

  OptionsResult Parse(std::string& error) {
    OptionsResult result = OptionsResult::kParsed;
    while (at_ < words_.size() && result == OptionsResult::kParsed) {
      const std::string& word = words_[at_++];
      if (word == "--") {
        while (at_ < words_.size()) parsed_.operands.push_back(words_[at_++]);
      } else if (word.size() < 2 || word[0] != '-') {
        parsed_.operands.push_back(word);
      } else {
        result = word[1] == '-' ? ParseLong(word) : ParseShort(word);
      }
    }
    error = error_;
    return result;
  }

 private:
  template <typename Matches>
  const OptionSyntax* Find(const Matches& matches) const {
    for (const OptionSyntax& option : syntax_)
      if (matches(option)) return &option;
    for (const OptionSyntax* option : {&kHelp, &kUsage})
      if (matches(*option)) return option;
    return nullptr;
  }

  const OptionSyntax* FindLetter(char letter) const {
    return Find([letter](const OptionSyntax& option) { return option.letter != 0 && option.letter == letter; });
  }

  OptionsResult Fail(const std::string& what) {
    error_ = what;
    return OptionsResult::kError;
  }

  OptionsResult Store(const OptionSyntax& option, std::optional<std::string> value) {
    if (&option == &kHelp || &option == &kUsage) return OptionsResult::kHelp;
    if (option.takes_value && !option.optional && !value) return Fail("missing value of --" + option.name);
    parsed_.options[option.name].push_back(std::move(value));
    return OptionsResult::kParsed;
  }

  OptionsResult ParseLong(const std::string& word) {
    size_t equals = word.find('=');
    std::string name = word.substr(2, equals == std::string::npos ? equals : equals - 2);
    const OptionSyntax* option = Find([&name](const OptionSyntax& known) { return known.name == name; });
    if (!option) {
      if (unknown_ == UnknownOptions::kReject) return Fail("unknown argument `" + word + "'");
      parsed_.operands.push_back(word);
      return OptionsResult::kParsed;
    }
    std::optional<std::string> value;
    if (equals != std::string::npos && !option->takes_value)
      return Fail("a value was assigned to the argument `" + word + "' while it doesn't require an argument");
    if (equals != std::string::npos)
      value = word.substr(equals + 1);
    else if (option->takes_value && at_ < words_.size() && (words_[at_].empty() || words_[at_][0] != '-'))
      value = words_[at_++];
    return Store(*option, std::move(value));
  }

  OptionsResult ParseShort(const std::string& word) {
    if (unknown_ == UnknownOptions::kTakeAsOperands)
      for (size_t i = 1; i < word.size(); ++i)
        if (!FindLetter(word[i])) {
          parsed_.operands.push_back(word);
          return OptionsResult::kParsed;
        }
    for (size_t i = 1; i < word.size(); ++i) {
      const OptionSyntax* option = FindLetter(word[i]);
      if (!option) return Fail(std::string("unknown argument `-") + word[i] + "'");
      std::optional<std::string> value;
      bool last = i + 1 == word.size();
      if (last && option->takes_value && at_ < words_.size() &&
          (!option->optional || words_[at_].size() < 2 || words_[at_][0] != '-'))
        value = words_[at_++];
      OptionsResult result = Store(*option, std::move(value));
      if (result != OptionsResult::kParsed) return result;
    }
    return OptionsResult::kParsed;
  }

  const std::vector<OptionSyntax>& syntax_;
  UnknownOptions unknown_;
  const std::vector<std::string>& words_;
  ParsedOptions& parsed_;
  size_t at_ = 0;
  std::string error_;
};

}  // namespace

std::optional<std::string> ParsedOptions::Value(const std::string& name) const {
  auto found = options.find(name);
  return found == options.end() ? std::nullopt : found->second.back();
}

OptionsResult ParseOptions(const std::vector<OptionSyntax>& syntax, UnknownOptions unknown,
                           const std::vector<std::string>& words, ParsedOptions& parsed, std::string& error) {
  return OptionParser(syntax, unknown, words, parsed).Parse(error);
}

}  // namespace kexec_helper::grub
