#include <nlohmann/json.hpp>

#include "cli/present.h"

namespace kexec_helper {

namespace {

using Json = nlohmann::ordered_json;

std::string Dump(const Json& json) { return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n"; }

Json OrNull(const std::string& text) { return text.empty() ? Json(nullptr) : Json(text); }

// nullptr for a firmware reboot: its kernel comes from nowhere.
Json SourceJson(const Decision& decision, const LoaderFacts& loader) {
  if (decision.action == Action::kFirmware) return nullptr;
  switch (decision.source) {
    case Source::kSettings:
      return "settings";
    case Source::kBootLoader:
      return loader.name == "GRUB" ? "grub" : loader.name;
    case Source::kAdministrator:
      break;
  }
  return "preloaded";
}

const char* RuleName(Rule rule) {
  switch (rule) {
    case Rule::kFlagFile:
      return "flag-file";
    case Rule::kFirmwareRequest:
      return "firmware-request";
    case Rule::kLoadedByHand:
      return "loaded-by-hand";
    case Rule::kSettings:
      return "settings";
    case Rule::kPolicy:
      return "policy";
    case Rule::kRunningKernel:
      return "running-kernel";
    case Rule::kPlatform:
      return "platform";
    case Rule::kIntegration:
      return "integration";
    case Rule::kBootLoader:
      return "boot-loader";
    case Rule::kOneBoot:
      return "one-boot";
    case Rule::kRootChanged:
      return "root-changed";
    case Rule::kFiles:
      return "files";
    case Rule::kTrust:
      return "trust";
    case Rule::kSignature:
      return "signature";
    case Rule::kBreaker:
      return "breaker";
    case Rule::kLoadRefused:
      return "load-refused";
    case Rule::kRecord:
      return "record";
    case Rule::kLoadKexec:
      return "load-kexec";
    case Rule::kOneShot:
      break;
  }
  return "one-shot";
}

const char* BootName(BootKind kind) {
  switch (kind) {
    case BootKind::kKexec:
      return "kexec";
    case BootKind::kFirmware:
      return "firmware";
    case BootKind::kUnknown:
      break;
  }
  return "unknown";
}

const char* HealthName(Health health) {
  switch (health) {
    case Health::kGood:
      return "good";
    case Health::kWarning:
      return "warning";
    case Health::kProblem:
      break;
  }
  return "problem";
}

Json ChecksJson(const std::vector<Check>& checks) {
  Json array = Json::array();
  for (const Check& check : checks) array.push_back({{"name", check.name}, {"ok", check.ok}, {"detail", check.detail}});
  return array;
}

// Without a record another program loaded it.
Json LoadedJson(bool is_loaded, const std::optional<LoadedRecord>& loaded) {
  if (!is_loaded) return nullptr;
  LoadedRecord record;
  record.source = "unknown";
  if (loaded) record = *loaded;
  return {{"source", record.source},
          {"kernel", OrNull(record.kernel)},
          {"kernel_version", OrNull(record.kernel_version)},
          {"initrd", record.initrds},
          {"cmdline", loaded ? Json(record.command_line) : Json(nullptr)},
          {"time", OrNull(record.time)}};
}

Json CrashLogJson(const std::optional<CrashLog>& log) {
  if (!log) return nullptr;
  return {{"path", log->path}, {"time", log->time}, {"lines", log->lines}};
}

Json ShutdownJson(const Status& status) {
  if (!status.last_shutdown) return nullptr;
  const ShutdownRecord& record = *status.last_shutdown;
  return {{"action", record.action},
          {"reason", record.reason},
          {"watchdog", OrNull(record.watchdog)},
          {"warnings", record.warnings},
          {"kernel_version", OrNull(record.kernel_version)},
          {"load_seconds", record.load_seconds},
          {"boot_id", record.boot_id},
          {"time", record.time}};
}

// An answer begins with the version of its form.
Json Answer() { return {{"format", 1}}; }

// The words as the boot loader has them, before they are mapped to files of this system.
Json WordsJson(const std::optional<LoaderWords>& words) {
  if (!words) return nullptr;
  return {{"linux", words->kernel}, {"initrd", words->initrds}, {"args", words->arguments}};
}

Json NameJson(const EntryName& entry) { return {{"title", entry.title}, {"id", entry.id}, {"path", entry.path}}; }

// The menu's entry, unless the kernel comes from elsewhere.
Json EntryJson(const Decision& decision, const LoaderFacts& loader) {
  bool elsewhere = decision.action == Action::kKexec && decision.source != Source::kBootLoader;
  if (elsewhere || !loader.next) return nullptr;
  const auto& entry = BootOf(decision, loader).entry;
  return entry ? NameJson(*entry) : Json(nullptr);
}

// What the boot loader boots after a kexec that fails.
Json FallbackJson(const Fallback& fallback) {
  if (fallback.text.empty()) return nullptr;
  return {{"entry", fallback.entry ? NameJson(*fallback.entry) : Json(nullptr)}, {"text", fallback.text}};
}

Json NodesJson(const std::vector<MenuNode>& nodes) {
  Json array = Json::array();
  for (const MenuNode& node : nodes) {
    Json entry = {{"title", node.name.title}, {"id", node.name.id}, {"path", node.name.path}};
    entry["linux"] = node.words ? Json(node.words->kernel) : Json(nullptr);
    entry["initrd"] = node.words ? Json(node.words->initrds) : Json::array();
    entry["args"] = node.words ? Json(node.words->arguments) : Json(nullptr);
    entry["problem"] = OrNull(node.problem);
    entry["entries"] = NodesJson(node.entries);
    array.push_back(std::move(entry));
  }
  return array;
}

}  // namespace

std::string LoadJson(const BootChoice& choice) {
  Json json = Answer();
  json["kernel"] = choice.kernel;
  json["initrd"] = choice.initrds;
  json["cmdline"] = choice.command_line;
  return Dump(json);
}

std::string MenuJson(const std::string& loader, const Menu& menu) {
  Json json = Answer();
  json["boot_loader"] = loader;
  json["default"] = menu.default_path ? Json(*menu.default_path) : Json(nullptr);
  json["problem"] = OrNull(menu.default_problem);
  json["entries"] = NodesJson(menu.entries);
  return Dump(json);
}

std::string DoctorJson(const std::vector<Finding>& findings) {
  Json json = Answer();
  json["ok"] = WorstOf(findings) != Health::kProblem;
  json["checks"] = Json::array();
  for (const Finding& finding : findings)
    json["checks"].push_back({{"name", finding.name},
                              {"ok", finding.health != Health::kProblem},
                              {"level", HealthName(finding.health)},
                              {"detail", finding.detail}});
  return Dump(json);
}

std::string PlanJson(const Plan& plan, const Decision& decision, const std::vector<std::string>& warnings) {
  const BootChoice* choice = decision.choice ? &*decision.choice : nullptr;
  const LoaderFacts& loader = plan.facts.loader;
  Json json = Answer();
  json["action"] = decision.action == Action::kKexec ? "kexec" : "firmware";
  json["reason"] = decision.reason;
  json["reason_code"] = RuleName(decision.rule);
  json["source"] = SourceJson(decision, loader);
  json["boot_loader"] = OrNull(loader.name);
  json["entry"] = EntryJson(decision, loader);
  json["kernel"] = choice ? Json(choice->kernel) : Json(nullptr);
  json["kernel_version"] = OrNull(plan.files.kernel_version);
  json["initrd"] = choice ? Json(choice->initrds) : Json::array();
  json["cmdline"] = choice ? Json(choice->command_line) : Json(nullptr);
  json["fallback"] = FallbackJson(plan.fallback);
  json["watchdog"] = OrNull(plan.watch.text);
  json["grub"] = loader.name == "GRUB" && loader.next ? WordsJson(loader.next->words) : Json(nullptr);
  json["checks"] = ChecksJson(plan.checks);
  json["warnings"] = warnings;
  return Dump(json);
}

std::string StatusJson(const Status& status) {
  Json json = Answer();
  json["loaded"] = status.kernel.loaded;
  json["crash_loaded"] = status.kernel.crash_loaded;
  json["kernel"] = LoadedJson(status.kernel.loaded, status.loaded);
  json["crash_kernel"] = LoadedJson(status.kernel.crash_loaded, status.crash);
  json["boot"] = {{"kind", BootName(status.origin.kind)}, {"evidence", status.origin.evidence}};
  json["kexecs_in_a_row"] = status.kexecs_in_a_row;
  json["last_shutdown"] = ShutdownJson(status);
  json["failed"] = Json::array();
  for (const Attempt& failure : status.failures.known)
    json["failed"].push_back({{"kernel", OrNull(failure.kernel)},
                              {"kernel_version", OrNull(failure.kernel_version)},
                              {"cause", OrNull(failure.cause)},
                              {"time", failure.time}});
  json["failed_problem"] = OrNull(status.failures.problem);
  json["crash_log"] = CrashLogJson(status.crash_log);
  json["firmware_time"] =
      status.firmware_time ? Json{{"seconds", status.firmware_time->seconds}, {"source", status.firmware_time->source}}
                           : Json(nullptr);
  return Dump(json);
}

}  // namespace kexec_helper
