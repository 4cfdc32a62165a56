"""The package beside dpkg's doings: nothing it does may reboot, and settings belong to the administrator."""

from pathlib import Path

from vmlib.debs import KEXEC_TOOLS, NEWER, PACKAGE
from vmlib.product import SETTINGS, set_setting
from vmlib.scenario import check, scenario
from vmlib.variants import BOOKWORM, SYSVINIT, TRIXIE

DEBIAN_TESTS = Path(__file__).resolve().parents[3] / "debian/tests"
QUIET = "DEBIAN_FRONTEND=noninteractive"


def dpkg(arguments):
    return lambda guest: guest.run(f"{QUIET} dpkg {arguments}", timeout=180)


def edit_settings(guest):
    set_setting(guest, "APPEND", '"$(cat /proc/cmdline) marker=mine" # the administrator was here')
    return guest.read(SETTINGS)


def check_settings(guest, wanted):
    got = guest.read(SETTINGS)
    check(got == wanted, f"{SETTINGS} was changed to:\n{got}")


@scenario("package-upgrade")
def package_upgrade(guest):
    settings = edit_settings(guest)
    guest.run("kexec-helper load")
    guest.stays_up(dpkg(f"-i {NEWER}"))
    check_settings(guest, settings)
    started = guest.leaves("reboot", expect="kexec")
    check("marker=mine" in started.command_line, "the settings did not count after the upgrade")


@scenario("package-reinstall")
def package_reinstall(guest):
    guest.run("kexec-helper load")
    guest.stays_up(dpkg(f"-i {PACKAGE}"))
    guest.leaves("reboot", expect="kexec")


@scenario("package-remove")
def package_remove(guest):
    settings = edit_settings(guest)
    guest.stays_up(dpkg("--remove kexec-helper"))
    check_settings(guest, settings)
    with guest.apart():
        guest.leaves("reboot", expect="firmware")
    guest.stays_up(dpkg(f"-i {PACKAGE}"))
    check_settings(guest, settings)
    guest.leaves("reboot", expect="kexec")


@scenario("package-remove-with-a-kernel-loaded")
def package_remove_loaded(guest):
    """Whether the loaded kernel still runs is for the init system to say; that the machine comes back is not."""
    guest.run("kexec-helper load")
    guest.stays_up(dpkg("--remove kexec-helper"))
    guest.reboot("reboot", expect=None)


@scenario("package-purge")
def package_purge(guest):
    guest.run("kexec-helper load")
    guest.stays_up(dpkg("--purge kexec-helper"))
    left = guest.sh("ls -d /etc/init.d/kexec* /etc/rc6.d/*kexec* /var/lib/kexec-helper /etc/systemd/system/*/kexec*"
                    " 2>/dev/null")[1]
    check(not left, f"left behind: {left}")
    guest.reboot("reboot", expect=None)


@scenario("package-over-old-kexec-tools", on=BOOKWORM)
def over_old_kexec_tools(guest):
    """Debian 12's kexec-tools has init scripts of the same names, which become ours; it stays, as kdump-tools needs it, and
    so does what was written into its settings. Its removal takes nothing of ours away."""
    dpkg("--purge kexec-helper")(guest)
    dpkg(f"-i {KEXEC_TOOLS}")(guest)
    set_setting(guest, "LOAD_KEXEC", "true")
    set_setting(guest, "USE_GRUB_CONFIG", "false")
    settings = edit_settings(guest)
    guest.stays_up(lambda guest: guest.run(f"{QUIET} apt-get --yes install {PACKAGE}", timeout=180))
    check_settings(guest, settings)
    check("ii" in guest.sh("dpkg-query -W -f '${db:Status-Abbrev}' kexec-tools")[1], "kexec-tools is gone")
    check(not guest.sh("grep -q kexec-helper /etc/init.d/kexec && grep -q kexec-helper /etc/init.d/kexec-load")[0],
          "the init scripts are those of kexec-tools")
    guest.stays_up(dpkg("--remove kexec-tools"))
    guest.leaves("reboot", expect="kexec")


@scenario("package-beside-new-kexec-tools", on=TRIXIE)
def beside_new_kexec_tools(guest):
    """Debian 13's kexec-tools removes our rc links and LOAD_KEXEC whenever it is installed or upgraded."""
    links = guest.run("ls /etc/rc?.d | grep kexec; true")
    for _ in range(2):  # installed, then installed again
        guest.stays_up(dpkg(f"-i {KEXEC_TOOLS}"))
        check(guest.run("ls /etc/rc?.d | grep kexec; true") == links, "the links in rc?.d are gone")
        check(guest.sh(f"grep -q '^LOAD_KEXEC=true' {SETTINGS}")[0] == 0, "LOAD_KEXEC is gone")
    guest.leaves("reboot", expect="kexec")


@scenario("package-after-new-kexec-tools", on=TRIXIE)
def after_new_kexec_tools(guest):
    dpkg("--purge kexec-helper")(guest)
    dpkg(f"-i {KEXEC_TOOLS}")(guest)
    guest.stays_up(dpkg(f"-i {PACKAGE}"))
    guest.leaves("reboot", expect="kexec")


@scenario("load-kexec-false-survives-kexec-tools", on=TRIXIE)
def false_survives_kexec_tools(guest):
    set_setting(guest, "LOAD_KEXEC", "false")
    guest.reboot("reboot", expect="firmware")
    guest.stays_up(dpkg(f"-i {KEXEC_TOOLS}"))
    guest.reboot("reboot", expect="firmware")


@scenario("debian-tests")
def debian_tests(guest):
    """debian/tests as autopkgtest runs them: one that asks for a reboot is started again with its mark."""
    for test in ("smoke", "reboot"):
        guest.write(f"/root/{test}", (DEBIAN_TESTS / test).read_bytes())
    guest.run("AUTOPKGTEST_TMP=$(mktemp -d) sh /root/smoke")
    for mark, next_mark, kind in (("", "kexec", "kexec"), ("kexec", "firmware", "firmware")):
        guest.write("/tmp/autopkgtest-reboot", '#!/bin/sh\necho "$1" >/root/mark\nreboot\nsleep 1000\n')
        guest.reboot(f"chmod +x /tmp/autopkgtest-reboot; AUTOPKGTEST_REBOOT_MARK={mark} sh /root/reboot", expect=kind)
        check(guest.read("/root/mark").strip() == next_mark, f"the reboot was not {next_mark}'s")
    guest.run("AUTOPKGTEST_REBOOT_MARK=firmware sh /root/reboot")


@scenario("rc6-order", on=SYSVINIT)
def rc6_order(guest):
    """kexec-load needs the file systems, kexec needs them gone: K01 runs first, the same number in parallel."""
    names = guest.run("ls /etc/rc6.d").split()
    number = {name[3:]: int(name[1:3]) for name in names if name.startswith("K")}
    wanted = ("kexec-load", "umountfs", "umountroot", "kexec", "reboot")
    check(all(name in number for name in wanted), f"missing in rc6.d: {names}")
    for earlier, later in zip(wanted, wanted[1:]):
        check(number[earlier] < number[later], f"{earlier} does not come before {later}: {names}")
    others = guest.run("ls /etc/rc0.d").split()
    check(not any("kexec" in name for name in others), f"kexec takes part in a power off: {others}")
