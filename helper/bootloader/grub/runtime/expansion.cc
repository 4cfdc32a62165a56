#include "bootloader/grub/runtime/expansion.h"

#include <utility>

#include "bootloader/grub/runtime/wildcard.h"
#include "bootloader/grub/script/characters.h"
#include "bootloader/grub/script/limits.h"
#include "bootloader/grub/script/number.h"
#include "sys/error.h"

namespace kexec_helper::grub {

namespace {

void CheckLength(size_t bytes) {
  if (bytes > kMaxCommandBytes) throw Error("the menu's script needs too much memory: is there an endless loop?");
}

// Words that grow at their end. One that nothing was ever added to is not there: the next takes its place.
class WordBuilder {
 public:
  void Begin() {
    if (words_.empty() || words_.back()) words_.emplace_back();
  }

  void Append(const std::string& text) {
    CheckLength(bytes_ += text.size());
    if (!words_.back()) words_.back().emplace();
    *words_.back() += text;
  }

  // The pieces between blanks become words of their own, the first continues the current one.
  void AppendSplit(const std::string& value) {
    bool first = true;
    for (size_t at = 0; at < value.size();) {
      if (IsSpace(value[at])) {
        ++at;
        continue;
      }
      size_t end = at;
      while (end < value.size() && !IsSpace(value[end])) ++end;
      if (!first) Begin();
      Append(value.substr(at, end - at));
      first = false;
      at = end;
    }
  }

  std::vector<std::string> Finish() {
    std::vector<std::string> words;
    for (auto& word : words_)
      if (word) words.push_back(std::move(*word));
    return words;
  }

 private:
  std::vector<std::optional<std::string>> words_;
  size_t bytes_ = 0;
};

// In the value of a bare variable * and ? are wildcards unless a backslash stands before them, which then has to
// survive.
std::string EscapeBackslashes(const std::string& value) {
  std::string escaped;
  for (size_t i = 0; i < value.size(); ++i) {
    if (value[i] == '\\') {
      escaped += '\\';
      if (i + 1 < value.size() && (value[i + 1] == '?' || value[i + 1] == '*')) escaped += '\\';
    }
    escaped += value[i];
  }
  return escaped;
}

std::string Joined(const std::vector<std::string>& words) {
  std::string text;
  for (size_t i = 0; i < words.size(); ++i) text += (i ? " " : "") + words[i];
  return text;
}

bool IsParameterName(const std::string& name) { return IsDigit(name[0]) || name == "#" || name == "*" || name == "@"; }

// The words a variable stands for: several only for $* and $@ and, split, for a bare one.
std::vector<std::string> ValuesOf(const std::string& name, bool quoted, const Environment& environment,
                                  const Parameters& parameters) {
  WordBuilder values;
  values.Begin();
  auto add = [&](const std::string& value) { quoted ? values.Append(value) : values.AppendSplit(value); };
  if (!IsParameterName(name)) {
    std::string value = environment.Value(name);
    if (!value.empty()) add(value);
  } else if (!parameters) {
    return {};
  } else if (name == "#") {
    values.Append(std::to_string(parameters->size()));
  } else if (name == "*" && quoted) {
    if (!parameters->empty()) values.Append(Joined(*parameters));
  } else if (name == "*" || name == "@") {
    for (const std::string& parameter : *parameters) {
      values.Begin();
      add(parameter);
    }
  } else {
    uint64_t number = ReadNumber(name, 10).value;
    if (number != 0 && number <= parameters->size()) add((*parameters)[number - 1]);
  }
  return values.Finish();
}

// $"text" without a translation: \$ is a dollar sign, \\ a backslash, variables are put in.
std::string Translated(const std::string& text, const Environment& environment, const Parameters& parameters) {
  std::string result;
  bool escaped = false;
  for (size_t at = 0; at < text.size();) {
    char c = text[at];
    if (c == '\\') {
      escaped = !escaped;
      if (!escaped) result += '\\';
      ++at;
      continue;
    }
    if (c != '$' || escaped) {
      if (c != '$' && escaped) result += '\\';
      escaped = false;
      result += c;
      ++at;
      continue;
    }
    bool braces = text.compare(at + 1, 1, "{") == 0;
    size_t start = at + (braces ? 2 : 1);
    size_t length = braces ? text.find('}', start) - start : VariableNameLength(text, start);
    if (braces && text.find('}', start) == std::string::npos) {
      at = start - 1;
      continue;
    }
    std::string name = text.substr(start, length);
    if (name == "#" && parameters)
      result += std::to_string(parameters->size());
    else if (!name.empty() && name != "*" && name != "@")
      CheckLength((result += environment.Value(name)).size());
    else if (!braces)
      result += '$' + name;
    at = start + length + (braces ? 1 : 0);
  }
  return result;
}

void AppendPart(WordBuilder& builder, const WordPart& part, const Environment& environment,
                const Parameters& parameters) {
  using Kind = WordPart::Kind;
  switch (part.kind) {
    case Kind::kText:
      builder.Append(part.text);
      break;
    case Kind::kDoubleQuoted:
    case Kind::kSingleQuoted:
      builder.Append(EscapeWildcards(part.text));
      break;
    case Kind::kTranslated:
      builder.Append(EscapeWildcards(Translated(part.text, environment, parameters)));
      break;
    case Kind::kBlock:
      builder.Append("{" + EscapeWildcards(part.text) + "}");
      break;
    case Kind::kVariable:
    case Kind::kQuotedVariable: {
      bool quoted = part.kind == Kind::kQuotedVariable;
      bool first = true;
      for (const std::string& value : ValuesOf(part.text, quoted, environment, parameters)) {
        if (!first) builder.Begin();
        builder.Append(quoted ? EscapeWildcards(value) : EscapeBackslashes(value));
        first = false;
      }
      break;
    }
  }
}

}  // namespace

Expanded Expand(const std::vector<Word>& words, const Environment& environment, const Parameters& parameters,
                const Files& files) {
  Expanded expanded;
  WordBuilder builder;
  for (const Word& word : words) {
    builder.Begin();
    for (const WordPart& part : word.parts) AppendPart(builder, part, environment, parameters);
    if (word.block) expanded.block = word.block;
  }
  const std::string root = environment.Value("root");
  for (const std::string& word : builder.Finish()) {
    if (auto matches = ExpandWildcards(word, files, root))
      for (std::string& match : *matches) expanded.words.push_back(std::move(match));
    else
      expanded.words.push_back(UnescapeWildcards(word));
  }
  return expanded;
}

}  // namespace kexec_helper::grub
