"""A system that crashes: a crash kernel saves what it had logged, and the machine is back."""

from vmlib import archive
from vmlib.debs import PACKAGE
from vmlib.evidence import Mark
from vmlib.product import set_setting, settled, status
from vmlib.scenario import check, scenario
from vmlib.variants import ORDINARY, TRIXIE

RESERVED = "/sys/kernel/kexec_crash_size"
CRASH = "sync; echo c >/proc/sysrq-trigger"
DIED_OF = "Kernel panic - not syncing: sysrq triggered crash"
SAVED = "kexec-helper: the dead kernel's log is in /var/crash/"


def reserve_memory(guest, size="256M"):
    """By a reboot."""
    line = guest.read("/proc/cmdline").strip()
    set_setting(guest, "APPEND", f'"{line} crashkernel={size}"')
    guest.reboot("reboot", expect="kexec")
    settled(guest)
    check(guest.read(RESERVED).strip() != "0", "nothing is reserved for a crash kernel")


def await_crash_kernel(guest):
    guest.run("for i in $(seq 90); do grep -q 1 /sys/kernel/kexec_crash_loaded && exit 0; sleep 1; done; exit 1", timeout=120)


def crash(guest):
    """The system dies and the machine is back, through firmware; what it lost with it is no matter here."""
    reboot = guest.reboot(CRASH, expect="firmware", clean=False)
    settled(guest)
    return reboot.console


def dies(guest):
    """The same as a scenario's end: a brief guest waits for the reset only."""
    if not guest.brief:
        return crash(guest)
    before = Mark(guest.machine)
    guest.fire(CRASH)
    guest.machine.hub.wait(before.resets, 240, "reset")
    return guest.machine.console.text(before.console)


@scenario("crash-log", on=ORDINARY)
def crash_log(guest):
    """The reader of a dead kernel's log, on the memory of the running one: the same as dmesg's."""
    guest.run("dmesg >/run/dmesg; kexec-helper crash-log /proc/kcore >/run/crash-log; head -n 200 /run/dmesg >/run/first;"
              " head -n 200 /run/crash-log | diff /run/first -")


@scenario("crash-kernel", on=ORDINARY)
def crash_kernel(guest):
    """It is loaded at boot; after a crash the log is there, and status shows what the system died of."""
    check("no memory is reserved" in guest.sh("kexec-helper load --crash")[1], "nobody says what is missing")
    set_setting(guest, "LOAD_CRASH_KERNEL", "true")
    reserve_memory(guest)
    await_crash_kernel(guest)
    check(status(guest)["crash_kernel"]["kernel"], "status does not know the crash kernel")
    check("a crash kernel is loaded" in guest.run("kexec-helper doctor; :"), "doctor does not know the crash kernel")
    said = dies(guest)
    check(SAVED in said, f"the capture system has not saved the log: {said[-2000:]}")
    if guest.brief:
        return
    log = guest.run("ls /var/crash/*/dmesg.*").strip()
    check(DIED_OF in guest.read(log), "the log does not end with the crash")
    check("Linux version" in guest.run(f"head -n 1 {log}"), "the log does not begin with the boot")
    shown = status(guest)["crash_log"]
    check(shown["path"] == log and DIED_OF in shown["lines"][-1], f"status shows {shown}")
    guest.leaves("reboot", expect="kexec")


@scenario("crash-kernel-disk-full", on=TRIXIE)
def disk_full(guest):
    """The place of the logs, a file system of its own here, has no room: it is said, and the reboot happens."""
    guest.run("mkdir -p /var/crash; echo 'tmpfs /var/crash tmpfs size=16k,nofail 0 0' >>/etc/fstab")
    set_setting(guest, "LOAD_CRASH_KERNEL", "true")
    reserve_memory(guest)
    await_crash_kernel(guest)
    said = dies(guest)
    check("is the disk full?" in said and "rebooting through firmware" in said, f"not said: {said[-2000:]}")


@scenario("crash-kernel-too-small", on=TRIXIE)
def too_small(guest):
    """What crashkernel= reserves is not enough for kernel and initrd."""
    set_setting(guest, "LOAD_CRASH_KERNEL", "true")
    reserve_memory(guest, "24M")
    said = guest.sh("kexec-helper load --crash")[1]
    check("crashkernel= " in said, f"the reason is missing: {said}")
    check(guest.read("/sys/kernel/kexec_crash_loaded").strip() == "0", "a crash kernel is loaded")
    guest.leaves("reboot", expect="kexec")


@scenario("package-beside-kdump-tools", on=ORDINARY)
def beside_kdump_tools(guest):
    """kdump-tools and the kexec-tools that it needs stay: a crash is dumped, and a reboot is a kexec."""
    archive.bring(guest, "kdump-tools", "makedumpfile")
    quiet = "DEBIAN_FRONTEND=noninteractive apt-get --yes"
    guest.run(f"dpkg --purge kexec-helper; {quiet} install {archive.PLACE}/*.deb", timeout=900)
    guest.run(f"{quiet} install {PACKAGE}", timeout=180)
    states = guest.run("dpkg-query -W -f '${Package} ${db:Status-Abbrev}\\n' kdump-tools kexec-tools kexec-helper")
    check(states.count(" ii") == 3, f"not installed side by side: {states}")
    set_setting(guest, "LOAD_KEXEC", "true")
    set_setting(guest, "LOAD_CRASH_KERNEL", "true")
    reserve_memory(guest)
    await_crash_kernel(guest)
    check("another program's" in guest.sh("kexec-helper load --crash")[1], "kdump-tools' crash kernel may be replaced")
    check("a crash kernel is loaded" in guest.run("kexec-helper doctor; :"), "doctor does not know the crash kernel")
    crash(guest)
    guest.run("ls /var/crash/*/dump.*")
    check(DIED_OF in status(guest)["crash_log"]["lines"][-1], "status does not show what the system died of")
    guest.leaves("reboot", expect="kexec")
