"""A kexec that fails: the machine comes back through firmware, says so, and does not try that kernel again."""

from vmlib.product import declined, set_setting, status
from vmlib.scenario import check, scenario
from vmlib.variants import SYSTEMD

FAILED = r"the kexec of Linux .* failed: the machine came up through firmware"


def settled(guest):
    """The end of a boot, when it has been noted how it came about. sysvinit gives the shell before that."""
    guest.run("for i in $(seq 60); do [ -e /var/lib/kexec-helper/attempt.json ] || exit 0; sleep 1; done; exit 1",
              timeout=90)


def not_again(guest, crash):
    """After a kexec that failed as `crash` makes it fail."""
    kernel = guest.run("readlink -f /vmlinuz").strip()
    crash(guest)
    settled(guest)
    failed = status(guest)["failed"]
    check([one["kernel"] for one in failed] == [kernel], f"status tells of these failures: {failed}")
    said = guest.run("dmesg; cat /dev/null") + guest.machine.console.text()
    check("failed: the machine came up through firmware" in said, "nobody was told at boot")
    with guest.apart():
        declined(guest, FAILED, "reset-failed")
    settled(guest)
    for name in ("INITRD", "APPEND", "PANIC_TIMEOUT"):
        set_setting(guest, name, {"INITRD": '"/initrd.img"'}.get(name, '""'))
    guest.run("kexec-helper reset-failed")
    guest.reboot("reboot", expect="kexec")
    settled(guest)
    check(not status(guest)["failed"], "a kexec that worked was taken for a failure")


@scenario("kernel-panics")
def kernel_panics(guest):
    """Without an initrd the root file system cannot be found by its UUID: a panic within the kernel's first seconds."""
    def crash(guest):
        set_setting(guest, "INITRD", '""')
        set_setting(guest, "PANIC_TIMEOUT", "2")
        guest.reboot("reboot", expect="crashed kexec")
    not_again(guest, crash)


@scenario("kernel-hangs")
def kernel_hangs(guest):
    """The initramfs waits for ever; somebody presses the reset button."""
    def crash(guest):
        set_setting(guest, "APPEND", f'"{guest.read("/proc/cmdline").strip()} break=premount"')
        def press_reset(guest):
            start = len(guest.machine.console.lines)
            guest.fire("reboot")
            guest.wait_for_console("Spawning shell within the initramfs", 180, start)
            guest.machine.qmp.execute("system_reset")
        guest.reboot(press_reset, expect="crashed kexec")
    not_again(guest, crash)


@scenario("initrd-of-another-kernel")
def initrd_of_another_kernel(guest):
    """One that has nothing this kernel could use."""
    def crash(guest):
        guest.run("cd /root && echo nothing >nothing && echo nothing | cpio -o -H newc | gzip >other.img")
        set_setting(guest, "INITRD", '"/root/other.img"')
        set_setting(guest, "PANIC_TIMEOUT", "2")
        guest.reboot("reboot", expect="crashed kexec")
    not_again(guest, crash)


@scenario("kernel-replaced-after-a-failure", on=SYSTEMD)
def kernel_replaced(guest):
    """A kernel that has been replaced is another one."""
    set_setting(guest, "INITRD", '""')
    set_setting(guest, "PANIC_TIMEOUT", "2")
    guest.reboot("reboot", expect="crashed kexec")
    set_setting(guest, "INITRD", '"/initrd.img"')
    guest.reboot("reboot", expect="firmware")
    guest.run("kernel=$(readlink -f /vmlinuz); cp $kernel $kernel.new; mv $kernel.new $kernel")
    guest.reboot("reboot", expect="kexec")
