#include "breaker/attempts.h"

#include "records/json_file.h"

namespace kexec_helper {

// NOLINTBEGIN(readability-identifier-naming): the library looks for these names.
void to_json(nlohmann::json& json, const Attempt& attempt) {
  json = {{"kernel", attempt.kernel},   {"kernel_version", attempt.kernel_version},
          {"build", attempt.build},     {"stamp", attempt.stamp},
          {"initrds", attempt.initrds}, {"command_line", attempt.command_line},
          {"boot_id", attempt.boot_id}, {"time", attempt.time},
          {"cause", attempt.cause}};
}

// What kexec-helper 0.1.0 did not keep may be missing.
void from_json(const nlohmann::json& json, Attempt& attempt) {
  json.at("kernel").get_to(attempt.kernel);
  json.at("kernel_version").get_to(attempt.kernel_version);
  json.at("stamp").get_to(attempt.stamp);
  json.at("boot_id").get_to(attempt.boot_id);
  json.at("time").get_to(attempt.time);
  attempt.build = json.value("build", "");
  attempt.initrds = json.value("initrds", std::vector<FileStamp>());
  attempt.command_line = json.value("command_line", "");
  attempt.cause = json.value("cause", "");
}
// NOLINTEND(readability-identifier-naming)

namespace {

constexpr int kFormat = 1;  // 0.1.0 wrote the list alone
constexpr const char* kList = "failed";

// Each by itself, so that one that is damaged takes no other along.
Failures FailuresIn(const nlohmann::json& list) {
  Failures failures;
  size_t damaged = 0;
  for (const nlohmann::json& one : list) {
    try {
      failures.known.push_back(one.get<Attempt>());
    } catch (const nlohmann::json::exception&) {
      ++damaged;
    }
  }
  if (damaged != 0) failures.problem = std::to_string(damaged) + " of " + std::to_string(list.size()) + " are damaged";
  return failures;
}

Failures ParseFailures(const nlohmann::json& file) {
  if (file.is_array()) return FailuresIn(file);
  if (!file.is_object() || file.value("format", 0) != kFormat || !file.contains(kList) || !file[kList].is_array())
    return {{}, "the file has another format"};
  return FailuresIn(file[kList]);
}

}  // namespace

std::optional<Attempt> ReadAttempt(const Root& root) { return ReadRecord<Attempt>(root, kAttempt); }

Failures ReadFailures(const Root& root) {
  Failures failures;
  try {
    if (auto file = ReadJson(root, kFailures)) failures = ParseFailures(*file);
  } catch (const Error& error) {
    failures.problem = error.what();
  } catch (const nlohmann::json::exception&) {
    failures.problem = "the file is damaged";
  }
  if (!failures.problem.empty())
    failures.problem = std::string("kernels whose kexec failed may not be known: ") + kFailures + ": " +
                       failures.problem + ": kexec-helper reset-failed starts a new record";
  return failures;
}

void WriteAttempt(const Root& root, const Attempt& attempt) { WriteRecord(root, kAttempt, attempt); }

void WriteFailures(const Root& root, std::vector<Attempt> failures) {
  constexpr size_t kMax = 20;
  if (failures.size() > kMax) failures.erase(failures.begin(), failures.end() - kMax);
  WriteRecord(root, kFailures, nlohmann::json{{"format", kFormat}, {kList, failures}});
}

}  // namespace kexec_helper
