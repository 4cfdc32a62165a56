"""The product in three sentences, on every guest."""

from vmlib.product import check_reason, check_setting_named, last_shutdown, set_setting
from vmlib.scenario import check, scenario
from vmlib.variants import ALL


@scenario("reboot", on=ALL)
def reboot(guest):
    guest.reboot("reboot", expect="kexec")
    last = last_shutdown(guest)
    check(last["action"] == "kexec", f"status tells of {last['action']}")


@scenario("load-kexec-false", on=ALL)
def load_kexec_false(guest):
    set_setting(guest, "LOAD_KEXEC", "false")
    declined = guest.reboot("reboot", expect="firmware")
    check_reason(guest, declined, r"LOAD_KEXEC=false")
    check_setting_named(guest, "LOAD_KEXEC=false")


@scenario("flag-in-tmp", on=ALL)
def flag_in_tmp(guest):
    guest.run("touch /tmp/no-kexec-reboot")
    declined = guest.reboot("reboot", expect="firmware")
    check_reason(guest, declined, "/tmp/no-kexec-reboot")
    check(guest.sh("test -e /tmp/no-kexec-reboot")[0], "the flag is still there")
    reboot(guest)
