// Lines of a key and a value, as boot loader entries, loader.conf and os-release have them.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace kexec_helper {

struct KeyValue {
  std::string key;
  std::string value;  // without the quotes around it
  char quote = '\0';  // which those were
};

// The lines of a text up to its first NUL, read as systemd-boot reads them: lines end with LF or CR, blanks and tabs at
// both ends do not count, lines that begin with # or have no value are passed over. Key and value are apart by any of
// `separators`. Pure.
std::vector<KeyValue> ReadKeyValueLines(std::string_view text, std::string_view separators);

}  // namespace kexec_helper
