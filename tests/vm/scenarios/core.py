"""The product in three sentences; these run on every variant."""

from vmlib.product import check_reason, check_setting_named, last_shutdown, set_setting
from vmlib.scenario import check, scenario


@scenario("reboot", core=True)
def reboot(guest):
    guest.reboot("reboot", expect="kexec")
    last = last_shutdown(guest)
    check(last["action"] == "kexec", f"status tells of {last['action']}")


@scenario("load-kexec-false", core=True)
def load_kexec_false(guest):
    set_setting(guest, "LOAD_KEXEC", "false")
    reboot = guest.reboot("reboot", expect="firmware")
    check_reason(guest, reboot, r"LOAD_KEXEC=false")
    check_setting_named(guest, "LOAD_KEXEC=false")


@scenario("flag-in-tmp", core=True)
def flag_in_tmp(guest):
    guest.run("touch /tmp/no-kexec-reboot")
    reboot = guest.reboot("reboot", expect="firmware")
    check_reason(guest, reboot, "/tmp/no-kexec-reboot")
    check(guest.sh("test -e /tmp/no-kexec-reboot")[0], "the flag is still there")
    guest.reboot("reboot", expect="kexec")
