#include "survey/firmware_time.h"

#include <cstdlib>

#include "sys/error.h"

namespace kexec_helper {

namespace {

constexpr const char* kFpdt = "/sys/firmware/acpi/fpdt/boot/exitbootservice_end_ns";
constexpr const char* kLoader = "/sys/firmware/efi/efivars/LoaderTimeExecUSec-4a67b082-0a4c-41cf-b6c7-440b29bb8c4f";

std::string ReadOrEmpty(const Root& root, const char* path) {
  try {
    return root.ReadIfPresent(path, 4096).value_or("");
  } catch (const Error&) {
    return "";
  }
}

// An efivarfs file: four bytes of attributes, then here a decimal number in UTF-16.
std::string EfiDecimal(const std::string& variable) {
  std::string digits;
  for (size_t i = 4; i < variable.size() && variable[i] != '\0'; i += 2) digits += variable[i];
  return digits;
}

}  // namespace

std::optional<FirmwareTime> ReadFirmwareTime(const Root& root) {
  double fpdt = std::strtod(ReadOrEmpty(root, kFpdt).c_str(), nullptr) / 1e9;
  if (fpdt > 0) return FirmwareTime{fpdt, "ACPI FPDT"};
  double loader = std::strtod(EfiDecimal(ReadOrEmpty(root, kLoader)).c_str(), nullptr) / 1e6;
  if (loader > 0) return FirmwareTime{loader, "boot loader (LoaderTimeExecUSec)"};
  return std::nullopt;
}

}  // namespace kexec_helper
