"""An exitrd, to which systemd-shutdown hands over its last step: whatever is in it, the reboot is a kexec."""

from vmlib.scenario import check, scenario
from vmlib.variants import DRACUT, TRIXIE

STARTED_THERE = "the exitrd starts the loaded kernel"
# initramfs-tools knows which libraries a program needs, and mounts /run noexec, where systemd-shutdown uses no exitrd:
# finalrd takes that back. By initrd-release systemd-shutdown knows that it has arrived.
FILL = """
mount -o remount,exec /run
. /usr/share/initramfs-tools/hook-functions
DESTDIR=/run/initramfs
verbose=n
mkdir -p $DESTDIR/etc $DESTDIR/usr/bin $DESTDIR/usr/sbin $DESTDIR/usr/lib $DESTDIR/usr/lib64
touch $DESTDIR/etc/initrd-release
for directory in bin sbin lib lib64; do ln -sfn usr/$directory $DESTDIR/$directory; done
"""
SHELL_AND_REBOOT = "for program in sh umount systemctl; do copy_exec /usr/bin/$program; done"


def place(guest, script):
    """An exitrd of somebody's own, with a shell."""
    guest.run(f"set -e\n{FILL}\n{SHELL_AND_REBOOT}")
    guest.write("/run/initramfs/shutdown", f"#!/bin/sh\n{script}")
    guest.run("chmod 755 /run/initramfs/shutdown; ln -s ../bin/systemctl /run/initramfs/usr/sbin/reboot")


@scenario("exitrd-that-calls-kexec", on=TRIXIE)
def calls_kexec(guest):
    """As dracut's script does it, without kexec-tools on the machine."""
    place(guest, "umount -a -r\n[ \"$1\" = kexec ] && kexec -e\nreboot -f -n\n")
    departure = guest.leaves("reboot", expect="kexec")
    check(STARTED_THERE in departure.console, "the jump was not made from the exitrd")


@scenario("exitrd-that-ignores-the-verb", on=TRIXIE)
def ignores_the_verb(guest):
    """It knows one way to end: it is left out, and plan says so beforehand."""
    place(guest, "umount -a -r\nreboot -f -n\n")
    check("is left out" in guest.run("kexec-helper plan 2>&1"), "plan does not tell")
    departure = guest.leaves("reboot", expect="kexec")
    check("is left out: it ignores kexec" in departure.console, "the reboot does not tell")


@scenario("exitrd-of-finalrd", on=TRIXIE)
def of_finalrd(guest):
    """Ubuntu's finalrd puts systemd-shutdown itself there, by a service that is stopped at a shutdown."""
    guest.write("/usr/local/sbin/fill", f"#!/bin/sh -e{FILL}copy_exec /usr/lib/systemd/systemd-shutdown\n"
                                        "ln -s usr/lib/systemd/systemd-shutdown /run/initramfs/shutdown\n")
    guest.write("/etc/systemd/system/fill.service",
                "[Service]\nType=oneshot\nRemainAfterExit=yes\nExecStart=/bin/true\nExecStop=/usr/local/sbin/fill\n")
    guest.run("chmod 755 /usr/local/sbin/fill; systemctl daemon-reload; systemctl start fill")
    reboot = guest.reboot("reboot", expect="kexec")
    check("Successfully changed into root pivot" in reboot.console, "systemd-shutdown has not handed over")


@scenario("exitrd-of-dracut", on=DRACUT)
def of_dracut(guest):
    """dracut's modules for logical volumes, RAID and network disks ask for it themselves."""
    guest.run("! command -v kexec")
    asked = guest.sh("[ -e /run/initramfs/.need_shutdown ]")[0] == 0
    check(asked or guest.variant.root != "lvm", "dracut has not asked for its exitrd")
    guest.run("mkdir -p /run/initramfs; touch /run/initramfs/.need_shutdown")
    check("exitrd" in guest.run("kexec-helper doctor"), "doctor does not name the exitrd")
    reboot = guest.reboot("reboot", expect="kexec")
    check(STARTED_THERE in reboot.console, "the jump was not made from the exitrd")
