// A record as a JSON file, for the other files of this folder.
#pragma once

#include <nlohmann/json.hpp>
#include <optional>

#include "sys/error.h"
#include "sys/root.h"

namespace kexec_helper {

NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(FileStamp, size, modified)

// nullopt if the file is missing. Throws Error, nlohmann::json::exception.
inline std::optional<nlohmann::json> ReadJson(const Root& root, const char* path) {
  constexpr size_t kMaxBytes = 256 << 10;
  auto text = root.ReadIfPresent(path, kMaxBytes);
  if (!text) return std::nullopt;
  return nlohmann::json::parse(*text);
}

// nullopt if the file is missing or corrupt.
template <typename Record>
std::optional<Record> ReadRecord(const Root& root, const char* path) {
  try {
    auto json = ReadJson(root, path);
    if (!json) return std::nullopt;
    return json->get<Record>();
  } catch (const Error&) {
  } catch (const nlohmann::json::exception&) {
  }
  return std::nullopt;
}

// Throws SystemError.
template <typename Record>
void WriteRecord(const Root& root, const char* path, const Record& record) {
  nlohmann::json json = record;
  // A command line may hold bytes that are no UTF-8.
  root.WriteAtomically(path, json.dump(2, ' ', false, nlohmann::json::error_handler_t::replace) + "\n");
}

}  // namespace kexec_helper
