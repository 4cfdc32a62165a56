"""What somebody asked the firmware for is not skipped by a kexec."""

from vmlib.product import check_reason
from vmlib.scenario import check, scenario
from vmlib.variants import SYSTEMD, UEFI

VARIABLES = "/sys/firmware/efi/efivars"
GLOBAL = "8be4df61-93ca-11d2-aa0d-00e098032b8c"


@scenario("firmware-setup", on=UEFI)
def firmware_setup(guest):
    """The firmware's setup is where this machine ends up; it does not leave it by itself."""
    start = len(guest.machine.console.lines)
    guest.fire("systemctl reboot --firmware-setup")
    guest.wait_for_console("OsIndications: the firmware's setup was asked for", 120, start)
    guest.wait_for_console('starting Boot0000 "UiApp"', 120, start)  # OVMF's name for its setup
    check(any(event.name == "RESET" for event in guest.machine.qmp.events), "no reset of the machine")


@scenario("boot-next", on=UEFI)
def boot_next(guest):
    """The firmware's own entry for this system, once more."""
    guest.run(f"cd {VARIABLES}; {{ printf '\\7\\0\\0\\0'; tail -c 2 BootCurrent-{GLOBAL}; }} >/tmp/next;"
              f" cat /tmp/next >BootNext-{GLOBAL}")
    reboot = guest.reboot("reboot", expect="firmware")
    check_reason(guest, reboot, "BootNext: the firmware boots its entry [0-9A-F]{4} next")
    check(guest.sh(f"test -e {VARIABLES}/BootNext-{GLOBAL}")[0], "the firmware did not take the request")
    guest.leaves("reboot", expect="kexec")


@scenario("boot-next-wins-over-a-loaded-kernel", on=UEFI)
def boot_next_and_loaded(guest):
    guest.run("kexec-helper load /vmlinuz --initrd /initrd.img --reuse-cmdline")
    boot_next(guest)


@scenario("grub-reboot-without-use-grub-config")
def grub_reboot(guest):
    """grub-reboot's choice is GRUB's to follow when the settings do not ask for GRUB's menu."""
    guest.run("grub-reboot 0")
    reboot = guest.reboot("reboot", expect="firmware")
    check_reason(guest, reboot, "grub-reboot has chosen entry 0 for the next boot")
    guest.reboot("reboot", expect="kexec")


@scenario("reboot-argument", on=SYSTEMD)
def reboot_argument(guest):
    """An argument for the firmware, as some boards take it."""
    reboot = guest.reboot("systemctl reboot --reboot-argument=other", expect="firmware")
    check_reason(guest, reboot, "/run/systemd/reboot-param")
