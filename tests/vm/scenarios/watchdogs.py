"""What hangs after the jump: a watchdog that was started right before it resets the machine."""

import json
import time

from vmlib import devices, evidence
from vmlib.guest import BOOT_LIMIT
from vmlib.product import set_setting, settled, status
from vmlib.scenario import check, scenario
from vmlib.variants import SYSTEMD

SECONDS = 40
STARTED = "resets the machine unless the new system is up"
# The first two bytes of the kernel's 64-bit code, 512 bytes into what follows the real-mode part, jump to themselves
# (Documentation/arch/x86/boot.rst).
MAKE_HANGING_KERNEL = r"""cp /vmlinuz /root/hang
sectors=$(od -An -tu1 -j497 -N1 /root/hang)
printf '\353\376' | dd of=/root/hang bs=1 seek=$(( (sectors + 1) * 512 + 512 )) conv=notrunc"""
# A later archive wins.
MAKE_HANGING_INITRD = r"""mkdir /root/hang.d && cd /root/hang.d
printf '#!/bin/sh\necho the initramfs hangs >/dev/kmsg\nwhile :; do sleep 100; done\n' >init && chmod 755 init
{ cat /initrd.img; echo init | cpio -o -H newc | gzip; } >/root/hang.img"""
# Started at boot by the word that only the next command line has.
HANGING_UNIT = """[Unit]
ConditionKernelCommandLine=hang
Before=multi-user.target
[Service]
Type=oneshot
ExecStart=sh -c 'echo user space hangs >/dev/kmsg; exec sleep infinity'
TimeoutStartSec=infinity
"""


def hangs_at_once(guest):
    guest.run(MAKE_HANGING_KERNEL)
    set_setting(guest, "KERNEL_IMAGE", '"/root/hang"')


def hangs_in_the_initramfs(guest):
    guest.run(MAKE_HANGING_INITRD)
    set_setting(guest, "INITRD", '"/root/hang.img"')


def hangs_in_user_space(guest):
    guest.write("/etc/systemd/system/hang.service", HANGING_UNIT)
    guest.run("systemctl add-wants multi-user.target hang.service")
    set_setting(guest, "APPEND", f'"{guest.read("/proc/cmdline").strip()} hang"')


def plug_in_bmc(guest):
    """The guest's firmware has told nobody of it; the next kernel is told by the same file."""
    devices.plug_in(guest, *devices.BMC)
    guest.run("echo options ipmi_si type=kcs ports=0xca2 irqs=0 >/etc/modprobe.d/bmc.conf;"
              " echo ipmi_si >/etc/modules-load.d/bmc.conf; echo ipmi_si >>/etc/modules; modprobe ipmi_si")
    return "the BMC's watchdog (IPMI)"


def plug_in_device(guest):
    """Its driver, and what the administrator has said of it, come with the next boot. QEMU's chipset has another one."""
    devices.plug_in(guest, *devices.WATCHDOG)
    guest.run("cp /usr/share/doc/kexec-helper/examples/watchdog.conf /etc/modprobe.d/ ||"
              " echo 'options watchdog stop_on_reboot=0' >/etc/modprobe.d/watchdog.conf;"
              " echo blacklist iTCO_wdt >>/etc/modprobe.d/watchdog.conf")
    guest.reboot("reboot", expect="kexec")
    settled(guest)
    guest.run("udevadm settle; modprobe i6300esb")
    return "i6300ESB timer"


def resets(guest, watchdog, limit):
    """Seconds from the jump to the reset."""
    set_setting(guest, "WATCHDOG_TIMEOUT", str(SECONDS))
    plan = json.loads(guest.run("kexec-helper --json plan"))
    check(plan["watchdog"] == f"{watchdog}, {SECONDS} s", f"plan says of the watchdog: {plan['watchdog']}")
    before = evidence.Mark(guest.machine)
    guest.fire("reboot")
    jump = guest.machine.hub.wait(before.jump, BOOT_LIMIT, "jump")
    reset = guest.machine.hub.wait(lambda: next(iter(before.resets()), None), limit, "reset by the watchdog")
    console = guest.machine.console.text(before.console)
    # Under sysvinit the jump follows at once, and the serial line has not sent the words yet.
    check(not guest.variant.systemd or STARTED in console,
          "nobody was told that a watchdog was started")
    return reset.time - jump.time


def hangs(guest, plug_in, kinds):
    watchdog = plug_in(guest)
    told = []
    for make in kinds[:-1]:
        with guest.undone():
            make(guest)
            told.append(f"{make.__name__} {resets(guest, watchdog, SECONDS + 60):.0f} s")
    kinds[-1](guest)
    since, old = len(guest.machine.shell.lines), guest.boot_id
    told.append(f"{kinds[-1].__name__} {resets(guest, watchdog, SECONDS + 60):.0f} s")
    if not guest.brief:
        start = time.monotonic()
        guest.wait_for_shell(BOOT_LIMIT, since, lambda boot_id: boot_id != old)
        guest.wait_until_settled()
        told.append(f"back {time.monotonic() - start:.0f} s later")
        settled(guest)
        said = status(guest)
        check(len(said["failed"]) == 1, f"status does not name the failure: {said['failed']}")
        check(said["last_shutdown"]["watchdog"] == f"{watchdog}, {SECONDS} s", "status does not name the watchdog")
    return ", ".join(told)


@scenario("hangs-watched-by-a-bmc", on=SYSTEMD + ("bookworm-sysvinit",))
def hangs_watched_by_a_bmc(guest):
    """The kernel in its first instruction, the initramfs, user space: the BMC resets the machine."""
    later = [hangs_in_the_initramfs] + ([hangs_in_user_space] if guest.variant.systemd else [])
    return hangs(guest, plug_in_bmc, [hangs_at_once] if guest.brief else [*later, hangs_at_once])


@scenario("hangs-watched-by-a-device", on=SYSTEMD + ("bookworm-sysvinit",))
def hangs_watched_by_a_device(guest):
    """The same with a hardware watchdog whose driver was told not to stop it, and stops it when it is loaded."""
    later = [hangs_in_user_space] if guest.variant.systemd else []
    return hangs(guest, plug_in_device, [hangs_at_once] if guest.brief else [*later, hangs_at_once])


@scenario("watchdog-stopped-when-up", on=SYSTEMD + ("bookworm-sysvinit",))
def watchdog_stopped_when_up(guest):
    """A kernel that comes up is left alone."""
    plug_in_bmc(guest)
    set_setting(guest, "WATCHDOG_TIMEOUT", "600")
    guest.reboot("reboot", expect="kexec")
    settled(guest)
    guest.run("[ ! -e /var/lib/kexec-helper/watchdog.json ]")
    check("watchdog" not in guest.run("systemctl status kexec-boot-complete; true"), "boot-complete complains")
    # One that is running is another program's, and is not started.
    again = guest.reboot("reboot", expect="kexec")
    check(not guest.variant.systemd or STARTED in again.console, "the BMC's timer had not been stopped")
