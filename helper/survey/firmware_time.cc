#include "survey/firmware_time.h"

#include <cstdlib>

#include "sys/efi_variable.h"
#include "sys/error.h"

namespace kexec_helper {

namespace {

constexpr const char* kFpdt = "/sys/firmware/acpi/fpdt/boot/exitbootservice_end_ns";

// The number that a text begins with; 0 when it cannot be read.
template <typename ReadText>
double NumberIn(const ReadText& read) {
  try {
    return std::strtod(read().value_or("").c_str(), nullptr);
  } catch (const Error&) {
    return 0;
  }
}

}  // namespace

std::optional<FirmwareTime> ReadFirmwareTime(const Root& root) {
  double fpdt = NumberIn([&] { return root.ReadIfPresent(kFpdt, 4096); }) / 1e9;
  if (fpdt > 0) return FirmwareTime{fpdt, "ACPI FPDT"};
  double loader = NumberIn([&] { return ReadEfiText(root, std::string("LoaderTimeExecUSec") + kEfiLoader); }) / 1e6;
  if (loader > 0) return FirmwareTime{loader, "boot loader (LoaderTimeExecUSec)"};
  return std::nullopt;
}

}  // namespace kexec_helper
