#include "survey/firmware_time.h"

#include <gtest/gtest.h>

#include "temporary_root.h"

namespace kexec_helper {
namespace {

constexpr const char* kFpdt = "/sys/firmware/acpi/fpdt/boot/exitbootservice_end_ns";
constexpr const char* kLoader = "/sys/firmware/efi/efivars/LoaderTimeExecUSec-4a67b082-0a4c-41cf-b6c7-440b29bb8c4f";

std::string EfiVariable(const std::string& digits) {
  std::string bytes("\x06\0\0\0", 4);
  for (char digit : digits) bytes += {digit, '\0'};
  return bytes + std::string(2, '\0');
}

TEST(FirmwareTimeTest, FromAcpi) {
  TemporaryRoot machine;
  machine.Write(kFpdt, "12500000000\n");
  machine.Write(kLoader, EfiVariable("3000000"));
  auto time = ReadFirmwareTime(machine.root());
  ASSERT_TRUE(time);
  EXPECT_DOUBLE_EQ(time->seconds, 12.5);
  EXPECT_EQ(time->source, "ACPI FPDT");
}

TEST(FirmwareTimeTest, FromTheBootLoader) {
  TemporaryRoot machine;
  machine.Write(kFpdt, "0\n");
  machine.Write(kLoader, EfiVariable("3250000"));
  auto time = ReadFirmwareTime(machine.root());
  ASSERT_TRUE(time);
  EXPECT_DOUBLE_EQ(time->seconds, 3.25);
  EXPECT_NE(time->source.find("LoaderTimeExecUSec"), std::string::npos);
}

TEST(FirmwareTimeTest, NothingWhenTheFirmwareDoesNotTell) {
  TemporaryRoot machine;
  EXPECT_FALSE(ReadFirmwareTime(machine.root()));
  for (std::string junk : {std::string("soon"), std::string(), std::string("\0\0", 2), std::string("-5")}) {
    machine.Write(kFpdt, junk);
    machine.Write(kLoader, junk);
    EXPECT_FALSE(ReadFirmwareTime(machine.root())) << junk;
  }
}

TEST(FirmwareTimeTest, WhatCannotBeReadIsNothing) {
  TemporaryRoot machine;
  machine.MakeDirectory(kFpdt);
  machine.Write(kLoader, std::string(5000, '1'));
  EXPECT_FALSE(ReadFirmwareTime(machine.root()));
}

}  // namespace
}  // namespace kexec_helper
