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

Json ChecksJson(const std::vector<Check>& checks) {
  Json array = Json::array();
  for (const Check& check : checks) array.push_back({{"name", check.name}, {"ok", check.ok}, {"detail", check.detail}});
  return array;
}

Json LoadedJson(const Status& status) {
  if (!status.kernel.loaded) return nullptr;
  LoadedRecord record = status.loaded.value_or(LoadedRecord{"unknown", "", "", {}, "", ""});
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

}  // namespace

std::string PlanJson(const Plan& plan) {
  const Decision& decision = plan.decision;
  const BootChoice* choice = decision.choice ? &*decision.choice : nullptr;
  Json json;
  json["action"] = decision.action == Action::kKexec ? "kexec" : "firmware";
  json["reason"] = decision.reason;
  json["source"] = SourceName(decision.source);
  json["entry"] = nullptr;
  json["kernel"] = choice ? Json(choice->kernel) : Json(nullptr);
  json["kernel_version"] = OrNull(plan.kernel_version);
  json["initrd"] = choice ? Json(choice->initrds) : Json::array();
  json["cmdline"] = choice ? Json(choice->command_line) : Json(nullptr);
  json["grub"] = nullptr;
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
  json["firmware_time"] =
      status.firmware_time ? Json{{"seconds", status.firmware_time->seconds}, {"source", status.firmware_time->source}}
                           : Json(nullptr);
  return Dump(json);
}

}  // namespace kexec_helper
