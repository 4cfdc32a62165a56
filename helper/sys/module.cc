#include "sys/module.h"

#include <chrono>

#include "sys/error.h"
#include "sys/program.h"
#include "sys/text.h"

namespace kexec_helper {

void LoadModule(const Root& root, const std::string& name) {
  constexpr const char* kModprobe = "/sbin/modprobe";
  constexpr std::chrono::seconds kLimit{10};
  ProgramRun run = RunProgram(root.OpenRegular(kModprobe).fd, kModprobe, kLimit, {name});
  if (run.end.end != WorkEnd::kFinished) throw Error("modprobe " + name + ": not done after 10 s");
  if (run.end.value != 0) throw Error("modprobe " + name + ": " + FirstLine(run.output));
}

}  // namespace kexec_helper
