// How long this machine's firmware and boot loader took at the last boot through them.
#pragma once

#include <optional>
#include <string>

#include "sys/root.h"

namespace kexec_helper {

// What a kexec reboot saves, and who measured it.
struct FirmwareTime {
  double seconds = 0;
  std::string source;
};

// From ACPI's Firmware Performance Data Table (/sys/firmware/acpi/fpdt, CONFIG_ACPI_FPDT) or, where there is none, from
// the EFI variable in which a boot loader leaves its time (LoaderTimeExecUSec, Boot Loader Interface). nullopt if the
// firmware has no record, as with most BIOSes and virtual machines.
std::optional<FirmwareTime> ReadFirmwareTime(const Root& root);

}  // namespace kexec_helper
