"""A kernel that the administrator loaded is the one that runs."""

from vmlib.product import check_marker, load_by_hand, set_setting
from vmlib.scenario import scenario
from vmlib.variants import SYSTEMD


@scenario("loaded-by-hand")
def loaded_by_hand(guest):
    load_by_hand(guest, "admin")
    guest.reboot("reboot", expect="kexec")
    check_marker(guest, "admin")


@scenario("loaded-by-hand-and-load-kexec-false")
def loaded_by_hand_and_false(guest):
    set_setting(guest, "LOAD_KEXEC", "false")
    load_by_hand(guest, "admin")
    guest.reboot("reboot", expect="kexec")
    check_marker(guest, "admin")
    guest.reboot("reboot", expect="firmware")


@scenario("loaded-by-hand-then-reboot-target", on=SYSTEMD)
def loaded_by_hand_then_target(guest):
    """systemd by itself would go through firmware here."""
    load_by_hand(guest, "admin")
    guest.reboot("systemctl start reboot.target", expect="kexec")
    check_marker(guest, "admin")
