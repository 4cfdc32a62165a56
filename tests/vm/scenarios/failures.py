"""Whatever goes wrong ends in an ordinary firmware reboot that says why.

Only copies of kernel and initrd are broken: the firmware path must keep working.
"""

from vmlib.product import declined, set_setting
from vmlib.scenario import scenario


@scenario("kernel-missing")
def kernel_missing(guest):
    set_setting(guest, "KERNEL_IMAGE", '"/boot/no-such-kernel"')
    declined(guest, "/boot/no-such-kernel")


@scenario("kernel-garbage")
def kernel_garbage(guest):
    guest.run("dd if=/dev/urandom of=/root/garbage bs=1M count=4")
    set_setting(guest, "KERNEL_IMAGE", '"/root/garbage"')
    declined(guest, "/root/garbage")


@scenario("kernel-truncated")
def kernel_truncated(guest):
    """Debian 12's scripts load it, jump into it, and crash."""
    guest.run("head -c 3000000 /vmlinuz >/root/truncated")
    set_setting(guest, "KERNEL_IMAGE", '"/root/truncated"')
    declined(guest, "/root/truncated")


@scenario("kernel-is-a-directory")
def kernel_is_a_directory(guest):
    set_setting(guest, "KERNEL_IMAGE", '"/boot"')
    declined(guest, "/boot")


@scenario("initrd-missing")
def initrd_missing(guest):
    set_setting(guest, "INITRD", '"/boot/no-such-initrd"')
    declined(guest, "/boot/no-such-initrd")


@scenario("initrd-empty")
def initrd_empty(guest):
    guest.run(": >/root/empty.img")
    set_setting(guest, "INITRD", '"/root/empty.img"')
    declined(guest, "/root/empty.img")


@scenario("kexec-load-disabled")
def kexec_load_disabled(guest):
    guest.run("echo 1 >/proc/sys/kernel/kexec_load_disabled")
    declined(guest, "kexec_load_disabled")
