// What adds to a boot from outside the entry itself.
#pragma once

#include <string>

#include "bootloader/bls/menu_entry.h"
#include "sys/root.h"

namespace kexec_helper::bls {

// Why booting a unified image starts more than the image: add-ons, credentials and extensions next to it, of all images
// of its partition (systemd-stub(7)). "" if nothing does, and for other entries, which have none.
std::string FindCompanions(const Root& root, const MenuEntry& entry);

// The same of an image wherever it lies: what its own directory for that adds.
std::string FindImageCompanions(const Root& root, const std::string& image);

// Throws Error when the machine's firmware adds to the command line or to the menu (SMBIOS strings that systemd-boot
// and systemd-stub read). What only root may read is not looked at without.
void CheckFirmwareExtras(const Root& root);

}  // namespace kexec_helper::bls
