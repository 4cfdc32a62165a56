#include <nlohmann/json.hpp>

#include "cli/present.h"

namespace kexec_helper {

namespace {

using Json = nlohmann::ordered_json;

std::string Dump(const Json& json) { return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n"; }

Json OrNull(const std::string& text) { return text.empty() ? Json(nullptr) : Json(text); }

const char* SourceName(Source source) {
  switch (source) {
    case Source::kSettings:
      return "settings";
    case Source::kGrub:
      return "grub";
    case Source::kPreloaded:
      return "preloaded";
    case Source::kArgument:
      break;
  }
  return "argument";
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

Json LoadedJson(const Status& status) {
  if (!status.kernel.loaded) return nullptr;
  LoadedRecord record;
  record.source = "unknown";
  if (status.loaded) record = *status.loaded;
  return {{"source", record.source},
          {"kernel", OrNull(record.kernel)},
          {"kernel_version", OrNull(record.kernel_version)},
          {"initrd", record.initrds},
          {"cmdline", status.loaded ? Json(record.command_line) : Json(nullptr)},
          {"time", OrNull(record.time)}};
}

Json ShutdownJson(const Status& status) {
  if (!status.last_shutdown) return nullptr;
  const ShutdownRecord& record = *status.last_shutdown;
  return {{"action", record.action},
          {"reason", record.reason},
          {"warnings", record.warnings},
          {"kernel_version", OrNull(record.kernel_version)},
          {"load_seconds", record.load_seconds},
          {"boot_id", record.boot_id},
          {"time", record.time}};
}

Json WordsOf(const std::vector<grub::LoadedFile>& files) {
  Json array = Json::array();
  for (const grub::LoadedFile& file : files) array.push_back(file.word);
  return array;
}

// The words as GRUB has them, before they are mapped to files of this system.
Json GrubJson(const GrubOutcome& grub) {
  if (!grub.evaluation || !grub.evaluation->kernel) return nullptr;
  const grub::LinuxKernel& kernel = *grub.evaluation->kernel;
  return {{"linux", kernel.kernel.word},
          {"initrd", WordsOf(kernel.initrds)},
          {"args", grub::QuoteArguments(kernel.arguments)}};
}

// The menu's entry, unless the kernel comes from elsewhere.
Json EntryJson(const Plan& plan) {
  const auto& evaluation = plan.grub.evaluation;
  bool elsewhere = plan.decision.action == Action::kKexec && plan.decision.source != Source::kGrub;
  if (elsewhere || !evaluation || !evaluation->entry) return nullptr;
  return {{"title", evaluation->entry->title}, {"id", evaluation->entry->id}, {"path", evaluation->entry->path}};
}

Json NodesJson(const std::vector<grub::MenuNode>& nodes) {
  Json array = Json::array();
  for (const grub::MenuNode& node : nodes) {
    Json entry = {{"title", node.name.title}, {"id", node.name.id}, {"path", node.name.path}};
    entry["linux"] = node.kernel ? Json(node.kernel->kernel.word) : Json(nullptr);
    entry["initrd"] = node.kernel ? WordsOf(node.kernel->initrds) : Json::array();
    entry["args"] = node.kernel ? Json(grub::QuoteArguments(node.kernel->arguments)) : Json(nullptr);
    entry["problem"] = OrNull(node.problem);
    entry["entries"] = NodesJson(node.entries);
    array.push_back(std::move(entry));
  }
  return array;
}

}  // namespace

std::string LoadJson(const BootChoice& choice) {
  Json json;
  json["kernel"] = choice.kernel;
  json["initrd"] = choice.initrds;
  json["cmdline"] = choice.command_line;
  return Dump(json);
}

std::string MenuJson(const grub::MenuTree& menu) {
  Json json;
  json["default"] = menu.default_path ? Json(*menu.default_path) : Json(nullptr);
  json["problem"] = OrNull(menu.default_problem);
  json["entries"] = NodesJson(menu.entries);
  return Dump(json);
}

std::string DoctorJson(const std::vector<Finding>& findings) {
  Json json;
  json["ok"] = WorstOf(findings) != Health::kProblem;
  json["checks"] = Json::array();
  for (const Finding& finding : findings)
    json["checks"].push_back({{"name", finding.name},
                              {"ok", finding.health != Health::kProblem},
                              {"level", HealthName(finding.health)},
                              {"detail", finding.detail}});
  return Dump(json);
}

std::string PlanJson(const Plan& plan) {
  const Decision& decision = plan.decision;
  const BootChoice* choice = decision.choice ? &*decision.choice : nullptr;
  Json json;
  json["action"] = decision.action == Action::kKexec ? "kexec" : "firmware";
  json["reason"] = decision.reason;
  json["source"] = SourceName(decision.source);
  json["entry"] = EntryJson(plan);
  json["kernel"] = choice ? Json(choice->kernel) : Json(nullptr);
  json["kernel_version"] = OrNull(plan.kernel_version);
  json["initrd"] = choice ? Json(choice->initrds) : Json::array();
  json["cmdline"] = choice ? Json(choice->command_line) : Json(nullptr);
  json["grub"] = GrubJson(plan.grub);
  json["checks"] = ChecksJson(plan.checks);
  json["warnings"] = plan.warnings;
  return Dump(json);
}

std::string StatusJson(const Status& status) {
  Json json;
  json["loaded"] = status.kernel.loaded;
  json["crash_loaded"] = status.kernel.crash_loaded;
  json["kernel"] = LoadedJson(status);
  json["boot"] = {{"kind", BootName(status.origin.kind)}, {"evidence", status.origin.evidence}};
  json["last_shutdown"] = ShutdownJson(status);
  json["failed"] = Json::array();
  for (const Attempt& failure : status.failures)
    json["failed"].push_back({{"kernel", OrNull(failure.kernel)},
                              {"kernel_version", OrNull(failure.kernel_version)},
                              {"time", failure.time}});
  json["firmware_time"] =
      status.firmware_time ? Json{{"seconds", status.firmware_time->seconds}, {"source", status.firmware_time->source}}
                           : Json(nullptr);
  return Dump(json);
}

}  // namespace kexec_helper
