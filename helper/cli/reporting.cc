#include "cli/reporting.h"

#include "cli/escape.h"
#include "sys/error.h"

namespace kexec_helper {

void PrintWarnings(std::ostream& err, const std::vector<std::string>& warnings) {
  for (const std::string& warning : warnings) err << kPrefix << "warning: " << Escaped(warning) << "\n";
}

int Reporting(std::ostream& err, const std::function<int()>& work) {
  try {
    return work();
  } catch (const UsageError& error) {
    err << kPrefix << Escaped(error.what()) << "\nTry kexec-helper --help" << std::endl;
    return static_cast<int>(error.code());
  } catch (const Error& error) {
    err << kPrefix << Escaped(error.what()) << std::endl;
    return static_cast<int>(error.code());
  } catch (const std::exception& error) {
    err << kPrefix << "internal error: " << Escaped(error.what()) << std::endl;
    return static_cast<int>(ExitCode::kFailed);
  }
}

}  // namespace kexec_helper
