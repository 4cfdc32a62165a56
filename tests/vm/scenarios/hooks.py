"""The administrator's hooks before the jump."""

from vmlib.product import status
from vmlib.scenario import check, scenario

DIRECTORY = "/etc/kexec-helper/pre-jump.d"


@scenario("hooks")
def hooks(guest):
    """They run at the end of the shutdown, and one can send the reboot through firmware."""
    guest.run(f"mkdir -p {DIRECTORY}")
    guest.write(f"{DIRECTORY}/10-tell", "#!/bin/sh\necho the hook runs\nexit 1\n")
    guest.write(f"{DIRECTORY}/20-veto", "#!/bin/sh\n[ ! -e /etc/veto ] || exit 3\n")
    guest.run(f"chmod 755 {DIRECTORY}/*")
    check("2 in" in guest.run("kexec-helper doctor"), "doctor does not know the hooks")
    with guest.apart():
        guest.run("touch /etc/veto")
        departure = guest.leaves("reboot", expect="firmware")
        check("20-veto vetoes the kexec" in departure.console, "the veto is not reported")
        if not guest.brief:
            check(not status(guest)["failed"], "a kernel is blamed for the veto")
    guest.run("rm -f /etc/veto")
    departure = guest.leaves("reboot", expect="kexec")
    for line in ("10-tell: the hook runs", "10-tell: failed with exit status 1"):
        check(line in departure.console, f"not on the console: {line}")
