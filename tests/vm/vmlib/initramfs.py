"""What makes the guests' initramfs, if it is not the initramfs-tools that every root file system begins with."""

# Only what a guest's boot needs: GRUB under an emulated BIOS loads half a megabyte a second. The superblock is kept for
# evidence.py, by the script that initramfs-tools would run.
INSTALL_DRACUT = r"""
module=/usr/lib/dracut/modules.d/99root-superblock
mkdir -p /etc/dracut.conf.d $module
cat >$module/module-setup.sh <<'END'
check() { [ -e /etc/initramfs-tools/scripts/local-premount/root-superblock ]; }
install() {
    inst_hook pre-mount 10 /etc/initramfs-tools/scripts/local-premount/root-superblock
    inst_multiple dd
}
END
cat >/etc/dracut.conf.d/guest.conf <<'END'
hostonly=no
hostonly_cmdline=no
early_microcode=no
compress=zstd
dracutmodules+=" base systemd systemd-initrd dracut-systemd kernel-modules rootfs-block udev-rules fs-lib shutdown root-superblock "
dracutmodules+=" {modules} "
drivers+=" virtio_blk virtio_pci ext4 dm_mod dm_crypt xts aes_generic aesni_intel "
END
for version in $(ls /lib/modules); do dracut --force --kver "$version" "/boot/initrd.img-$version"; done
"""


# Of dracut, for what a root file system lies on. One whose programs are missing is an error.
MODULES = {"lvm": "dm lvm", "luks": "dm crypt systemd-cryptsetup"}


def install_script(variant):
    """In a chroot of the root file system, after its packages."""
    if variant.initramfs != "dracut":
        return ""
    return INSTALL_DRACUT.replace("{modules}", MODULES.get(variant.root, ""))


def update_command(variant):
    """Makes the initramfs anew."""
    if variant.initramfs == "dracut":
        return "dracut --force --regenerate-all"
    return "update-initramfs -u"
