"""Secure Boot: Microsoft's keys in the firmware; Debian's shim, GRUB and kernel, each signed, and a locked down kernel."""

from vmlib.product import declined, set_setting, unsigned_kernel
from vmlib.scenario import check, scenario
from vmlib.variants import SECURE_BOOT

SECURE_BOOT_VARIABLE = "/sys/firmware/efi/efivars/SecureBoot-8be4df61-93ca-11d2-aa0d-00e098032b8c"


def check_locked_down(guest):
    check(guest.run(f"od -An -tu1 -j4 -N1 {SECURE_BOOT_VARIABLE}").strip() == "1", "Secure Boot is off")
    check("[integrity]" in guest.read("/sys/kernel/security/lockdown"), "the kernel is not locked down")


@scenario("secure-boot-signed-kernel", on=SECURE_BOOT)
def signed_kernel(guest):
    """A kexec'ed kernel is as locked down as the first, and loads the next."""
    check_locked_down(guest)
    for _ in range(2):
        guest.reboot("reboot", expect="kexec")
        check_locked_down(guest)


@scenario("secure-boot-unsigned-kernel", on=SECURE_BOOT)
def without_signature(guest):
    set_setting(guest, "KERNEL_IMAGE", f'"{unsigned_kernel(guest)}"')
    check(guest.sh("kexec-helper doctor")[0] == 1, "doctor finds an unsigned kernel good enough")
    check_locked_down(guest)
    declined(guest, "signed")


@scenario("secure-boot-changed-kernel", on=SECURE_BOOT)
def changed(guest):
    """One byte of the signed code is another."""
    guest.run("cp /vmlinuz /root/changed; printf x | dd of=/root/changed bs=1 conv=notrunc seek=2000000")
    set_setting(guest, "KERNEL_IMAGE", '"/root/changed"')
    check_locked_down(guest)
    declined(guest, "signature")
