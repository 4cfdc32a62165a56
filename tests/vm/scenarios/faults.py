"""Faults of the machine and of the suite itself, beside those of single files in failures.py."""

import re

from vmlib.debs import NEWER
from vmlib.product import check_reason, check_said, declined, last_shutdown, set_setting, status, unsigned_kernel
from vmlib.scenario import check, scenario
from vmlib.variants import ALL, SYSTEMD, TRIXIE

HELPER = "/usr/sbin/kexec-helper"


def replaced_helper(guest, script):
    """The helper is something else during the reboot, and itself again after it."""
    guest.run(f"mv {HELPER} {HELPER}.kept; printf '#!/bin/sh\\n{script}\\n' >{HELPER}; chmod 755 {HELPER}")


def restore(guest):
    guest.run(f"mv {HELPER}.kept {HELPER}")


@scenario("helper-missing")
def helper_missing(guest):
    guest.run(f"mv {HELPER} {HELPER}.kept")
    check_said(guest.reboot("reboot", expect="firmware"), "/usr/sbin/kexec-helper cannot be run")
    restore(guest)
    guest.leaves("reboot", expect="kexec")


@scenario("helper-not-executable")
def helper_not_executable(guest):
    guest.run(f"chmod a-x {HELPER}")
    check_said(guest.leaves("reboot", expect="firmware"), "/usr/sbin/kexec-helper cannot be run")


@scenario("helper-killed")
def helper_killed(guest):
    """By the kernel, say, when memory is short."""
    replaced_helper(guest, "kill -9 $$")
    reboot = guest.reboot("reboot", expect="firmware")
    check("kexec-helper was killed" in reboot.console + reboot.shell, "nothing on the console says why")
    restore(guest)


@scenario("helper-hangs")
def helper_hangs(guest):
    replaced_helper(guest, "kill -STOP $$; sleep 1000")
    reboot = guest.reboot("reboot", expect="firmware", timeout=400)
    check("longer than 90 seconds" in reboot.console + reboot.shell, "nothing on the console says why")
    restore(guest)


@scenario("load-killed-in-the-middle")
def load_killed(guest):
    """The process that loads, while its settings keep it waiting; its supervisor lives and keeps the reason."""
    guest.run("printf 'kill -9 $PPID\\n' >/etc/default/kexec.d/kill")
    declined(guest, "killed by signal 9 while loading")


@scenario("load-limit-used-up", on=TRIXIE)
def load_limit(guest):
    guest.run("echo 0 >/proc/sys/kernel/kexec_load_limit_reboot")
    check_reason(guest, guest.reboot("reboot", expect="firmware"), "kexec_load_limit_reboot")


@scenario("files-that-others-can-write")
def others_can_write(guest):
    kernel = guest.run("readlink -f /vmlinuz").strip()
    guest.run(f"chmod o+w {kernel}")
    check_reason(guest, guest.reboot("reboot", expect="firmware"), f"{re.escape(kernel)}: can be written by everybody")
    guest.run(f"chmod o-w {kernel}")
    guest.reboot("reboot", expect="kexec")


@scenario("disk-full")
def disk_full(guest):
    """Root's reserve included. Services that end may free some of it again, so that either kind of reboot is right."""
    guest.run("dd if=/dev/zero of=/var/filler bs=64k 2>/dev/null; dd if=/dev/zero of=/var/filler2 bs=1k 2>/dev/null; sync;"
              " ! echo x >/var/lib/kexec-helper/x", timeout=300)
    guest.reboot("reboot", expect=None)
    guest.run("rm -f /var/filler /var/filler2 /var/lib/kexec-helper/x")
    guest.reboot("reboot", expect=None)
    guest.reboot("reboot", expect="kexec")


@scenario("state-cannot-be-written")
def state_cannot_be_written(guest):
    """A kexec that would leave no trace is not begun."""
    guest.run("chattr +i /var/lib/kexec-helper")
    reboot = guest.reboot("reboot", expect="firmware")
    check("an attempt that leaves no trace" in reboot.console + reboot.shell, "nothing on the console says why")
    guest.run("chattr -i /var/lib/kexec-helper")
    guest.reboot("reboot", expect="kexec")


@scenario("state-files-damaged")
def state_damaged(guest):
    for name in ("attempt", "failed", "last-shutdown"):
        guest.run(f"head -c 3000 /dev/urandom >/var/lib/kexec-helper/{name}.json")
    guest.reboot("reboot", expect="kexec")
    check(last_shutdown(guest)["action"] == "kexec", "the record is still damaged")


@scenario("unsigned-kernel-under-lockdown", on=SYSTEMD)
def unsigned_under_lockdown(guest):
    """Without Secure Boot the kernel does not know the distribution's key either: nothing can be loaded then."""
    set_setting(guest, "APPEND", f'"{guest.read("/proc/cmdline").strip()} lockdown=integrity"')
    guest.reboot("reboot", expect="kexec")
    check("[integrity]" in guest.read("/sys/kernel/security/lockdown"), "the guest is not locked down")
    set_setting(guest, "KERNEL_IMAGE", f'"{unsigned_kernel(guest)}"')
    check(guest.sh("kexec-helper doctor")[0] == 1, "doctor finds an unsigned kernel good enough")
    reboot = guest.reboot("reboot", expect="firmware")
    check_reason(guest, reboot, r"the kernel is locked down \(integrity\)", "signed")


@scenario("reboot-during-an-upgrade")
def reboot_during_upgrade(guest):
    """Whatever of the package is there: the machine comes back, and the upgrade can be finished."""
    guest.reboot(f"setsid dpkg -i {NEWER} >/dev/null 2>&1 & sleep 1; reboot", expect=None)
    guest.run(f"dpkg --configure -a; dpkg -i {NEWER}", timeout=180)
    guest.reboot("reboot", expect="kexec")


@scenario("doctor-finds-nothing-wrong", on=ALL)
def doctor(guest):
    code, said = guest.sh("kexec-helper doctor")
    check(code == 0 and "PROBLEM" not in said, said)
    guest.reboot("reboot", expect="kexec")
    check(status(guest)["boot"]["kind"] == "kexec", "not by kexec")
