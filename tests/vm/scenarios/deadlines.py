"""A kexec into a system that does not come up, without anybody at the console: the machine comes back by itself, with the
kernel that worked, and says why."""

from vmlib import evidence
from vmlib.guest import BOOT_LIMIT
from vmlib.product import set_setting, settled, status
from vmlib.scenario import check, scenario
from vmlib.variants import DRACUT, ORDINARY, SYSTEMD, SYSVINIT

from scenarios.recovery import request_stands

BY_KEXEC = '[ "$(cat /proc/sys/kernel/bootloader_type)" = 208 ]'
FAILED = "failed: the machine came up through firmware"


def goes_back(guest, limit):
    """A kexec after which the machine resets itself; what it has said until then, and how long it took."""
    before, hub = evidence.Mark(guest.machine), guest.machine.hub
    guest.fire("reboot")
    jump = hub.wait(before.jump, BOOT_LIMIT, "jump")
    reset = hub.wait(lambda: next(iter(before.resets()), None), limit, "reset")
    check(evidence.kind_of(before) == "crashed kexec", "the machine was reset before the jump")
    return guest.machine.console.text(before.console), f"{reset.time - jump.time:.0f} s from the jump to the reset"


def comes_back(guest, limit):
    """The same, until the machine is up again. The system that failed may have given a shell, too."""
    old = guest.boot_id
    said, took = goes_back(guest, limit)
    back = evidence.Mark(guest.machine)
    ready = guest.wait_for_shell(BOOT_LIMIT, back.shell, lambda boot_id: boot_id != old)
    return said, f"{took}, {ready.time - back.time:.0f} s to the shell"


def check_told(guest, kernel, cause):
    """At boot, in status and at login."""
    failed = status(guest)["failed"]
    check([one["kernel"] for one in failed] == [kernel], f"status has these failures: {failed}")
    check(cause in (failed[0]["cause"] or ""), f"status gives as cause: {failed[0]['cause']}")
    text = f"{FAILED}, because {cause}" if cause else FAILED
    check(text in guest.run("kexec-helper status"), "status does not say why")
    check(text in guest.run("/etc/update-motd.d/90-kexec-helper"), "nobody is told at login")


def check_told_at_boot(guest, cause):
    said = guest.machine.console.text() + guest.run("dmesg")
    check(f"{FAILED}, because {cause}" in said, "nobody was told at boot")


def running_kernel(guest):
    return guest.run("readlink -f /vmlinuz").strip()


@scenario("no-root", on=ORDINARY + DRACUT[:1])
def no_root(guest):
    """The initramfs finds no root file system, and would give a shell."""
    kernel = running_kernel(guest)
    line = guest.read("/proc/cmdline").strip()
    words = [word for word in line.split() if not word.startswith(("BOOT_IMAGE=", "root="))]
    if guest.variant.initramfs == "dracut":
        words.append("rd.timeout=20")  # which waits without end otherwise
    set_setting(guest, "APPEND", f'"root=UUID=00000000-0000-0000-0000-000000000000 {" ".join(words)}"')
    set_setting(guest, "PANIC_TIMEOUT", "5")
    took = comes_back(guest, 400)[1]
    settled(guest)
    check_told(guest, kernel, "")
    return took


HANGING_UNIT = f"""[Unit]
Before=boot-complete.target
[Service]
Type=oneshot
ExecStart=/bin/sh -c '! {BY_KEXEC} || exec sleep infinity'
[Install]
RequiredBy=boot-complete.target
"""

HANGING_SCRIPT = f"""#!/bin/sh
### BEGIN INIT INFO
# Provides:          hangs
# Required-Start:    $remote_fs
# Required-Stop:
# Default-Start:     2 3 4 5
# Default-Stop:
# Short-Description: Hangs after a kexec
### END INIT INFO
! {BY_KEXEC} || exec sleep 100000
"""


@scenario("boot-timeout")
def boot_timeout(guest):
    """A check of the system's health, or a script of the runlevel, never ends."""
    kernel = running_kernel(guest)
    if guest.variant.systemd:
        guest.write("/etc/systemd/system/hangs.service", HANGING_UNIT)
        guest.run("systemctl enable hangs.service")
    else:
        guest.write("/etc/init.d/hangs", HANGING_SCRIPT)
        guest.run("chmod 755 /etc/init.d/hangs; update-rc.d hangs defaults")
    # Until the root file system is writable nothing can be put on record, which takes a slow machine a minute.
    seconds = 45 if guest.brief else 90
    set_setting(guest, "BOOT_TIMEOUT", str(seconds))
    cause = f"the system had not come up {seconds} s after its start (BOOT_TIMEOUT)"
    said, took = goes_back(guest, 300) if guest.brief else comes_back(guest, 400)
    check(f"kexec-helper: rebooting through firmware, because {cause}" in said, "the console does not say why")
    if guest.brief:
        return took
    check("could not be put on record" not in said, "the record does not say why")
    guest.wait_until_settled()
    settled(guest)
    check_told(guest, kernel, cause)
    check_told_at_boot(guest, cause)
    check(not request_stands(guest), "the boot loader is still asked for an entry")
    return took


# Without the default dependencies, which would bring the rest of the boot along.
EMERGENCY_SHELL = """[Unit]
DefaultDependencies=no
[Service]
ExecStart=/usr/local/sbin/serial-shell
[Install]
WantedBy=emergency.target
"""
ASKED = "unless an administrator logs in here, the machine reboots through firmware"


def break_file_systems(guest):
    """The next boots end in emergency mode, with a shell for the harness."""
    guest.write("/etc/systemd/system/emergency-shell.service", EMERGENCY_SHELL)
    guest.run("systemctl enable emergency-shell.service;"
              " echo '/dev/disk/by-label/missing /mnt ext4 x-systemd.device-timeout=2 0 0' >>/etc/fstab")


@scenario("emergency-mode", on=SYSTEMD)
def emergency_mode(guest):
    """For a file system that is not there. After a boot through firmware the machine stays in it."""
    kernel = running_kernel(guest)
    break_file_systems(guest)
    set_setting(guest, "PANIC_TIMEOUT", "5")
    said, took = comes_back(guest, 300)
    check(f"{ASKED} (PANIC_TIMEOUT=5)" in said, "nobody is asked to log in")
    check("kexec-helper: rebooting through firmware, because the system had ended in emergency mode" in said,
          "the console does not say why")
    check("emergency.target" in guest.run("systemctl list-units --type=target"), "this is not emergency mode")
    check_told(guest, kernel, "the system had ended in emergency mode")
    return took


@scenario("emergency-mode-with-an-administrator", on=SYSTEMD)
def emergency_mode_with_an_administrator(guest):
    """Who has logged in at the console is not disturbed."""
    guest.run("echo root:password | chpasswd")
    break_file_systems(guest)
    set_setting(guest, "PANIC_TIMEOUT", "20")
    old, since, start = guest.boot_id, len(guest.machine.shell.lines), len(guest.machine.console.lines)
    guest.fire("reboot")
    guest.wait_for_console("You are in emergency mode", BOOT_LIMIT, start)
    guest.machine.console.send("password\n")
    guest.wait_for_shell(BOOT_LIMIT, since, lambda boot_id: boot_id != old)
    guest.wait_for_console("no reboot by PANIC_TIMEOUT=20: an administrator has logged in", BOOT_LIMIT, start)
    check(status(guest)["boot"]["kind"] == "kexec", "this boot did not come by kexec")
