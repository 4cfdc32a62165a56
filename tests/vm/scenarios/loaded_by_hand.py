"""A kernel that the administrator loaded is the one that runs."""

from vmlib.product import check_marker, check_no_marker, declined, load_by_hand, set_setting
from vmlib.scenario import check, scenario
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
    guest.leaves("reboot", expect="firmware")


@scenario("loaded-by-hand-then-reboot-target", on=SYSTEMD)
def loaded_by_hand_then_target(guest):
    """systemd by itself would go through firmware here."""
    load_by_hand(guest, "admin")
    started = guest.leaves("systemctl start reboot.target", expect="kexec")
    check("marker=admin" in started.command_line, f"another kernel was booted: {started.command_line}")


@scenario("loaded-by-hand-and-systemctl-kexec", on=SYSTEMD)
def systemctl_kexec(guest):
    load_by_hand(guest, "admin")
    guest.reboot("systemctl kexec", expect="kexec")
    check_marker(guest, "admin")


@scenario("loaded-by-hand-and-nobody-can-unload-it")
def nobody_can_unload(guest):
    """systemd by itself would start it in spite of the flag."""
    load_by_hand(guest, "admin")
    guest.run("echo 1 >/proc/sys/kernel/kexec_load_disabled; touch /tmp/no-kexec-reboot")
    declined(guest, "/tmp/no-kexec-reboot")


@scenario("loaded-by-hand-and-no-record-of-it")
def no_record(guest):
    """A kexec that would leave no trace is not begun, whoever loaded the kernel."""
    load_by_hand(guest, "admin")
    guest.run("chattr +i /var/lib/kexec-helper")
    reboot = guest.reboot("reboot", expect="firmware")
    check("an attempt that leaves no trace" in reboot.console + reboot.shell, "nothing on the console says why")
    check_no_marker(guest)
