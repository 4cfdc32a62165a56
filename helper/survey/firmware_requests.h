// What the firmware or the boot loader was asked for at the next reboot, and a kexec would skip.
#pragma once

#include <string>
#include <vector>

#include "sys/root.h"

namespace kexec_helper {

// One sentence for each request: "the EFI variable BootNext: firmware boots entry 0003 next". From EFI variables
// (efivarfs: UEFI specification 8.5.4 OsIndications, 3.3 BootNext; Boot Loader Interface; shim's MokVars.txt) and from
// what systemd leaves in /run for systemd-shutdown (src/login/logind-dbus.c). A variable that exists and cannot be read
// is a request too, because what it asks for is not known. Throws SystemError when a directory cannot be looked into.
std::vector<std::string> FindFirmwareRequests(const Root& root);

// Adds the request of an entry for one boot, for machines whose boot loader is not known to honour it.
void AddOneShotVariable(const Root& root, std::vector<std::string>& requests);

}  // namespace kexec_helper
