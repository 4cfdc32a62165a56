"""A kexec that fails: the machine comes back through firmware, says so, and does not try that kernel again."""

from vmlib.comparison import kernel_and_command_line
from vmlib.guest import BOOT_LIMIT
from vmlib.product import declined, last_shutdown, set_setting, settled, status
from vmlib.scenario import check, scenario
from vmlib.variants import ALL, DRACUT, SYSTEMD, SYSVINIT, TRIXIE

from scenarios import boot_loader_entries, exitrd, grub_menu

FAILED = r"the kexec of Linux .* failed: the machine came up through firmware"


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


BROKEN = "99.0.0-broken"
# One that has nothing a kernel could use.
MAKE_OTHER_INITRD = "cd /root && echo nothing >nothing && echo nothing | cpio -o -H newc | gzip >other.img"


def install_broken_kernel(guest):
    """The boot loader's new default panics: its initrd has nothing that it could use."""
    if guest.variant.loader == "grub":
        grub_menu.add_kernel(guest, BROKEN)
        guest.run(f"cp /root/other.img /boot/initrd.img-{BROKEN}; update-grub", timeout=180)
    else:
        boot_loader_entries.add_kernel(guest, BROKEN, "/root/other.img")


def request_stands(guest):
    """Whether the boot loader is asked for an entry at its next boot."""
    return not guest.sh("grub-editenv - list 2>/dev/null | grep 'next_entry=.' ||"
                        " ls /sys/firmware/efi/efivars/LoaderEntryOneShot-*")[0]


@scenario("fallback", on=[name for name in ALL if name not in DRACUT])
def fallback(guest):
    """After a failure the boot loader boots the kernel that worked, and so do the reboots that follow."""
    worked = kernel_and_command_line(guest)
    guest.run(MAKE_OTHER_INITRD)
    install_broken_kernel(guest)
    set_setting(guest, "PANIC_TIMEOUT", "2")
    check("is asked for entry" in guest.run("kexec-helper plan"), "plan knows no fallback")
    failed = guest.reboot("reboot", expect="crashed kexec")
    settled(guest)
    check(BROKEN in failed.console, "another kernel was started")
    check(kernel_and_command_line(guest) == worked, "the boot loader has booted another entry")
    check("was asked for entry" in guest.machine.console.text(), "nobody was told at boot")
    if not guest.brief:
        guest.reboot("reboot", expect="kexec")
        settled(guest)
        check("Until then" in last_shutdown(guest)["reason"], "the reason does not tell")
        check(not request_stands(guest), "the system that came up has not taken the request back")
        guest.run("touch /tmp/no-kexec-reboot")
        guest.reboot("reboot", expect="firmware")
        settled(guest)
        check(kernel_and_command_line(guest) == worked, "a firmware reboot has started the kernel that failed")
    check("Until then" in guest.run("kexec-helper plan"), "plan does not tell")
    line = guest.leaves("reboot", expect="kexec").command_line
    check(BROKEN not in line, f"the kernel that failed was started: {line}")


def refused(guest, reason):
    """A reboot whose jump is refused: through firmware, with the reason, and no kernel is blamed for it."""
    reboot = guest.reboot("reboot", expect="firmware")
    check(f"kexec: firmware reboot: {reason}" in reboot.console, "the console does not give the reason")
    settled(guest)
    said = status(guest)
    check(not said["failed"], f"a kernel is blamed that was never started: {said['failed']}")
    check(said["last_shutdown"]["action"] == "firmware" and reason in said["last_shutdown"]["reason"],
          f"status does not tell: {said['last_shutdown']}")
    check(not request_stands(guest), "the boot loader is still asked for an entry")
    guest.leaves("reboot", expect="kexec")


@scenario("jump-refused-for-an-exitrd", on=TRIXIE)
def refused_for_an_exitrd(guest):
    """One that can neither be made to jump nor be left out."""
    exitrd.place(guest, "kexec -e\n")
    guest.run("chattr +i /run/initramfs /run/initramfs/usr/bin /run/initramfs/usr/sbin")
    refused(guest, "kexec-helper prepare-jump failed")


@scenario("jump-refused-by-a-busy-file-system", on=SYSVINIT)
def refused_by_a_busy_file_system(guest):
    """A process that no script may end keeps a file of it open, while the root is read-only already."""
    guest.run("truncate -s 16M /dev/shm/disk && mkfs.ext4 -q /dev/shm/disk && mkdir -p /mnt/busy &&"
              " mount -o loop /dev/shm/disk /mnt/busy && mkdir -p /run/sendsigs.omit.d")
    guest.run("(exec 9>/mnt/busy/file; exec setsid sleep 100000) >/dev/null 2>&1 & echo $! >/run/sendsigs.omit.d/busy")
    refused(guest, "kexec-helper came back with exit status 1")


@scenario("rescue-after-a-kexec", on=SYSTEMD)
def rescue_after_a_kexec(guest):
    """A kernel that ends in rescue mode, as it was told to, has not failed."""
    line = guest.read("/proc/cmdline").strip()
    guest.run("systemctl add-wants rescue.target serial-shell.service")
    guest.run(f"kexec-helper load /vmlinuz --initrd /initrd.img --append '{line} systemd.unit=rescue.target'")
    old, since = guest.boot_id, len(guest.machine.shell.lines)
    guest.fire("reboot")
    guest.wait_for_shell(BOOT_LIMIT, since, lambda boot_id: boot_id != old)
    check(status(guest)["boot"]["kind"] == "kexec", "this boot did not come by kexec")
    check("rescue.target" in guest.run("systemctl list-units --type=target"), "this is not rescue mode")
    settled(guest)
    check(not status(guest)["failed"], "the kernel counts as failed")
    check(not request_stands(guest), "the boot loader is still asked for an entry")


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
        guest.run(MAKE_OTHER_INITRD)
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
