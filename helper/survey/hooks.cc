#include "survey/hooks.h"

#include <algorithm>
#include <cctype>

#include "survey/trust.h"
#include "sys/error.h"

namespace kexec_helper {

namespace {

bool IsHookName(const std::string& name) {
  return std::all_of(name.begin(), name.end(), [](unsigned char c) { return std::isalnum(c) || c == '_' || c == '-'; });
}

std::string FindProblem(const Root& root, const std::string& path) {
  try {
    CheckOnlyRootWrites(root, {path});
    root.OpenRegular(path);
    return root.IsExecutable(path) ? "" : path + ": is not executable: chmod a+x " + path;
  } catch (const Error& error) {
    return error.what();
  }
}

}  // namespace

std::vector<Hook> FindHooks(const Root& root) {
  std::vector<Hook> hooks;
  for (const std::string& name : root.List(kHookDirectory)) {
    if (!IsHookName(name)) continue;
    const std::string path = std::string(kHookDirectory) + "/" + name;
    hooks.push_back({path, FindProblem(root, path)});
  }
  return hooks;
}

}  // namespace kexec_helper
