"""Machines laid out otherwise than Debian's installer does it: Ubuntu's menu, Proxmox VE's kernels.

As in grub_menu.py and boot_loader_entries.py, what a kexec starts is held against what the boot loader starts.
"""

from vmlib.comparison import both_ways
from vmlib.loaders import COMMAND_LINE, ESP
from vmlib.product import check_said
from vmlib.scenario import check, scenario
from vmlib.variants import LVM, SYSTEMD

from scenarios import grub_menu

PVE = "99.0.0-1-pve"
# Functions and entry as in the menus of Ubuntu 24.04: a boot that does not finish is noted, and shows the menu next time.
UBUNTU_MENU = r"""#!/bin/sh
version=$(ls /boot | sed -n 's/^vmlinuz-//p' | sort -V | tail -n 1)
cat <<END
function recordfail {
  set recordfail=1
  if [ -n "\${have_grubenv}" ]; then if [ -z "\${boot_once}" ]; then save_env recordfail; fi; fi
}
function gfxmode {
  set gfxpayload="\${1}"
  if [ "\${1}" = "keep" ]; then set vt_handoff=vt.handoff=7; else set vt_handoff=; fi
}
if [ "\${recordfail}" != 1 ]; then
  if [ -e \${prefix}/gfxblacklist.txt ]; then
    if [ \${grub_platform} != pc ]; then set linux_gfx_mode=keep; else set linux_gfx_mode=text; fi
  else
    set linux_gfx_mode=keep
  fi
else
  set linux_gfx_mode=text
fi
export linux_gfx_mode
menuentry 'Ubuntu' --class ubuntu --class gnu-linux \$menuentry_id_option 'gnulinux-simple-ubuntu' {
  recordfail
  gfxmode \$linux_gfx_mode
  insmod gzio
  if [ x\$grub_platform = xxen ]; then insmod xzio; insmod lzopio; fi
  insmod part_gpt
  insmod ext2
  search --no-floppy --fs-uuid --set=root $GRUB_DEVICE_UUID
  linux /boot/vmlinuz-$version root=UUID=$GRUB_DEVICE_UUID ro $GRUB_CMDLINE_LINUX $GRUB_CMDLINE_LINUX_DEFAULT \$vt_handoff
  initrd /boot/initrd.img-$version
}
END
"""


@scenario("ubuntu-like", on=SYSTEMD)
def ubuntu(guest):
    """Links in /boot only, kernels that only root can read, a menu that is hidden unless the last boot failed."""
    grub_menu.add_kernel(guest)
    guest.run("rm -f /vmlinuz /vmlinuz.old /initrd.img /initrd.img.old; chmod 600 /boot/vmlinuz-*")
    guest.run(f"cd /boot; ln -s vmlinuz-{grub_menu.SECOND} vmlinuz; ln -s initrd.img-{grub_menu.SECOND} initrd.img")
    guest.run("chmod a-x /etc/grub.d/10_linux")
    guest.write("/etc/grub.d/11_ubuntu", UBUNTU_MENU)
    guest.run("chmod 755 /etc/grub.d/11_ubuntu")
    grub_menu.set_grub(guest, "GRUB_TIMEOUT_STYLE=hidden", "GRUB_RECORDFAIL_TIMEOUT=0")
    menu = guest.run("kexec-helper list")
    check("* 0 " in menu and "Ubuntu" in menu, menu)
    grub_menu.boots(guest, grub_menu.SECOND, "vt.handoff=7", last=True)


@scenario("proxmox-like", on=LVM)
def proxmox(guest):
    """Proxmox VE started by GRUB, from a logical volume: kernels without any link."""
    guest.run("rm -f /vmlinuz /vmlinuz.old /initrd.img /initrd.img.old")
    grub_menu.add_kernel(guest, PVE)
    grub_menu.set_grub(guest)
    grub_menu.boots(guest, PVE, last=True)


def refresh_esp(guest, version):
    """What `proxmox-boot-tool refresh` writes for a kernel."""
    directory = f"EFI/proxmox/{version}"
    entry = (f"title Proxmox Virtual Environment\nversion {version}\noptions {COMMAND_LINE}\n"
             f"linux /{directory}/vmlinuz-{version}\ninitrd /{directory}/initrd.img-{version}\n")
    guest.run(f"mount /dev/vda2 /mnt; rm -f /mnt/loader/entries/debian-*; mkdir -p /mnt/{directory};"
              f" cp /boot/vmlinuz-{version} /boot/initrd.img-{version} /mnt/{directory}")
    guest.write(f"/mnt/loader/entries/proxmox-{version}.conf", entry)
    guest.run("umount /mnt")


@scenario("proxmox-boot-tool", on=("systemd-boot",))
def proxmox_boot_tool(guest):
    """Proxmox VE started by systemd-boot: nobody but its own tool mounts the EFI system partition."""
    guest.run(f"umount {ESP}; sed -i '/vfat/d' /etc/fstab; systemctl daemon-reload;"
              " blkid -s UUID -o value /dev/vda2 >/etc/kernel/proxmox-boot-uuids;"
              f" echo '{COMMAND_LINE}' >/etc/kernel/cmdline")
    refresh_esp(guest, grub_menu.running(guest))
    check_said(guest.reboot("reboot", expect="firmware"), "is not what the running kernel was booted with")
    grub_menu.add_kernel(guest, PVE)
    refresh_esp(guest, PVE)
    line = both_ways(guest, last=True)
    check(PVE in line, f"not Linux {PVE}: {line}")
