#include "cli/options.h"

#include <algorithm>
#include <boost/program_options.hpp>
#include <map>
#include <set>
#include <sstream>

#include "cli/command.h"
#include "sys/error.h"

namespace kexec_helper {

namespace {

namespace po = boost::program_options;

const std::set<std::string> kGlobal = {"root", "json", "verbose", "help", "version"};

po::options_description Visible(Options& options) {
  po::options_description description("Options");
  description.add_options()("root", po::value(&options.root)->value_name("DIR"), "read every file below DIR")(
      "json", po::bool_switch(&options.json), "results as JSON")("verbose", po::bool_switch(&options.verbose),
                                                                 "also what was looked at")(
      "help,h", po::bool_switch(&options.help), "this text")("version", po::bool_switch(&options.version),
                                                             "the program's version")(
      "initrd", po::value(&options.initrds)->value_name("FILE"), "load: initial RAM disk; several are concatenated")(
      "append", po::value(&options.append)->value_name("STR"), "load: kernel command line")(
      "reuse-cmdline", po::bool_switch(&options.reuse_command_line), "load: begin with the current command line")(
      "entry", po::value(&options.entry)->value_name("ENTRY"),
      "load: an entry of the boot loader's menu by id, title or path (1>2)")(
      "shutdown", po::bool_switch(&options.shutdown), "load: as part of a reboot under way (for kexec-load)")(
      "unmount", po::bool_switch(&options.unmount), "exec: sync, unmount or remount read-only first")(
      "emergency", po::bool_switch(&options.emergency), "await-boot: in emergency mode")(
      "firmware", po::bool_switch(&options.firmware), "reboot: through firmware")(
      "crash", po::bool_switch(&options.crash), "load: the kernel that starts when this one crashes; also for unload")(
      "at-boot", po::bool_switch(&options.at_boot), "load: if LOAD_CRASH_KERNEL=true (for the init scripts)");
  return description;
}

std::string DidYouMean(const std::string& word, const std::vector<std::string>& known) {
  std::string nearest = Nearest(word, known);
  return nearest.empty() ? "" : "; did you mean " + nearest + "?";
}

const Command& FindCommand(const std::string& name) {
  std::vector<std::string> names;
  for (const Command& command : Commands()) {
    if (command.name == name) return command;
    names.push_back(command.name);
  }
  throw UsageError(name + ": no such command" + DidYouMean(name, names));
}

void CheckFits(const Options& options, const po::variables_map& given) {
  const Command& command = *options.command;
  for (const auto& [name, value] : given)
    if (!value.defaulted() && name != "command" && name != "operands" && !kGlobal.count(name) &&
        !command.options.count(name))
      throw UsageError(command.name + ": takes no --" + name);
  if (options.operands.size() > command.max_operands)
    throw UsageError(command.name + ": unexpected \"" + options.operands[command.max_operands] + "\"");
  if (command.name != "load") return;
  bool words = !options.initrds.empty() || !options.append.empty() || options.reuse_command_line;
  if (words && options.operands.empty()) throw UsageError("load: --initrd, --append and --reuse-cmdline need KERNEL");
  if (options.crash && (options.shutdown || given.count("entry")))
    throw UsageError("load: --crash takes neither --shutdown nor --entry");
  if (options.at_boot && (!options.crash || !options.operands.empty()))
    throw UsageError("load: --at-boot needs --crash and takes no KERNEL");
  if (options.shutdown && !options.operands.empty()) throw UsageError("load: --shutdown takes no KERNEL");
  if (given.count("entry") && (options.shutdown || !options.operands.empty()))
    throw UsageError("load: --entry takes neither KERNEL nor --shutdown");
  if (given.count("entry") && options.entry.empty()) throw UsageError("load: --entry: the entry's name is empty");
}

[[noreturn]] void RethrowAsUsage(const po::error& error, const po::options_description& known) {
  if (auto* unknown = dynamic_cast<const po::unknown_option*>(&error)) {
    std::vector<std::string> names;
    for (const auto& option : known.options()) names.push_back("--" + option->long_name());
    std::string word = unknown->get_option_name();
    throw UsageError(word + ": no such option" + DidYouMean(word, names));
  }
  throw UsageError(error.what());
}

size_t EditDistance(const std::string& a, const std::string& b) {
  std::vector<size_t> row(b.size() + 1);
  for (size_t j = 0; j <= b.size(); ++j) row[j] = j;
  for (size_t i = 1; i <= a.size(); ++i) {
    size_t diagonal = row[0];
    row[0] = i;
    for (size_t j = 1; j <= b.size(); ++j) {
      size_t replaced = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
      diagonal = row[j];
      row[j] = std::min({row[j] + 1, row[j - 1] + 1, replaced});
    }
  }
  return row[b.size()];
}

}  // namespace

std::string Nearest(const std::string& word, const std::vector<std::string>& known) {
  std::string nearest;
  size_t best = std::max<size_t>(2, word.size() / 3) + 1;
  for (const std::string& candidate : known) {
    size_t distance = EditDistance(word, candidate);
    if (distance < best) {
      best = distance;
      nearest = candidate;
    }
  }
  return nearest;
}

Options ParseOptions(const std::vector<std::string>& arguments) {
  Options options;
  std::string name;
  po::options_description all = Visible(options);
  all.add_options()("command", po::value(&name))("operands", po::value(&options.operands));
  po::positional_options_description positions;
  positions.add("command", 1).add("operands", -1);
  po::variables_map given;
  try {
    using namespace po::command_line_style;
    po::store(
        po::command_line_parser(arguments).options(all).positional(positions).style(unix_style & ~allow_guessing).run(),
        given);
    po::notify(given);
  } catch (const po::error& error) {
    RethrowAsUsage(error, Visible(options));
  }
  if (options.help || name == "help") {
    options.help = true;
    return options;
  }
  if (options.version) name = "version";
  if (name.empty()) throw UsageError("no command");
  if (options.root.empty()) throw UsageError("--root: the directory's name is empty");
  options.command = &FindCommand(name);
  CheckFits(options, given);
  return options;
}

std::string Usage() {
  std::ostringstream text;
  text << "Usage: kexec-helper [--root DIR] [--json] [--verbose] COMMAND\n\nCommands:\n";
  for (const Command& command : Commands()) text << "  " << command.synopsis << "\n        " << command.purpose << "\n";
  Options unused;
  text << "\n"
       << Visible(unused) << "\nExit status: 0 done, 1 failed, 2 usage, 3 declined (a firmware reboot by policy)\n";
  return text.str();
}

}  // namespace kexec_helper
