"""Every way to ask for a reboot becomes kexec; every other way down stays what it is."""

import statistics

from vmlib.product import check_reason, set_setting
from vmlib.scenario import check, scenario
from vmlib.variants import SYSTEMD, SYSVINIT, TRIXIE

LOGIND_REBOOT = ("busctl call org.freedesktop.login1 /org/freedesktop/login1 org.freedesktop.login1.Manager"
                 " Reboot b false")


@scenario("shutdown-r-now")
def shutdown_r_now(guest):
    guest.reboot("shutdown -r now")


@scenario("init-6")
def init_6(guest):
    guest.reboot("init 6")


@scenario("telinit-6")
def telinit_6(guest):
    guest.reboot("telinit 6")


@scenario("systemctl-reboot", on=SYSTEMD)
def systemctl_reboot(guest):
    guest.reboot("systemctl reboot")


@scenario("systemctl-start-reboot-target", on=SYSTEMD)
def systemctl_start_reboot_target(guest):
    guest.reboot("systemctl start reboot.target")


@scenario("logind-reboot", on=SYSTEMD)
def logind_reboot(guest):
    """A desktop's restart button."""
    guest.reboot(LOGIND_REBOOT)


def press_ctrl_alt_del(guest):
    keys = [{"type": "qcode", "data": key} for key in ("ctrl", "alt", "delete")]
    guest.machine.qmp.execute("send-key", keys=keys)


@scenario("ctrl-alt-del")
def ctrl_alt_del(guest):
    guest.reboot(press_ctrl_alt_del)


@scenario("ways-to-reboot")
def ways_to_reboot(guest):
    """In one guest: each is asked for in a kernel that a kexec started."""
    data_of_the_last_second(guest)
    ways = ["shutdown -r now", press_ctrl_alt_del]
    ways += ["systemctl start reboot.target", LOGIND_REBOOT] if guest.variant.systemd else ["init 6"]
    for way in ways:
        with guest.apart():
            guest.leaves(way, expect="kexec")


def in_a_row(guest, count):
    """Kexec reboots between two kernels in turn; neither memory nor time per reboot may grow."""
    kernel = guest.run("readlink -f /vmlinuz").strip()
    guest.run(f"cp {kernel} /boot/other")
    seconds, free = [], []
    for number in range(count):
        set_setting(guest, "KERNEL_IMAGE", f'"{("/boot/other", kernel)[number % 2]}"')
        seconds.append(guest.reboot("reboot").seconds)
        free.append(int(guest.run("sed -n 's/MemTotal: *\\([0-9]*\\).*/\\1/p' /proc/meminfo")))
    part = max(count // 4, 2)
    first, last = statistics.median(seconds[:part]), statistics.median(seconds[-part:])
    # Another guest on the same machine makes more of a difference than this.
    check(last < 2 * first, f"reboots took {first:.1f} s at first and {last:.1f} s at last")
    check(min(free) > 0.99 * max(free), f"the kernel's memory shrank: {min(free)} of {max(free)} KiB")
    return (f"{count} reboots, {first:.1f} s each at first and {last:.1f} s at last, "
            f"MemTotal {min(free)} to {max(free)} KiB")


@scenario("ten-in-a-row")
def ten_in_a_row(guest):
    return in_a_row(guest, 10)


@scenario("hundred-in-a-row", on=("trixie-systemd",))
def hundred_in_a_row(guest):
    return in_a_row(guest, 100)


@scenario("on-demand")
def on_demand(guest):
    """`kexec-helper reboot` is for those who keep LOAD_KEXEC=false; it holds for one reboot."""
    set_setting(guest, "LOAD_KEXEC", "false")
    guest.reboot("kexec-helper reboot", expect="kexec")
    guest.leaves("reboot", expect="firmware")


@scenario("on-demand-firmware")
def on_demand_firmware(guest):
    reboot = guest.reboot("kexec-helper reboot --firmware", expect="firmware")
    check_reason(guest, reboot, "no-kexec-reboot")
    guest.reboot("reboot", expect="kexec")


@scenario("poweroff")
def poweroff(guest):
    guest.powers_off("poweroff")


@scenario("poweroff-with-a-kernel-loaded")
def poweroff_loaded(guest):
    guest.run("kexec-helper load")
    guest.powers_off("poweroff")


def halt_command(guest):
    """With sysvinit, `halt` alone powers off (/etc/default/halt)."""
    return "halt" if guest.variant.systemd else "shutdown -h -H now"


@scenario("halt")
def halt(guest):
    guest.halts(halt_command(guest))


@scenario("halt-with-a-kernel-loaded")
def halt_loaded(guest):
    guest.run("kexec-helper load")
    guest.halts(halt_command(guest))


@scenario("rescue-systemd", on=SYSTEMD)
def rescue_systemd(guest):
    guest.stays_up(lambda guest: guest.run("systemctl rescue"))
    check(guest.sh("systemctl is-active rescue.target")[0] == 0, "rescue mode was not reached")
    guest.stays_up(lambda guest: guest.run("systemctl default"))
    guest.leaves("reboot", expect="kexec")


@scenario("rescue-sysvinit", on=SYSVINIT)
def rescue_sysvinit(guest):
    guest.stays_up("init 1", new_shell=True)
    check("S" in guest.run("runlevel"), "rescue mode was not reached")
    guest.stays_up("init 2", new_shell=True)
    guest.leaves("reboot", expect="kexec")


@scenario("soft-reboot", on=TRIXIE)
def soft_reboot(guest):
    """Userland restarts, the kernel stays (systemd 254 and newer): nothing for us to do, and nothing left behind."""
    guest.stays_up("systemctl soft-reboot", new_shell=True)
    guest.wait_until_settled()
    guest.leaves("reboot", expect="kexec")


@scenario("data-of-the-last-second")
def data_of_the_last_second(guest):
    guest.reboot("dd if=/dev/urandom of=/root/data bs=1M count=8 && sha256sum /root/data >/root/sum; reboot")
    guest.run("sha256sum --check /root/sum")
