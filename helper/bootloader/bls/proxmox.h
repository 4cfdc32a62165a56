// Machines whose EFI system partitions are kept by proxmox-boot-tool: they are not mounted, and what is on them follows
// from files in /etc/kernel and the kernels in /boot (Proxmox VE Administration Guide, "Host Bootloader").
#pragma once

#include "bootloader/bls/scan.h"
#include "sys/root.h"

namespace kexec_helper::bls {

bool IsProxmox(const Root& root);

// The entries as proxmox-boot-tool has written them: of the kernels in /boot that have an initrd the two newest of
// Proxmox's own, the running one and those that its files name, with the line of /etc/kernel/cmdline; a pinned kernel
// is the default (src/proxmox-boot/functions of proxmox-kernel-helper). Throws Error when the running kernel was
// started otherwise, since the ESPs then have something else on them.
Scan ScanProxmox(const Root& root);

}  // namespace kexec_helper::bls
