#include "cli/run.h"

#include <unistd.h>

#include <chrono>

#include "cli/command.h"
#include "cli/escape.h"
#include "cli/options.h"
#include "cli/reporting.h"
#include "records/records.h"
#include "sys/directory_lock.h"
#include "sys/error.h"
#include "sys/fd.h"

namespace kexec_helper {

namespace {

// A longer wait would hold up a reboot. Without a place for the lock (/run is full) the command runs all the same.
Fd AwaitTurn(const Root& root, bool shutdown, std::ostream& err) {
  constexpr std::chrono::seconds kLimit{10};
  try {
    return LockDirectory(root, kStateDirectory, kLimit);
  } catch (const SystemError& error) {
    err << kPrefix << "warning: not locked: " << Escaped(error.what()) << "\n";
    return Fd();
  } catch (const Error& error) {
    throw Error(std::string(shutdown ? "firmware reboot: " : "") + "another kexec-helper is running: " + error.what() +
                ": wait for it, or end it");
  }
}

ExitCode Dispatch(const Options& options, const Root& root, Kernel& kernel, std::ostream& out, std::ostream& err) {
  const Command& command = *options.command;
  bool changes = command.changes != Changes::kNothing;
  if (options.root == "/") {
    if (changes && root.IsRunningSystem() && ::geteuid() != 0)
      throw Error(command.name + ": only root may do this: try sudo");
    const Fd turn = command.changes == Changes::kRunningSystem ? AwaitTurn(root, options.shutdown, err) : Fd();
    return command.run({options, root, kernel, out, err});
  }
  if (changes) throw UsageError(command.name + ": changes the running system and takes no --root");
  return command.run({options, Root(options.root), kernel, out, err});
}

}  // namespace

int Run(const std::vector<std::string>& arguments, const Root& root, Kernel& kernel, std::ostream& out,
        std::ostream& err) {
  return Reporting(err, [&] {
    Options options = ParseOptions(arguments);
    if (options.help) {
      out << Usage();
      return static_cast<int>(ExitCode::kDone);
    }
    return static_cast<int>(Dispatch(options, root, kernel, out, err));
  });
}

}  // namespace kexec_helper
