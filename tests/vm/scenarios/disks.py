"""The disk fails under kernel, initrd or menu: on the guest with a logical volume the device mapper plays a disk that
cannot be read at one place, or takes for ever. GRUB and the next boot see the real one."""

import re

from vmlib.product import check_reason, declined, set_setting
from vmlib.scenario import check, scenario
from vmlib.variants import LVM, SEPARATE_BOOT

# 512-byte sectors of the file's first extent, then of the volume: start, size, and what it maps to.
EXTENT = "filefrag -v -b512 {path} | sed -n 's/^ *0: *[0-9]*\\.\\. *[0-9]*: *\\([0-9]*\\)\\.\\. *\\([0-9]*\\):.*/\\1 \\2/p'"
# One call loads, suspends, swaps and resumes: nothing in between has to be read from the volume.
SWAP = """
set -e
sync
echo 3 >/proc/sys/vm/drop_caches
printf '{table}' | dmsetup reload vg-root
dmsetup resume vg-root
"""
FAILS = "error"
HANGS = "delay {device} {sector} 150000 {device} {sector} 0"  # milliseconds; a load is given up after 80 s


def disk(guest, path, target=FAILS, header=0):
    """What the file has behind `header` sectors cannot be read any more, or not in time."""
    first, last = (int(word) for word in guest.run(EXTENT.format(path=path)).split())
    first += header
    start, size, kind, device, sector = guest.run("dmsetup table vg-root").split()
    check((start, kind) == ("0", "linear"), "the volume is not in one piece")

    def piece(at, end, target):
        return f"{at} {end - at} " + target.format(device=device, sector=int(sector) + at) + "\\n"

    good = "linear {device} {sector}"
    table = piece(0, first, good) + piece(first, last + 1, target) + piece(last + 1, int(size), good)
    guest.run(SWAP.format(table=table))


@scenario("disk-error-in-the-kernel", on=LVM)
def kernel(guest):
    """First where the helper reads it; then behind its header, where only the running kernel does."""
    path = guest.run("readlink -f /vmlinuz").strip()
    for header, words in ((0, f"{re.escape(path)}: Input/output error"),
                          (4096, f"{re.escape(path)} with .*: Input/output error")):
        with guest.apart():
            disk(guest, path, header=header)
            declined(guest, words)
    guest.leaves("reboot", expect="kexec")


@scenario("disk-error-in-the-initrd", on=LVM)
def initrd(guest):
    path = guest.run("readlink -f /initrd.img").strip()
    disk(guest, path, header=4096)
    declined(guest, f"{re.escape(path)}: .*Input/output error")


@scenario("disk-error-in-the-menu", on=LVM)
def menu(guest):
    set_setting(guest, "USE_GRUB_CONFIG", "true")
    disk(guest, "/boot/grub/grub.cfg")
    declined(guest, "grub.cfg: Input/output error")


@scenario("disk-hangs", on=LVM)
def hangs(guest):
    disk(guest, guest.run("readlink -f /vmlinuz").strip(), HANGS, header=4096)
    declined(guest, "80 seconds", timeout=600)


@scenario("root-read-only")
def read_only(guest):
    """As after an error of the root's disk, when ext4 remounts it so."""
    guest.run("echo u >/proc/sysrq-trigger; while ! grep -q ' / ext4 ro' /proc/mounts; do sleep 0.1; done")
    reboot = guest.reboot("reboot", expect="firmware")
    check("an attempt that leaves no trace" in reboot.console + reboot.shell, "nothing on the console says why")
    guest.reboot("reboot", expect="kexec")


@scenario("boot-not-mounted", on=SEPARATE_BOOT)
def not_mounted(guest):
    guest.run("umount /boot")
    check_reason(guest, guest.reboot("reboot", expect="firmware"), "/vmlinuz: no such file")
    guest.reboot("reboot", expect="kexec")
