"""/etc/default/kexec and kexec.d: read as the shell would, and never half."""

from vmlib.comparison import ADDED
from vmlib.product import SETTINGS, check_marker, check_reason, set_setting
from vmlib.scenario import check, scenario

# As GRUB gives it; what APPEND replaces has to be complete.
BASE = "root=UUID=6b657865-632d-4865-8c70-65722d726f74 ro console=ttyS0"


@scenario("append-byte-for-byte")
def append_byte_for_byte(guest):
    wanted = BASE + r''' words="two words" dollar=$HOME back=a\b single='x y' glob=*'''
    escaped = wanted.replace("\\", "\\\\").replace('"', '\\"').replace("$", "\\$")
    set_setting(guest, "APPEND", f'"{escaped}"')
    got = guest.leaves("reboot", expect="kexec").command_line
    wanted += ADDED
    check(got == wanted, f"asked for {wanted}\n     got {got}")


@scenario("append-needs-a-shell")
def append_needs_a_shell(guest):
    """The shell that reads the settings can do at the reboot what it can in plan."""
    # What a unit could take away from root: netlink, namespaces.
    can = """unshare --mount perl -e 'print socket($s, 16, 3, 0) ? "shell" : "no-netlink"'"""
    set_setting(guest, "APPEND", f'"$(cat /proc/cmdline) marker=$({can})"')
    guest.reboot("reboot", expect="kexec")
    check_marker(guest, "shell")


@scenario("settings-missing")
def settings_missing(guest):
    guest.run(f"rm {SETTINGS}")
    reboot = guest.reboot("reboot", expect="firmware")
    check_reason(guest, reboot, SETTINGS)


@scenario("settings-syntax-error")
def settings_syntax_error(guest):
    guest.write(SETTINGS, 'LOAD_KEXEC=true\nAPPEND="never closed\n')
    reboot = guest.reboot("reboot", expect="firmware")
    check_reason(guest, reboot, f"{SETTINGS}")


@scenario("settings-bad-value")
def settings_bad_value(guest):
    set_setting(guest, "LOAD_KEXEC", "perhaps")
    reboot = guest.reboot("reboot", expect="firmware")
    check_reason(guest, reboot, "LOAD_KEXEC", "perhaps")


@scenario("settings-binary")
def settings_binary(guest):
    guest.run(f"head -c 4096 /vmlinuz >{SETTINGS}")
    reboot = guest.reboot("reboot", expect="firmware")
    check_reason(guest, reboot, SETTINGS)


@scenario("kexec-d-overrides")
def kexec_d_overrides(guest):
    guest.run("mkdir -p /etc/default/kexec.d; echo LOAD_KEXEC=false >/etc/default/kexec.d/50-off")
    reboot = guest.reboot("reboot", expect="firmware")
    check_reason(guest, reboot, "/etc/default/kexec.d/50-off:1")


@scenario("kexec-d-ignores-names-with-a-dot")
def kexec_d_ignores_dots(guest):
    """run-parts(8) naming: an editor's or dpkg's leftovers do not count."""
    guest.run("mkdir -p /etc/default/kexec.d; echo LOAD_KEXEC=false >/etc/default/kexec.d/50-off.dpkg-old")
    guest.reboot("reboot", expect="kexec")
