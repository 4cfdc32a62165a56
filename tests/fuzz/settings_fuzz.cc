// libFuzzer target: any bytes as /etc/default/kexec. What is read without a shell must mean the same when it is written
// back in single quotes; everything else is refused with its place.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>

#include "settings/assignments.h"
#include "settings/settings.h"
#include "sys/error.h"

namespace {

using kexec_helper::Assignments;

constexpr const char* kFile = "/etc/default/kexec";

void Require(bool condition) {
  if (!condition) std::abort();
}

std::string Quoted(const std::string& value) {
  std::string quoted = "'";
  for (char c : value) quoted += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return quoted + "'";
}

void WriteBackAndRead(const Assignments& assignments) {
  std::string text;
  for (const auto& [name, assignment] : assignments) text += name + "=" + Quoted(assignment.value) + "\n";
  Assignments again;
  Require(kexec_helper::ReadAssignments(kFile, text, again));
  Require(again.size() == assignments.size());
  for (const auto& [name, assignment] : assignments) Require(again.at(name).value == assignment.value);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  Assignments assignments;
  try {
    bool plain = kexec_helper::ReadAssignments(kFile, {reinterpret_cast<const char*>(data), size}, assignments);
    if (plain) WriteBackAndRead(assignments);
    kexec_helper::InterpretSettings(assignments);
  } catch (const kexec_helper::Error& error) {
    Require(std::string(error.what()).rfind(kFile, 0) == 0);
  }
  return 0;
}
