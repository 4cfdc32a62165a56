#include <algorithm>
#include <iomanip>
#include <sstream>

#include "breaker/judge.h"
#include "cli/escape.h"
#include "cli/present.h"
#include "records/records.h"
#include "sys/text.h"

namespace kexec_helper {

namespace {

std::string KernelName(const std::string& version, const std::string& path) {
  if (path.empty()) return "the kernel loaded by hand";
  return version.empty() ? path : "Linux " + version + " (" + path + ")";
}

std::string JoinedOrNone(const std::vector<std::string>& words) { return words.empty() ? "none" : Join(words); }

// "reason      LOAD_KEXEC=true"
void Row(std::ostream& out, const std::string& label, const std::string& value) {
  out << std::left << std::setw(14) << label << Escaped(value) << "\n";
}

void LoadedRows(std::ostream& out, const Status& status) {
  if (!status.kernel.loaded) {
    Row(out, "loaded", "no kernel");
  } else if (!status.loaded) {
    Row(out, "loaded", "a kernel, by another program than kexec-helper");
  } else {
    const LoadedRecord& record = *status.loaded;
    Row(out, "loaded",
        KernelName(record.kernel_version, record.kernel) +
            (record.source == kBySettings ? ", by the settings, " : ", by hand, ") + record.time);
    Row(out, "initrd", JoinedOrNone(record.initrds));
    Row(out, "command line", record.command_line);
  }
  if (status.kernel.crash_loaded)
    Row(out, "crash kernel",
        status.crash ? KernelName(status.crash->kernel_version, status.crash->kernel) + ", " + status.crash->time
                     : "loaded, by another program than kexec-helper");
}

std::string Seconds(double seconds) {
  std::ostringstream text;
  text << std::fixed << std::setprecision(1) << seconds << " s";
  return text.str();
}

std::string OriginText(const BootOrigin& origin) {
  switch (origin.kind) {
    case BootKind::kKexec:
      return "by kexec (" + origin.evidence + ")";
    case BootKind::kFirmware:
      return "through firmware (" + origin.evidence + ")";
    case BootKind::kUnknown:
      break;
  }
  return "unknown: " + origin.evidence;
}

void ShutdownRows(std::ostream& out, const Status& status) {
  if (!status.last_shutdown) {
    Row(out, "last shutdown", "no record");
    return;
  }
  const ShutdownRecord& record = *status.last_shutdown;
  bool kexec = record.action == "kexec";
  Row(out, "last shutdown",
      std::string(kexec ? "kexec" : "firmware reboot") + ": " + record.reason + " (" + record.time + ")");
  if (record.boot_id == status.kernel.boot_id)
    Row(out, "", "this boot has not ended since: that reboot did not happen");
  else if (std::any_of(status.failures.known.begin(), status.failures.known.end(),
                       [&](const Attempt& failure) { return failure.boot_id == record.boot_id; }))
    Row(out, "", "but the machine came up through firmware: the kexec failed");
  if (!record.watchdog.empty()) Row(out, "watchdog", record.watchdog);
  for (const std::string& warning : record.warnings) Row(out, "warning", warning);
}

void MenuRows(std::ostream& out, const Menu& menu, const std::vector<MenuNode>& nodes, bool verbose) {
  for (const MenuNode& node : nodes) {
    auto depth = static_cast<size_t>(std::count(node.name.path.begin(), node.name.path.end(), '>'));
    std::string indent(2 * depth + 2, ' ');
    bool is_default = menu.default_path == node.name.path;
    out << (is_default ? "* " : "  ") << std::left << std::setw(8) << node.name.path << indent
        << Escaped(node.name.title) << "\n";
    std::string below(12 + indent.size(), ' ');
    if (!node.problem.empty()) out << below << "cannot be booted by kexec: " << Escaped(node.problem) << "\n";
    if (verbose && node.words) {
      out << below << "kernel " << Escaped(node.words->kernel) << "\n";
      for (const std::string& initrd : node.words->initrds) out << below << "initrd " << Escaped(initrd) << "\n";
      out << below << Escaped(node.words->command_line) << "\n";
    }
    MenuRows(out, menu, node.entries, verbose);
  }
}

}  // namespace

std::string MenuText(const std::string& loader, const Menu& menu, bool verbose) {
  std::ostringstream out;
  MenuRows(out, menu, menu.entries, verbose);
  if (menu.entries.empty()) out << loader << "'s menu is empty\n";
  if (!menu.default_path) out << "the default cannot be booted by kexec: " << Escaped(menu.default_problem) << "\n";
  return out.str();
}

std::string DoctorText(const std::vector<Finding>& findings) {
  std::ostringstream out;
  for (const Finding& finding : findings) {
    const char* mark = finding.health == Health::kGood      ? "ok"
                       : finding.health == Health::kWarning ? "warning"
                                                            : "PROBLEM";
    out << std::left << std::setw(9) << mark << std::setw(18) << finding.name << Escaped(finding.detail) << "\n";
  }
  return out.str();
}

std::string DecisionLine(const Decision& decision, const FileFacts& files, std::optional<double> load_seconds) {
  if (decision.action == Action::kFirmware) return "firmware reboot: " + decision.reason;
  if (!decision.choice) return "next boot by kexec: " + decision.reason;
  std::string line = "next boot by kexec: " + KernelName(files.kernel_version, decision.choice->kernel);
  return load_seconds ? line + ", loaded in " + Seconds(*load_seconds) : line;
}

std::string PlanText(const Plan& plan, bool verbose) {
  std::ostringstream out;
  const Decision& decision = plan.decision;
  Row(out, "next reboot", decision.action == Action::kKexec ? "kexec" : "firmware");
  Row(out, "because", decision.reason);
  if (decision.choice) {
    const BootChoice& choice = *decision.choice;
    Row(out, "kernel", KernelName(plan.files.kernel_version, choice.kernel));
    Row(out, "initrd", JoinedOrNone(choice.initrds));
    Row(out, "command line", choice.command_line);
  }
  if (!plan.fallback.text.empty()) Row(out, "if it fails", plan.fallback.text);
  if (plan.watch.watchdog || (verbose && !plan.watch.text.empty())) Row(out, "watchdog", plan.watch.text);
  for (const std::string& warning : plan.warnings) Row(out, "warning", warning);
  if (!verbose) return out.str();
  for (const Check& check : plan.checks) Row(out, check.ok ? "checked" : "not ok", check.name + ": " + check.detail);
  const LoaderFacts& loader = plan.facts.loader;
  if (loader.next)
    for (const std::string& note : loader.next->notes) Row(out, loader.name + " says", note);
  return out.str();
}

std::string StatusText(const Status& status) {
  std::ostringstream out;
  std::string count = std::to_string(status.kexecs_in_a_row) + " in a row since the last boot through firmware";
  Row(out, "this boot", OriginText(status.origin) + (status.kexecs_in_a_row > 1 ? ", " + count : ""));
  ShutdownRows(out, status);
  for (const Attempt& failure : status.failures.known) Row(out, "failed", DescribeFailure(failure));
  if (status.crash_log) {
    Row(out, "crash log", status.crash_log->path + " (" + status.crash_log->time + ")");
    for (const std::string& line : status.crash_log->lines) Row(out, "", line);
  }
  if (!status.failures.problem.empty()) Row(out, "warning", status.failures.problem);
  LoadedRows(out, status);
  if (status.firmware_time) {
    Row(out, "kexec saves",
        Seconds(status.firmware_time->seconds) + " of firmware and boot loader at the last boot through them (" +
            status.firmware_time->source + ")");
  } else {
    Row(out, "kexec saves", "unknown: this firmware does not report its boot time");
  }
  return out.str();
}

}  // namespace kexec_helper
