"""First boot of a disk image, by QEMU's own loader: the guest installs GRUB for both firmwares and powers off."""

from pathlib import Path

from . import qemu
from .guest import BOOT_LIMIT, Guest

COMMAND_LINE = "root=/dev/vda3 ro console=ttyS0 quiet"
INSTALL_GRUB = """
set -e
mount /boot/efi
grub-install --target=i386-pc /dev/vda
grub-install --target=x86_64-efi --efi-directory=/boot/efi --removable --no-nvram
umount /boot/efi
update-grub
"""


def definition():
    return [qemu.version(), COMMAND_LINE, INSTALL_GRUB]


def provision(directory):
    """Changes disk.raw in the directory, which also has the vmlinuz and initrd.img to start it with."""
    boot = ["-kernel", directory / "vmlinuz", "-initrd", directory / "initrd.img", "-append", COMMAND_LINE]
    with qemu.Machine(directory / "disk.raw", "raw", extra=boot) as machine:
        guest = Guest(machine)
        guest.wait_until_up(BOOT_LIMIT)
        guest.run(INSTALL_GRUB, timeout=300)
        guest.fire("poweroff")
        guest.wait_for_power_off()
        machine.wait_for_exit(60)
    for name in ("vmlinuz", "initrd.img"):
        Path(directory, name).unlink()
