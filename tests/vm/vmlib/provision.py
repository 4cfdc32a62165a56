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
# The signed GRUB looks for its menu in EFI/debian. Without fallback (fbx64) shim starts GRUB from where it is itself,
# and leaves the firmware's variables alone.
INSTALL_SIGNED_GRUB = """
set -e
mount /boot/efi
grub-install --target=x86_64-efi --efi-directory=/boot/efi --force-extra-removable --no-nvram
rm -f /boot/efi/EFI/BOOT/fbx64.efi
umount /boot/efi
update-grub
"""


def install_grub(variant):
    return INSTALL_SIGNED_GRUB if variant.secure_boot else INSTALL_GRUB


def definition(variant):
    return [qemu.version(), COMMAND_LINE, install_grub(variant)]


def finish(variant, directory, accelerator):
    """Changes disk.raw in the directory, which also has the vmlinuz and initrd.img to start it with."""
    boot = ["-kernel", directory / "vmlinuz", "-initrd", directory / "initrd.img", "-append", COMMAND_LINE]
    with qemu.Machine(directory / "disk.raw", "raw", extra=boot, accelerator=accelerator) as machine:
        guest = Guest(machine)
        guest.wait_until_up(BOOT_LIMIT)
        guest.run(install_grub(variant), timeout=300)
        guest.fire("poweroff")
        guest.wait_for_power_off()
        machine.wait_for_exit(60)
    for name in ("vmlinuz", "initrd.img"):
        Path(directory, name).unlink()
