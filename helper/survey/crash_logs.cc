#include "survey/crash_logs.h"

#include <sys/stat.h>

#include <algorithm>
#include <cerrno>

#include "image/pe.h"
#include "records/records.h"
#include "sys/error.h"

namespace kexec_helper {

namespace {

constexpr const char* kCrash = "/var/crash";
constexpr const char* kKeptByPstore = "/var/lib/systemd/pstore";
constexpr const char* kPstore = "/sys/fs/pstore";
constexpr uint64_t kTailBytes = 256 << 10;

struct Candidate {
  std::string path;
  std::time_t time = 0;
};

void CollectIfAllowed(const Root& root, const std::string& directory, int depth, std::vector<Candidate>& found);

// Below another root (--root) the owner of that directory counts as root.
bool OnlyRootWrites(const Root& root, const struct stat& status) {
  return (status.st_uid == 0 || status.st_uid == root.Lstat("/")->st_uid) && !(status.st_mode & (S_IWGRP | S_IWOTH));
}

// Regular files whose name begins with dmesg, as deep as the tools make directories.
void Collect(const Root& root, const std::string& directory, int depth, std::vector<Candidate>& found) {
  for (const std::string& name : root.List(directory)) {
    std::string path = directory + "/" + name;
    auto status = root.Lstat(path);
    if (!status || !OnlyRootWrites(root, *status)) continue;
    if (S_ISDIR(status->st_mode) && depth > 0) CollectIfAllowed(root, path, depth - 1, found);
    if (S_ISREG(status->st_mode) && name.starts_with("dmesg")) found.push_back({path, status->st_mtime});
  }
}

void CollectIfAllowed(const Root& root, const std::string& directory, int depth, std::vector<Candidate>& found) {
  try {
    Collect(root, directory, depth, found);
  } catch (const SystemError& error) {
    if (error.error_number() != EACCES) throw;  // for root's eyes only
  }
}

std::vector<Candidate> Candidates(const Root& root) {
  std::vector<Candidate> found;
  CollectIfAllowed(root, kCrash, 1, found);
  CollectIfAllowed(root, kKeptByPstore, 2, found);
  CollectIfAllowed(root, kPstore, 0, found);
  return found;
}

std::string Tail(const Root& root, const std::string& path) {
  RegularFile file = root.OpenRegular(path);
  uint64_t size = file.stamp.size, skipped = size - std::min(size, kTailBytes);
  return SliceReader(file.fd.get(), path)({skipped, size - skipped});
}

// Without the level that pstore has before a line, "<6>".
std::string WithoutLevel(std::string_view line) {
  size_t end = line.starts_with('<') ? line.find('>') : std::string_view::npos;
  return std::string(end > 4 ? line : line.substr(end + 1));  // npos is more as well
}

bool BeginsReport(std::string_view line) {
  for (std::string_view words : {"BUG: ", "Oops: ", "general protection fault", "sysrq: Trigger a crash",
                                 "Unable to handle kernel", "kernel BUG at", "Internal error: ", "watchdog: BUG"})
    if (line.find(words) != std::string_view::npos) return true;
  return false;
}

}  // namespace

std::vector<std::string> MeaningfulLines(std::string_view log) {
  constexpr size_t kLast = 3;
  std::vector<std::string> all;
  std::string report, panic;
  for (size_t at = 0; at < log.size();) {
    size_t end = std::min(log.find('\n', at), log.size());
    std::string line = WithoutLevel(log.substr(at, end - at));
    at = end + 1;
    if (line.find_first_not_of(" \t\r") == std::string::npos) continue;
    if (BeginsReport(line) && panic.empty()) report = line;
    if (line.find("Kernel panic - not syncing") != std::string::npos && panic.empty()) panic = line;
    all.push_back(std::move(line));
  }
  std::vector<std::string> lines;
  if (!report.empty()) lines.push_back(report);
  if (!panic.empty()) lines.push_back(panic);
  if (lines.empty()) lines.assign(all.end() - static_cast<std::ptrdiff_t>(std::min(kLast, all.size())), all.end());
  return lines;
}

std::optional<CrashLog> FindCrashLog(const Root& root) {
  std::vector<Candidate> found = Candidates(root);
  std::stable_sort(found.begin(), found.end(), [](const auto& a, const auto& b) { return a.time > b.time; });
  for (const Candidate& candidate : found) {
    try {
      return CrashLog{candidate.path, TimeText(candidate.time), MeaningfulLines(Tail(root, candidate.path))};
    } catch (const Error&) {
      continue;
    }
  }
  return std::nullopt;
}

}  // namespace kexec_helper
