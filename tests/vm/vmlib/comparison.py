"""The boot loader as the judge: what a kexec starts is what the boot loader itself starts from the same state."""

from .scenario import check

FIRMWARE = "touch /run/no-kexec-reboot; "


ADDED = " panic=60"  # by PANIC_TIMEOUT, to the command line of every kexec


def without_addition(by_kexec):
    check(ADDED in by_kexec, f"a kexec without{ADDED}: {by_kexec!r}")
    return by_kexec.replace(ADDED, "", 1)


def kernel_and_command_line(guest):
    return guest.run("uname -rv; cat /proc/cmdline").strip()


def both_ways(guest, choose=None, last=False):
    """Reboots by kexec, then through firmware after the same choice; what booted. last: a scenario's end."""
    if last and guest.brief:
        return two_command_lines(guest, choose)
    booted = []
    for before, kind in (("", "kexec"), (FIRMWARE, "firmware")):
        if choose:
            choose(guest)
        guest.reboot(f"{before}reboot", expect=kind)
        booted.append(kernel_and_command_line(guest))
    booted[0] = without_addition(booted[0])
    check(booted[0] == booted[1], f"kexec: {booted[0]!r}, boot loader: {booted[1]!r}")
    return booted[0]


def two_command_lines(guest, choose=None):
    """The same without awaiting the boots: the command line."""
    if choose:
        choose(guest)
    with guest.undone():
        by_kexec = without_addition(guest.leaves("reboot", expect="kexec").command_line.strip())
    by_loader = guest.leaves(f"{FIRMWARE}reboot", expect="firmware", until_kernel=True).command_line.strip()
    check(by_kexec == by_loader, f"kexec: {by_kexec!r}, boot loader: {by_loader!r}")
    return by_kexec
