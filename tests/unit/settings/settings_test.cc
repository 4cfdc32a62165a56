#include "settings/settings.h"

#include <gtest/gtest.h>

#include "error_of.h"

namespace kexec_helper {
namespace {

Settings Interpret(const std::string& name, const std::string& value) {
  return InterpretSettings({{name, {value, "/etc/default/kexec", 12}}});
}

std::string Refusal(const std::string& name, const std::string& value) {
  return ErrorOf([&] { Interpret(name, value); });
}

TEST(SettingsTest, Defaults) {
  Settings settings = InterpretSettings({});
  EXPECT_EQ(settings.load_kexec, std::nullopt);
  EXPECT_EQ(settings.load_kexec_where, "/etc/default/kexec");
  EXPECT_EQ(settings.kernel_image, "/vmlinuz");
  EXPECT_EQ(settings.initrds, std::vector<std::string>{"/initrd.img"});
  EXPECT_EQ(settings.append, "");
  EXPECT_EQ(settings.use_grub_config, GrubConfig::kAuto);
  EXPECT_FALSE(settings.kexec_anyway);
  EXPECT_TRUE(settings.fallback);
  EXPECT_FALSE(settings.load_crash_kernel);
  EXPECT_TRUE(FollowsBootLoader(settings));
}

TEST(SettingsTest, ValuesAndTheirPlaces) {
  EXPECT_EQ(Interpret("LOAD_KEXEC", "true").load_kexec, true);
  EXPECT_EQ(Interpret("LOAD_KEXEC", "false").load_kexec, false);
  EXPECT_EQ(Interpret("LOAD_KEXEC", "true").load_kexec_where, "/etc/default/kexec:12");
  EXPECT_EQ(Interpret("USE_GRUB_CONFIG", "true").use_grub_config, GrubConfig::kTrue);
  EXPECT_EQ(Interpret("USE_GRUB_CONFIG", "auto").use_grub_config, GrubConfig::kAuto);
  EXPECT_TRUE(Interpret("KEXEC_ANYWAY", "true").kexec_anyway);
  EXPECT_EQ(Interpret("USE_GRUB_CONFIG", "false").use_grub_config, GrubConfig::kFalse);
  EXPECT_EQ(Interpret("KERNEL_IMAGE", "/boot/my kernel").kernel_image, "/boot/my kernel");
  EXPECT_EQ(Interpret("INITRD", "/boot/i").initrds, std::vector<std::string>{"/boot/i"});
  EXPECT_EQ(Interpret("INITRD", " /a  /b\t/c ").initrds, (std::vector<std::string>{"/a", "/b", "/c"}));
  EXPECT_TRUE(Interpret("INITRD", "").initrds.empty());
  EXPECT_EQ(Interpret("APPEND", " a  b ").append, " a  b ");
}

TEST(SettingsTest, OtherNamesAreNotOurs) { EXPECT_EQ(Interpret("LOAD_KEXECS", "x"), InterpretSettings({})); }

TEST(SettingsTest, OnlyTrueAndFalseAreBooleans) {
  for (const char* name : {"LOAD_KEXEC", "KEXEC_ANYWAY", "FALLBACK", "LOAD_CRASH_KERNEL"})
    for (const char* value : {"", "yes", "no", "1", "0", "True", "TRUE", "true ", " true", "truefalse"})
      EXPECT_EQ(Refusal(name, value),
                std::string("/etc/default/kexec:12: ") + name + "=\"" + value + "\": must be true or false");
}

TEST(SettingsTest, WhoseKernelIsStarted) {
  for (const char* value : {"", "yes", "Auto", "true false"})
    EXPECT_EQ(Refusal("USE_GRUB_CONFIG", value),
              std::string("/etc/default/kexec:12: USE_GRUB_CONFIG=\"") + value + "\": must be auto, true or false");
}

TEST(SettingsTest, PathsAreAbsolute) {
  EXPECT_EQ(Refusal("KERNEL_IMAGE", ""), "/etc/default/kexec:12: KERNEL_IMAGE=\"\": must be an absolute path");
  EXPECT_EQ(Refusal("KERNEL_IMAGE", "vmlinuz"),
            "/etc/default/kexec:12: KERNEL_IMAGE=\"vmlinuz\": must be an absolute path");
  EXPECT_EQ(Refusal("INITRD", "boot/i"),
            "/etc/default/kexec:12: INITRD=\"boot/i\": must be absolute paths, separated by blanks");
}

TEST(SettingsTest, AMessageIsOneShortLine) {
  EXPECT_EQ(Refusal("LOAD_KEXEC", "a\n\x1b[31m\x7f"),
            "/etc/default/kexec:12: LOAD_KEXEC=\"a??[31m?\": must be true or false");
  EXPECT_LT(Refusal("LOAD_KEXEC", std::string(1000, 'x')).size(), 200u);
}

TEST(SettingsTest, ThePanicTimeoutIsANumberOfSeconds) {
  EXPECT_EQ(InterpretSettings({}).panic_timeout, 60);
  EXPECT_EQ(Interpret("PANIC_TIMEOUT", "30").panic_timeout, 30);
  EXPECT_EQ(Interpret("PANIC_TIMEOUT", "9999").panic_timeout, 9999);
  EXPECT_EQ(Interpret("PANIC_TIMEOUT", "").panic_timeout, std::nullopt);
  for (const char* value : {"0", "00", "-1", "10000", "30s", " 30", "1e2"})
    EXPECT_EQ(Refusal("PANIC_TIMEOUT", value), std::string("/etc/default/kexec:12: PANIC_TIMEOUT=\"") + value +
                                                   "\": must be a number of seconds from 1 to 9999, or empty");
}

TEST(SettingsTest, TheBootTimeoutIsANumberOfSecondsOrEmpty) {
  EXPECT_EQ(InterpretSettings({}).boot_timeout, std::nullopt);
  EXPECT_EQ(Interpret("BOOT_TIMEOUT", "").boot_timeout, std::nullopt);
  EXPECT_EQ(Interpret("BOOT_TIMEOUT", "300").boot_timeout, 300);
  EXPECT_EQ(Refusal("BOOT_TIMEOUT", "soon"),
            "/etc/default/kexec:12: BOOT_TIMEOUT=\"soon\": must be a number of seconds from 1 to 9999, or empty");
}

TEST(SettingsTest, MaxKexecsIsANumberOrEmpty) {
  EXPECT_EQ(InterpretSettings({}).max_kexecs, std::nullopt);
  EXPECT_EQ(Interpret("MAX_KEXECS", "").max_kexecs, std::nullopt);
  EXPECT_EQ(Interpret("MAX_KEXECS", "20").max_kexecs, 20);
  EXPECT_EQ(Interpret("MAX_KEXECS", "20").max_kexecs_where, "/etc/default/kexec:12");
  EXPECT_EQ(Refusal("MAX_KEXECS", "-1"),
            "/etc/default/kexec:12: MAX_KEXECS=\"-1\": must be a number of kexec reboots from 1 to 9999, or empty");
}

TEST(SettingsTest, TheWatchdogAndItsTime) {
  EXPECT_TRUE(InterpretSettings({}).watchdog);
  EXPECT_TRUE(Interpret("WATCHDOG", "auto").watchdog);
  EXPECT_FALSE(Interpret("WATCHDOG", "off").watchdog);
  EXPECT_EQ(Refusal("WATCHDOG", "/dev/x"), "/etc/default/kexec:12: WATCHDOG=\"/dev/x\": must be auto or off");
  EXPECT_EQ(InterpretSettings({}).watchdog_timeout, 600);
  EXPECT_EQ(Interpret("WATCHDOG_TIMEOUT", "30").watchdog_timeout, 30);
  EXPECT_EQ(Interpret("WATCHDOG_TIMEOUT", "6000").watchdog_timeout, 6000);
  for (const char* value : {"", "0", "29", "6001", "10000", "-1", "1m"})
    EXPECT_EQ(Refusal("WATCHDOG_TIMEOUT", value), std::string("/etc/default/kexec:12: WATCHDOG_TIMEOUT=\"") + value +
                                                      "\": must be a number of seconds from 30 to 6000");
}

}  // namespace
}  // namespace kexec_helper
