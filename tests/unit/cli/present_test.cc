#include "cli/present.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "breaker/attempts.h"
#include "records/records.h"
#include "temporary_root.h"

namespace kexec_helper {
namespace {

using Json = nlohmann::json;
using Keys = std::vector<std::string>;

Keys KeysOf(const std::string& text) {
  auto json = nlohmann::ordered_json::parse(text);
  Keys keys;
  for (const auto& [key, value] : json.items()) keys.push_back(key);
  return keys;
}

Keys KeysOf(const Json& json) {
  Keys keys;
  for (const auto& [key, value] : json.items()) keys.push_back(key);
  return keys;
}

bool Has(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

const Keys kPlanKeys = {"format",   "action", "reason",         "reason_code", "source",  "boot_loader",
                        "entry",    "kernel", "kernel_version", "initrd",      "cmdline", "fallback",
                        "watchdog", "grub",   "checks",         "warnings"};

Plan PlanFor(const TemporaryRoot& machine) { return MakePlan(machine.root(), Purpose::kForecast); }

std::string JsonOf(const Plan& plan) { return PlanJson(plan, plan.decision, plan.warnings); }

std::string LineOf(const Plan& plan, std::optional<double> load_seconds = std::nullopt) {
  return DecisionLine(plan.decision, plan.files, load_seconds);
}

TEST(PresentTest, ThePlanOfAKexecReboot) {
  TemporaryRoot machine;
  std::string text = JsonOf(PlanFor(machine));
  EXPECT_EQ(KeysOf(text), kPlanKeys);
  Json json = Json::parse(text);
  EXPECT_EQ(json["action"], "kexec");
  EXPECT_EQ(json["reason"], "/etc/default/kexec:2: LOAD_KEXEC=true");
  EXPECT_EQ(json["source"], "settings");
  EXPECT_TRUE(json["entry"].is_null());
  EXPECT_EQ(json["kernel"], "/boot/vmlinuz-6.1.0-41-amd64");
  EXPECT_EQ(json["kernel_version"], "6.1.0-41-amd64");
  EXPECT_EQ(json["initrd"], Json({"/boot/initrd.img-6.1.0-41-amd64"}));
  EXPECT_EQ(json["cmdline"], "BOOT_IMAGE=/vmlinuz-6.1.0-41-amd64 root=/dev/vda2 ro quiet crashkernel=256M");
  EXPECT_TRUE(json["grub"].is_null());
  EXPECT_EQ(json["warnings"], Json::array());
  ASSERT_EQ(json["checks"].size(), 5u);
  for (const Json& check : json["checks"]) {
    EXPECT_EQ(KeysOf(check), (Keys{"detail", "name", "ok"}));
    EXPECT_EQ(check["ok"], true);
  }
}

TEST(PresentTest, ThePlanOfAFirmwareReboot) {
  TemporaryRoot machine;
  machine.Write("/etc/default/kexec", "LOAD_KEXEC=false\n");
  std::string text = JsonOf(PlanFor(machine));
  EXPECT_EQ(KeysOf(text), kPlanKeys);
  Json json = Json::parse(text);
  EXPECT_EQ(json["format"], 1);
  EXPECT_EQ(json["action"], "firmware");
  EXPECT_EQ(json["reason_code"], "policy");
  EXPECT_TRUE(json["source"].is_null());
  EXPECT_TRUE(json["kernel"].is_null());
  EXPECT_TRUE(json["kernel_version"].is_null());
  EXPECT_EQ(json["initrd"], Json::array());
  EXPECT_TRUE(json["cmdline"].is_null());
}

TEST(PresentTest, ThePlanForAKernelLoadedByHand) {
  TemporaryRoot machine;
  machine.Write("/sys/kernel/kexec_loaded", "1\n");
  Plan plan = PlanFor(machine);
  Json json = Json::parse(JsonOf(plan));
  EXPECT_EQ(json["source"], "preloaded");
  EXPECT_TRUE(json["kernel"].is_null());
  EXPECT_EQ(LineOf(plan), "next boot by kexec: a kernel was loaded by hand");
}

TEST(PresentTest, EverySourceHasItsName) {
  Plan plan;
  plan.decision.action = Action::kKexec;
  plan.facts.loader.name = "GRUB";
  for (auto [source, name] : {std::pair(Source::kSettings, "settings"), std::pair(Source::kBootLoader, "grub"),
                              std::pair(Source::kAdministrator, "preloaded")}) {
    plan.decision.source = source;
    EXPECT_EQ(Json::parse(JsonOf(plan))["source"], name);
  }
  plan.facts.loader.name = "systemd-boot";
  plan.decision.source = Source::kBootLoader;
  EXPECT_EQ(Json::parse(JsonOf(plan))["source"], "systemd-boot");
}

TEST(PresentTest, BytesThatAreNoUtf8AreReplacedAndDoNotThrow) {
  TemporaryRoot machine;
  machine.Write("/proc/cmdline", "root=/dev/vda2 x=\xff\xc3( y\n");
  Json json = Json::parse(JsonOf(PlanFor(machine)));
  EXPECT_EQ(json["cmdline"], "BOOT_IMAGE=/vmlinuz-6.1.0-41-amd64 root=/dev/vda2 x=\xef\xbf\xbd\xef\xbf\xbd( y");
  machine.Write("/etc/default/kexec", "LOAD_KEXEC='\xff'\n");
  EXPECT_TRUE(Has(Json::parse(JsonOf(PlanFor(machine)))["reason"], "\xef\xbf\xbd"));
}

TEST(PresentTest, OneLineForTheConsole) {
  TemporaryRoot machine;
  EXPECT_EQ(LineOf(PlanFor(machine)), "next boot by kexec: Linux 6.1.0-41-amd64 (/boot/vmlinuz-6.1.0-41-amd64)");
  EXPECT_EQ(LineOf(PlanFor(machine), 1.26),
            "next boot by kexec: Linux 6.1.0-41-amd64 (/boot/vmlinuz-6.1.0-41-amd64), loaded in 1.3 s");
  machine.Write("/etc/default/kexec", "\nLOAD_KEXEC=false\n");
  EXPECT_EQ(LineOf(PlanFor(machine)), "firmware reboot: /etc/default/kexec:2: LOAD_KEXEC=false");
}

TEST(PresentTest, ThePlanAsText) {
  TemporaryRoot machine;
  Plan plan = PlanFor(machine);
  plan.warnings = {"look here"};
  EXPECT_EQ(PlanText(plan, false),
            "next reboot   kexec\n"
            "because       /etc/default/kexec:2: LOAD_KEXEC=true\n"
            "kernel        Linux 6.1.0-41-amd64 (/boot/vmlinuz-6.1.0-41-amd64)\n"
            "initrd        /boot/initrd.img-6.1.0-41-amd64\n"
            "command line  BOOT_IMAGE=/vmlinuz-6.1.0-41-amd64 root=/dev/vda2 ro quiet crashkernel=256M\n"
            "if it fails   no boot loader is known that could be asked for the running kernel\n"
            "warning       look here\n");
  std::string verbose = PlanText(plan, true);
  EXPECT_TRUE(Has(verbose, "checked       flag files: none\n")) << verbose;
  EXPECT_TRUE(Has(verbose, "checked       running kernel: Linux 6.1.0-40-amd64 can load a kernel\n")) << verbose;
}

TEST(PresentTest, TheStatusOfAFreshBoot) {
  TemporaryRoot machine;
  std::string text = StatusJson(ReadStatus(machine.root()));
  EXPECT_EQ(KeysOf(text), (Keys{"format", "loaded", "crash_loaded", "kernel", "crash_kernel", "boot", "kexecs_in_a_row",
                                "last_shutdown", "failed", "failed_problem", "crash_log", "firmware_time"}));
  Json json = Json::parse(text);
  EXPECT_EQ(json["loaded"], false);
  EXPECT_EQ(json["crash_loaded"], false);
  EXPECT_TRUE(json["kernel"].is_null());
  EXPECT_EQ(json["boot"], Json({{"kind", "firmware"}, {"evidence", "/proc/sys/kernel/bootloader_type is 114"}}));
  EXPECT_TRUE(json["last_shutdown"].is_null());
  EXPECT_TRUE(json["crash_kernel"].is_null());
  EXPECT_TRUE(json["crash_log"].is_null());
  EXPECT_TRUE(json["firmware_time"].is_null());
}

TEST(PresentTest, TheStatusWithEverything) {
  TemporaryRoot machine;
  machine.Write("/sys/kernel/kexec_loaded", "1\n");
  machine.Write("/sys/kernel/kexec_crash_loaded", "1\n");
  machine.Write("/sys/firmware/acpi/fpdt/boot/exitbootservice_end_ns", "12500000000\n");
  machine.Write("/proc/sys/kernel/bootloader_type", "208\n");
  WriteLoadedRecord(machine.root(), {"argument", "/boot/k", "", {}, {"/i"}, "x", "then"});
  WriteShutdownRecord(machine.root(), {"firmware", "why", "", 0, {"w"}, "b", "t"});
  WriteCrashRecord(machine.root(), {"argument", "/boot/crash", "6.1", {}, {}, "y", "then"});
  Json json = Json::parse(StatusJson(ReadStatus(machine.root())));
  EXPECT_EQ(json["crash_kernel"]["kernel"], "/boot/crash");
  EXPECT_EQ(json["loaded"], true);
  EXPECT_EQ(json["crash_loaded"], true);
  EXPECT_EQ(json["kernel"], Json::parse(R"({"source": "argument", "kernel": "/boot/k", "kernel_version": null,
                                            "initrd": ["/i"], "cmdline": "x", "time": "then"})"));
  EXPECT_EQ(json["boot"]["kind"], "kexec");
  EXPECT_EQ(json["last_shutdown"], Json::parse(R"({"action": "firmware", "reason": "why", "warnings": ["w"],
                                                   "kernel_version": null, "load_seconds": 0.0, "watchdog": null, "boot_id": "b",
                                                   "time": "t"})"));
  EXPECT_EQ(json["firmware_time"], Json::parse(R"({"seconds": 12.5, "source": "ACPI FPDT"})"));
}

TEST(PresentTest, AKernelOfAnotherProgramIsUnknown) {
  TemporaryRoot machine;
  machine.Write("/sys/kernel/kexec_loaded", "1\n");
  Json kernel = Json::parse(StatusJson(ReadStatus(machine.root())))["kernel"];
  EXPECT_EQ(kernel, Json::parse(R"({"source": "unknown", "kernel": null, "kernel_version": null, "initrd": [],
                                    "cmdline": null, "time": null})"));
  EXPECT_TRUE(
      Has(StatusText(ReadStatus(machine.root())), "loaded        a kernel, by another program than kexec-helper\n"));
}

TEST(PresentTest, TheStatusAsText) {
  TemporaryRoot machine;
  EXPECT_EQ(StatusText(ReadStatus(machine.root())),
            "this boot     through firmware (/proc/sys/kernel/bootloader_type is 114)\n"
            "last shutdown no record\n"
            "loaded        no kernel\n"
            "kexec saves   unknown: this firmware does not report its boot time\n");
  machine.Write("/sys/firmware/acpi/fpdt/boot/exitbootservice_end_ns", "12540000000\n");
  machine.Write("/sys/kernel/kexec_loaded", "1\n");
  WriteLoadedRecord(machine.root(), {"settings", "/boot/k", "6.1", {}, {}, "x y", "then"});
  std::string text = StatusText(ReadStatus(machine.root()));
  EXPECT_TRUE(Has(text, "loaded        Linux 6.1 (/boot/k), by the settings, then\n")) << text;
  EXPECT_TRUE(Has(text, "initrd        none\n")) << text;
  EXPECT_TRUE(Has(text, "command line  x y\n")) << text;
  EXPECT_TRUE(Has(text, "kexec saves   12.5 s of firmware and boot loader")) << text;
}

TEST(PresentTest, TheStatusCountsKexecsInARow) {
  Status status;
  status.origin = {BootKind::kKexec, "a test"};
  status.kexecs_in_a_row = 1;
  EXPECT_TRUE(Has(StatusText(status), "this boot     by kexec (a test)\n"));
  status.kexecs_in_a_row = 3;
  EXPECT_TRUE(
      Has(StatusText(status), "this boot     by kexec (a test), 3 in a row since the last boot through firmware\n"));
}

TEST(PresentTest, AShutdownThatWentWrongIsTold) {
  TemporaryRoot machine;
  WriteShutdownRecord(machine.root(),
                      {"kexec", "why", "6.1", 2.5, {"careful"}, "11111111-2222-3333-4444-555555555555", "then"});
  std::string text = StatusText(ReadStatus(machine.root()));
  EXPECT_TRUE(Has(text, "last shutdown kexec: why (then)\n")) << text;
  EXPECT_TRUE(Has(text, "that reboot did not happen")) << text;
  EXPECT_TRUE(Has(text, "warning       careful\n")) << text;
  WriteShutdownRecord(machine.root(), {"kexec", "why", "6.1", 2.5, {}, "an earlier boot", "then"});
  EXPECT_FALSE(Has(StatusText(ReadStatus(machine.root())), "the kexec failed"))
      << "it may have been switched off since";
  WriteAttempt(machine.root(), {"/boot/vmlinuz", "6.1", "", {1, 2}, {}, "", "an earlier boot", "then", ""});
  EXPECT_TRUE(Has(StatusText(ReadStatus(machine.root())), "the kexec failed"));
  machine.Write("/proc/sys/kernel/bootloader_type", "208\n");
  EXPECT_FALSE(Has(StatusText(ReadStatus(machine.root())), "the kexec failed")) << "it came up by kexec";
}

}  // namespace
}  // namespace kexec_helper
