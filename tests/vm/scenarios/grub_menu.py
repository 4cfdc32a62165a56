"""USE_GRUB_CONFIG=true: a kexec reboot starts to the byte what GRUB would have started.

Each way of choosing is gone through twice from the same grubenv, by kexec and through firmware, where GRUB itself
decides: both boots must have the same command line, which names the kernel in BOOT_IMAGE=, but for what PANIC_TIMEOUT
adds to a kexec, and leave the same grubenv.
"""

from vmlib.comparison import two_command_lines, without_addition
from vmlib.product import declined, set_setting, settled
from vmlib.scenario import check, scenario
from vmlib.variants import GRUB

GRUBENV = "/boot/grub/grubenv"
# The newest version is the default.
SECOND = "99.0.0-second"


def use_grub(guest):
    set_setting(guest, "USE_GRUB_CONFIG", "true")


def add_kernel(guest, version=SECOND):
    """The guest's own kernel and initrd once more under another version: a menu needs no more to have two kernels."""
    guest.run(f"cd /boot; cp vmlinuz-$(uname -r) vmlinuz-{version}; cp initrd.img-$(uname -r) initrd.img-{version}")


def set_grub(guest, *lines):
    """Settings of grub-mkconfig, and the menu made from them."""
    for line in lines:
        name, value = line.split("=", 1)
        set_setting(guest, name, value, "/etc/default/grub")
    guest.run("update-grub", timeout=180)


def entry_id(guest, part):
    """The id of the first menu entry whose line has that part."""
    line = next(line for line in guest.read("/boot/grub/grub.cfg").splitlines() if part in line)
    return line.split("menuentry_id_option '")[1].split("'")[0]


def command_line(guest):
    return guest.read("/proc/cmdline").strip()


def block(guest):
    return guest.run(f"base64 -w 0 {GRUBENV}")


def boots(guest, version, words="", last=False):
    """By kexec, then through firmware from the same grubenv. words: part of the command line; last: a scenario's end."""
    if last and guest.brief:
        booted = two_command_lines(guest)
    else:
        booted = boot_twice(guest)
    check(f"vmlinuz-{version} " in booted and words in booted, f"not Linux {version}, or without {words}: {booted}")


def boot_twice(guest):
    before = block(guest)
    guest.reboot("reboot", expect="kexec")
    settled(guest)
    by_kexec, left_by_kexec = without_addition(command_line(guest)), block(guest)
    guest.run(f"echo {before} | base64 -d | dd of={GRUBENV} conv=notrunc; touch /tmp/no-kexec-reboot; sync")
    guest.reboot("reboot", expect="firmware")
    by_grub, left_by_grub = command_line(guest), block(guest)
    check(by_kexec == by_grub, f"kexec: {by_kexec!r}, GRUB: {by_grub!r}")
    check(left_by_kexec == left_by_grub, f"grubenv after kexec: {left_by_kexec}, after GRUB: {left_by_grub}")
    return by_kexec


def running(guest):
    return guest.run("uname -r").strip()


@scenario("grub-default-of-two-kernels", on=GRUB)
def default_of_two_kernels(guest):
    use_grub(guest)
    add_kernel(guest)
    set_grub(guest)
    boots(guest, SECOND, last=True)


@scenario("grub-default-by-number-path")
def by_number_path(guest):
    use_grub(guest)
    boots_by_number_path(guest, "1>1")


def boots_by_number_path(guest, path, listed=""):
    """Also a word with a blank in it, which GRUB hands on in its own quotes."""
    add_kernel(guest)
    set_grub(guest, f'GRUB_DEFAULT="{path}"', "GRUB_CMDLINE_LINUX_DEFAULT='quiet dyndbg=\"file a.c +p\"'")
    if listed:
        check_foreign_entries_listed(guest, listed)
    boots(guest, running(guest), '"dyndbg=file a.c +p"', last=True)


@scenario("grub-default-by-id-path")
def by_id_path(guest):
    use_grub(guest)
    add_kernel(guest)
    set_grub(guest)
    submenu = entry_id(guest, "submenu '")
    entry = entry_id(guest, f"gnulinux-{running(guest)}-advanced")
    set_grub(guest, f'GRUB_DEFAULT="{submenu}>{entry}"')
    boots(guest, running(guest), last=True)


@scenario("grub-default-by-title-path")
def by_title_path(guest):
    use_grub(guest)
    add_kernel(guest)
    set_grub(guest, f'GRUB_DEFAULT="Advanced options for Debian GNU/Linux>Debian GNU/Linux, with Linux {running(guest)}"')
    boots(guest, running(guest), last=True)


@scenario("grub-reboot-once", on=GRUB)
def reboot_once(guest):
    """grub-reboot holds for one boot, whichever way that boot comes about; where GRUB cannot write, for every boot."""
    use_grub(guest)
    add_kernel(guest)
    set_grub(guest, "GRUB_DEFAULT=saved")
    guest.run("grub-reboot '1>1'")
    boots(guest, running(guest))
    used_up = "next_entry=1" not in guest.run(f"grub-editenv {GRUBENV} list")
    check(used_up != guest.variant.moved_root, f"next_entry was {'' if used_up else 'not '}used up")
    version = SECOND if used_up else running(guest)
    line = guest.leaves("reboot", expect="kexec").command_line
    check(f"vmlinuz-{version} " in line, f"not Linux {version}: {line}")


@scenario("grub-set-default")
def set_default(guest):
    use_grub(guest)
    add_kernel(guest)
    set_grub(guest, "GRUB_DEFAULT=saved")
    guest.run("grub-set-default '1>1'")
    boots(guest, running(guest))
    boots(guest, running(guest))


@scenario("grub-savedefault")
def savedefault(guest):
    """The entry that boots saves itself."""
    use_grub(guest)
    add_kernel(guest)
    set_grub(guest, "GRUB_DEFAULT=saved", "GRUB_SAVEDEFAULT=true")
    boots(guest, SECOND)
    check("saved_entry=" in guest.run(f"grub-editenv {GRUBENV} list"), "nothing was saved")


@scenario("grub-kernel-replaced-just-before")
def kernel_replaced(guest):
    """As an unattended upgrade does: one kernel comes, the running one goes, the menu is written anew, then the reboot."""
    use_grub(guest)
    add_kernel(guest, "98.0.0-old")
    set_grub(guest)
    guest.reboot("reboot", expect="kexec")
    check("vmlinuz-98.0.0-old " in command_line(guest), f"not the default: {command_line(guest)}")
    add_kernel(guest)
    guest.run("rm /boot/*-98.0.0-old; update-grub", timeout=180)
    boots(guest, SECOND, last=True)


@scenario("grub-foreign-entries")
def foreign_entries(guest):
    use_grub(guest)
    add_foreign_entries(guest)
    set_grub(guest, "GRUB_DEFAULT=2")
    check_foreign_entries_listed(guest, "* 2 ")
    boots(guest, running(guest), last=True)


@scenario("grub-foreign-entries-and-number-path")
def foreign_entries_and_number_path(guest):
    use_grub(guest)
    add_foreign_entries(guest)
    boots_by_number_path(guest, "3>1", "* 3>1 ")


def add_foreign_entries(guest):
    """What os-prober writes for other disks, before and after the guest's own entries, and a custom.cfg."""
    foreign = """#!/bin/sh
cat <<'END'
menuentry 'Windows Boot Manager (on /dev/vdz1)' --class windows --class os $menuentry_id_option 'osprober-efi-1234-ABCD' {
  insmod part_gpt
  search --no-floppy --fs-uuid --set=root 1234-ABCD
  chainloader /EFI/Microsoft/Boot/bootmgfw.efi
}
menuentry 'Other Linux (on /dev/vdz2)' --class gnu-linux $menuentry_id_option 'osprober-gnulinux-simple-2345' {
  search --no-floppy --fs-uuid --set=root 23456789-0000-0000-0000-000000000000
  linux /boot/vmlinuz-5.10 root=/dev/vdz2
  initrd /boot/initrd.img-5.10
}
END
"""
    guest.write("/etc/grub.d/09_foreign", foreign)
    guest.write("/etc/grub.d/45_foreign", foreign)
    guest.run("chmod 755 /etc/grub.d/09_foreign /etc/grub.d/45_foreign")
    guest.write("/boot/grub/custom.cfg", "menuentry 'Mine' --id mine { linux /vmlinuz-none; }\n")


def check_foreign_entries_listed(guest, default):
    menu = guest.run("kexec-helper list")
    check(default in menu and "Windows Boot Manager" in menu and "Mine" in menu, menu)


@scenario("grub-default-is-no-linux")
def default_is_no_linux(guest):
    """GRUB restarts the machine when it is asked to, and then boots its default."""
    use_grub(guest)
    guest.write("/boot/grub/custom.cfg", "menuentry 'Restart' --id restart { reboot; }\n")
    set_grub(guest, "GRUB_DEFAULT=saved")
    guest.run("grub-reboot restart")
    declined(guest, "menu entry 'Restart' leads to the command reboot")


@scenario("grub-invalid-grubenv")
def invalid_grubenv(guest):
    """GRUB passes over a block that is none; so do we, and leave it as it is."""
    use_grub(guest)
    add_kernel(guest)
    set_grub(guest)
    # Debian 13's GRUB itself notes each boot in grubenv, and its unit fails then.
    guest.run("[ ! -d /run/systemd/system ] || systemctl mask grub-common.service")
    guest.run(f"printf 'no block at all' >{GRUBENV}; sync")
    boots(guest, SECOND)
    check(guest.read(GRUBENV) == "no block at all", "an invalid grubenv was touched")


@scenario("grub-menu-lost")
def menu_lost(guest):
    """Without a menu nothing can be promised: firmware. The file comes back before GRUB needs it."""
    use_grub(guest)
    guest.run("mv /boot/grub/grub.cfg /root/grub.cfg")
    status, plan = guest.sh("kexec-helper plan")
    check(status == 1 and "/boot/grub/grub.cfg: no such file" in plan, plan)
    status, plan = guest.sh("kexec-helper load --shutdown")
    check(status == 1 and guest.read("/sys/kernel/kexec_loaded").strip() == "0", f"status {status}: {plan}")
    guest.run("mv /root/grub.cfg /boot/grub/grub.cfg")
    guest.leaves("reboot", expect="kexec")


@scenario("grub-load-entry")
def load_entry(guest):
    add_kernel(guest)
    set_grub(guest)
    wanted = f"Debian GNU/Linux, with Linux {running(guest)}"
    guest.run(f"kexec-helper load --entry '{wanted}'")
    version = running(guest)
    line = guest.leaves("reboot", expect="kexec").command_line
    check(f"vmlinuz-{version} " in line, f"another entry: {line}")
