"""The disk fails under kernel, initrd or menu: the device mapper plays a disk that cannot be read, or that takes
for ever. (The guest on a logical volume has its tools.)"""

from vmlib.product import check_reason, set_setting
from vmlib.scenario import check, scenario
from vmlib.variants import LVM, SEPARATE_BOOT

SETUP = """
set -e
truncate -s 96M /root/suspect
mke2fs -q -F -t ext4 /root/suspect
device=$(losetup --find --show /root/suspect)
dmsetup create suspect --table "0 $(blockdev --getsz $device) linear $device 0"
mount /dev/mapper/suspect /mnt
cp -L /vmlinuz /initrd.img /boot/grub/grub.cfg /mnt
umount /mnt
mount -o ro /dev/mapper/suspect /mnt
"""
# {target}: a device mapper table's, behind start and size. The files' beginnings stay readable: they are in memory.
FAIL = """
set -e
ls -l /mnt >/dev/null
echo 1 >/proc/sys/vm/drop_caches
for file in {readable}; do head -c 4096 /mnt/$file >/dev/null; done
dmsetup reload suspect --table "0 $(dmsetup table suspect | cut -d' ' -f2) {target}"
dmsetup suspend --noflush suspect
dmsetup resume suspect
"""
NEVER_IN_TIME = 150_000  # milliseconds; a load is given up after 80 s


def from_failing_disk(guest, target="error", readable=""):
    guest.run(SETUP)
    device = guest.run("losetup --noheadings --output NAME --associated /root/suspect").strip()
    guest.run(FAIL.format(target=target.format(device=device), readable=readable))


def use(guest, kernel="/vmlinuz", initrd="/initrd.img"):
    set_setting(guest, "KERNEL_IMAGE", f'"{kernel}"')
    set_setting(guest, "INITRD", f'"{initrd}"')


@scenario("disk-error-in-the-kernel", on=LVM)
def kernel(guest):
    """First at its very beginning; then behind its header, where only the running kernel reads it."""
    use(guest, kernel="/mnt/vmlinuz")
    from_failing_disk(guest)
    check_reason(guest, guest.reboot("reboot", expect="firmware"), "/mnt/vmlinuz: Input/output error")
    from_failing_disk(guest, readable="vmlinuz")
    check_reason(guest, guest.reboot("reboot", expect="firmware"), "/mnt/vmlinuz.*Input/output error")


@scenario("disk-error-in-the-initrd", on=LVM, ci=False)
def initrd(guest):
    use(guest, initrd="/mnt/initrd.img")
    from_failing_disk(guest, readable="initrd.img")
    check_reason(guest, guest.reboot("reboot", expect="firmware"), "/mnt/initrd.img.*Input/output error")


@scenario("disk-error-in-the-menu", on=LVM, ci=False)
def menu(guest):
    set_setting(guest, "USE_GRUB_CONFIG", "true")
    from_failing_disk(guest)
    guest.run("mount --bind /mnt/grub.cfg /boot/grub/grub.cfg")
    check_reason(guest, guest.reboot("reboot", expect="firmware"), "grub.cfg: Input/output error")


@scenario("disk-hangs", on=LVM, ci=False)
def hangs(guest):
    use(guest, kernel="/mnt/vmlinuz")
    from_failing_disk(guest, target=f"delay {{device}} 0 {NEVER_IN_TIME} {{device}} 0 0", readable="vmlinuz")
    check_reason(guest, guest.reboot("reboot", expect="firmware", timeout=600), "80 seconds")


@scenario("root-read-only", ci=False)
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
