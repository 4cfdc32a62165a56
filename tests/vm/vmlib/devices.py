"""Devices that a guest was made without."""

from . import layers, qemu

BMC = ("-device", "ipmi-bmc-sim,id=bmc0", "-device", "isa-ipmi-kcs,bmc=bmc0")
# At a place of its own: the disks must find theirs again. QEMU answers by a reset when it ends.
WATCHDOG = ("-device", "i6300esb,addr=0x10", "-action", "watchdog=reset")


def plug_in(guest, *options):
    """The ready guest once more, with QEMU's options for more devices: it has to look for them itself."""
    old = guest.machine
    old.kill()
    guest.machine = qemu.Machine(**old._parts, extra=[*options, "-loadvm", layers.READY])
    guest.boot_id = guest.run("cat /proc/sys/kernel/random/boot_id").strip()
