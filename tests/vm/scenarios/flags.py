"""Flag files ask for one firmware reboot: any of three places, whatever they are, whatever is loaded already."""

from vmlib.product import check_reason, declined, load_by_hand, set_setting
from vmlib.scenario import check, scenario

AS_NOBODY = "setpriv --reuid=nobody --regid=nogroup --clear-groups"


def one_firmware_reboot(guest, flag):
    reboot = guest.reboot("reboot", expect="firmware")
    check_reason(guest, reboot, flag)
    check(guest.sh(f"test -e {flag} -o -L {flag}")[0], "the flag is still there")
    return reboot


@scenario("flag-in-run")
def flag_in_run(guest):
    guest.run("touch /run/no-kexec-reboot")
    one_firmware_reboot(guest, "/run/no-kexec-reboot")
    guest.reboot("reboot", expect="kexec")


@scenario("flag-in-root")
def flag_in_root(guest):
    guest.run("touch /no-kexec-reboot")
    one_firmware_reboot(guest, "/no-kexec-reboot")
    guest.reboot("reboot", expect="kexec")


@scenario("flag-is-a-symlink")
def flag_is_a_symlink(guest):
    symlink_is_not_followed(guest)
    guest.reboot("reboot", expect="kexec")


def symlink_is_not_followed(guest, command=""):
    """Anybody may create the flag in /tmp; what it points at must be neither read nor touched."""
    guest.run(f"cp -p /etc/passwd /root/before; {command} ln -s /etc/passwd /tmp/no-kexec-reboot")
    reboot = one_firmware_reboot(guest, "/tmp/no-kexec-reboot")
    guest.run("cmp /etc/passwd /root/before")
    return reboot


@scenario("flags-in-turn")
def flags_in_turn(guest):
    """A user's link in /tmp, whose owner is named; a directory in /run; a file in the root directory."""
    reboot = symlink_is_not_followed(guest, AS_NOBODY)
    check_reason(guest, reboot, "/tmp/no-kexec-reboot", "nobody")
    guest.run("mkdir /run/no-kexec-reboot")
    one_firmware_reboot(guest, "/run/no-kexec-reboot")
    guest.run("touch /no-kexec-reboot")
    one_firmware_reboot(guest, "/no-kexec-reboot")


@scenario("flag-is-a-directory")
def flag_is_a_directory(guest):
    guest.run("mkdir /tmp/no-kexec-reboot; touch /tmp/no-kexec-reboot/file")
    reboot = guest.reboot("reboot", expect="firmware")
    check_reason(guest, reboot, "/tmp/no-kexec-reboot")


@scenario("flag-of-a-user")
def flag_of_a_user(guest):
    """The safe side is firmware, and the log names who asked."""
    guest.run(f"{AS_NOBODY} touch /tmp/no-kexec-reboot")
    reboot = guest.reboot("reboot", expect="firmware")
    check_reason(guest, reboot, "/tmp/no-kexec-reboot", "nobody")


@scenario("flag-after-load")
def flag_after_load(guest):
    guest.run("kexec-helper load; touch /tmp/no-kexec-reboot")
    one_firmware_reboot(guest, "/tmp/no-kexec-reboot")
    guest.reboot("reboot", expect="kexec")


@scenario("flag-after-load-by-hand")
def flag_after_load_by_hand(guest):
    load_by_hand(guest, "admin")
    guest.run("touch /run/no-kexec-reboot")
    declined(guest, "/run/no-kexec-reboot")


@scenario("load-kexec-false-after-load")
def load_kexec_false_after_load(guest):
    """What the suite itself loaded does not outlive the administrator's change of mind."""
    guest.run("kexec-helper load")
    set_setting(guest, "LOAD_KEXEC", "false")
    declined(guest, "LOAD_KEXEC=false")
