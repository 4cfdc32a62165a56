// The options of a GRUB command.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace kexec_helper::grub {

struct OptionSyntax {
  std::string name;  // "set" of --set
  char letter = 0;   // 's' of -s; 0: none
  bool takes_value = false;
  bool optional = false;  // of the value
};

// The options of a command line with their values, nullopt where a value was left out, and the rest.
struct ParsedOptions {
  std::map<std::string, std::vector<std::optional<std::string>>> options;
  std::vector<std::string> operands;

  bool Has(const std::string& name) const { return options.count(name) != 0; }
  // The last value given; nullopt when it is not there or has none.
  std::optional<std::string> Value(const std::string& name) const;
};

// Whether an unknown option is an error or an operand.
enum class UnknownOptions { kReject, kTakeAsOperands };

// How parsing ended: --help and --usage, which every command has, end it without an error.
enum class OptionsResult { kParsed, kHelp, kError };

// GRUB: lib/arg.c. `error` says what was wrong.
OptionsResult ParseOptions(const std::vector<OptionSyntax>& syntax, UnknownOptions unknown,
                           const std::vector<std::string>& words, ParsedOptions& parsed, std::string& error);

}  // namespace kexec_helper::grub
