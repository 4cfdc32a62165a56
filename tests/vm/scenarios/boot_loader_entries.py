"""systemd-boot's menu: a kexec reboot starts what the boot loader would have started, with the same command line.

As in grub_menu.py each choice is gone through twice, by kexec and through firmware, where the loader itself decides.
"""

from vmlib.comparison import both_ways, kernel_and_command_line
from vmlib.loaders import COMMAND_LINE, ESP
from vmlib.scenario import check, scenario
from vmlib.variants import SYSTEMD_BOOT

# The newest version is the default; copies of the running kernel, told apart by their command lines.
NEWER, OLDER = "99.0.0-newer", "5.0.0-older"


def add_kernel(guest, version, initrd="/boot/initrd.img-$(uname -r)"):
    """As the package of a kernel does when it is installed."""
    guest.run(f"echo '{COMMAND_LINE} marker={version}' >/etc/kernel/cmdline; mkdir -p /lib/modules/{version};"
              f" kernel-install add {version} /boot/vmlinuz-$(uname -r) {initrd}; sync", timeout=180)


def entry_id(guest, version):
    """The file's name, which is what bootctl and the loader's variables call the entry."""
    return guest.run(f"basename $(ls {ESP}/loader/entries/*{version}* {ESP}/EFI/Linux/*{version}* 2>/dev/null)").strip()


def boots(guest, version, choose=None):
    booted = both_ways(guest, choose)
    check(f"marker={version}" in booted, f"not Linux {version}: {booted}")


@scenario("loader-default", on=SYSTEMD_BOOT)
def default(guest):
    """The newest, of three."""
    add_kernel(guest, OLDER)
    add_kernel(guest, NEWER)
    line = both_ways(guest, last=True)
    check(f"marker={NEWER}" in line, f"not Linux {NEWER}: {line}")


@scenario("loader-kernel-removed", on=SYSTEMD_BOOT)
def kernel_removed(guest):
    """While it is running, and is what was loaded."""
    add_kernel(guest, NEWER)
    boots(guest, NEWER)
    guest.run(f"kexec-helper load; kernel-install remove {NEWER}; sync")
    line = both_ways(guest, last=True)
    check("marker=" not in line, f"a kernel that was removed: {line}")


@scenario("loader-one-shot", on=SYSTEMD_BOOT)
def one_shot(guest):
    add_kernel(guest, OLDER)
    entry = entry_id(guest, OLDER)
    boots(guest, OLDER, lambda guest: guest.run(f"bootctl set-oneshot {entry}"))
    guest.reboot("reboot", expect="kexec")
    check(OLDER not in kernel_and_command_line(guest), "the choice held for more than one boot")


@scenario("loader-load-entry", on=SYSTEMD_BOOT)
def load_entry(guest):
    add_kernel(guest, OLDER)
    guest.run(f"kexec-helper load --entry {entry_id(guest, OLDER)}")
    guest.reboot("reboot", expect="kexec")
    check(f"marker={OLDER}" in kernel_and_command_line(guest), "another entry")
