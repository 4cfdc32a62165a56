"""The harness itself: it must recognise what the other scenarios rely on it to recognise."""

from vmlib.rootfs import DEBS
from vmlib.scenario import check, scenario
from vmlib.variants import BOOKWORM, SYSTEMD

COMMAND_LINE = "$(sed 's/BOOT_IMAGE=[^ ]* //' /proc/cmdline)"


@scenario("harness-sees-an-unclean-root", on=("trixie-systemd",))
def sees_an_unclean_root(guest):
    reboot = guest.reboot("echo data >/root/data; sync; echo more >/root/more; sync /root/more;"
                          " echo b >/proc/sysrq-trigger", expect="firmware", clean=False)
    check(not reboot.clean, "a reset under a mounted root passed for clean")


@scenario("harness-sees-an-unclean-kexec", on=SYSTEMD)
def sees_an_unclean_kexec(guest):
    """`exec` without --unmount jumps at once, like kexec -e."""
    guest.run(f'kexec-helper load /vmlinuz --initrd /initrd.img --append "{COMMAND_LINE}"')
    reboot = guest.reboot("echo more >/root/more; sync /root/more; kexec-helper exec", expect="kexec", clean=False)
    check(not reboot.clean, "a jump under a mounted root passed for clean")


@scenario("harness-sees-a-crashed-kexec", on=BOOKWORM)
def sees_a_crashed_kexec(guest):
    """A kernel without a root file system, told to reset the machine when it panics."""
    guest.run('kexec-helper load /vmlinuz --initrd /initrd.img --append "console=ttyS0 root=/dev/none panic=1"')
    guest.reboot("reboot", expect="crashed kexec")


@scenario("harness-sees-a-plain-kexec", on=SYSTEMD)
def sees_a_plain_kexec(guest):
    """kexec-tools by hand, without the product."""
    guest.run("! dpkg -s kexec-helper >/dev/null 2>&1 || dpkg --purge kexec-helper")
    guest.run(f"DEBIAN_FRONTEND=noninteractive dpkg -i $(ls {DEBS}/*.deb | grep -v /kexec-helper)", timeout=180)
    guest.run("kexec -s -l /vmlinuz --initrd=/initrd.img --reuse-cmdline")
    guest.reboot("systemctl kexec", expect="kexec")
