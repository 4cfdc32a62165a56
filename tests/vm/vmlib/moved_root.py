"""A root file system that the host cannot make: a guest copies itself to a second disk, on LVM, LUKS or btrfs, and makes
that disk boot. The second disk then is the guest's only one, so it is called vda in what is written to it."""

from pathlib import Path

from . import diskimage, initramfs, qemu
from .guest import BOOT_LIMIT, Guest
from .provision import COMMAND_LINE

UUID = "6b657865-632d-4865-8c70-65722d6d7664"
BOOT_UUID = "6b657865-632d-4865-8c70-65722d6d7662"
LUKS_UUID = "6b657865-632d-4865-8c70-65722d6c756b"
MAKE = {
    "lvm": f"""
pvcreate -y /dev/vdb3
vgcreate vg /dev/vdb3
lvcreate -y -l 100%FREE -n root vg
mke2fs -q -t ext4 -O {diskimage.EXT4_FEATURES} -U {UUID} /dev/vg/root
mount /dev/vg/root /mnt
superblock=/dev/vg/root
options=errors=remount-ro type=ext4
""",
    # The key is in the initramfs, so that nobody has to type it. As few rounds as there may be: an emulated processor.
    "luks": f"""
head -c 32 /dev/urandom >/etc/root.key
chmod 600 /etc/root.key
cryptsetup luksFormat --batch-mode --uuid {LUKS_UUID} --pbkdf pbkdf2 --pbkdf-force-iterations 1000 /dev/vdb3 /etc/root.key
cryptsetup open --key-file /etc/root.key /dev/vdb3 root
echo 'root UUID={LUKS_UUID} /etc/root.key luks,x-initrd.attach' >/etc/crypttab
echo 'install_items+=" /etc/crypttab /etc/root.key "' >/etc/dracut.conf.d/luks.conf
mke2fs -q -t ext4 -O {diskimage.EXT4_FEATURES} -U {UUID} /dev/mapper/root
mount /dev/mapper/root /mnt
superblock=/dev/mapper/root
options=errors=remount-ro type=ext4
""",
    # btrfs has no mark of a clean unmount, so the initramfs keeps no superblock.
    "btrfs": f"""
modprobe btrfs
mkfs.btrfs -q -U {UUID} /dev/vdb3
mount /dev/vdb3 /mnt
btrfs subvolume create /mnt/@
umount /mnt
mount -o subvol=@ /dev/vdb3 /mnt
superblock=
options=subvol=@ type=btrfs
""",
}
COPY_BOOT = f"""
mke2fs -q -t ext4 -O {diskimage.EXT4_FEATURES} -U {BOOT_UUID} /dev/vdb4
mount /dev/vdb4 /mnt/boot
cp -ax /boot/. /mnt/boot
boot="UUID={BOOT_UUID} /boot ext4 defaults 0 0"
"""
COPY = """
cp -ax /. /mnt
boot=
"""
FINISH = f"""
echo "UUID={UUID} / $type $options 0 0
/dev/vda2 /boot/efi vfat noauto 0 0
$boot" >/mnt/etc/fstab
echo $type >>/mnt/etc/initramfs-tools/modules
premount=/mnt/etc/initramfs-tools/scripts/local-premount/root-superblock
if [ "$superblock" ]; then sed -i "s,/dev/vda3,$superblock," $premount; else rm $premount; fi
for directory in dev proc sys run; do mount --bind /$directory /mnt/$directory; done
chroot /mnt $update_initramfs
chroot /mnt sh -ec 'mount /dev/vdb2 /boot/efi
grub-install --target=i386-pc /dev/vdb
grub-install --target=x86_64-efi --efi-directory=/boot/efi --removable --no-nvram
umount /boot/efi
update-grub'
for directory in dev proc sys run; do umount /mnt/$directory; done
if [ "$boot" ]; then umount /mnt/boot; fi
umount /mnt
sync
"""


def script(variant):
    copy_boot = COPY_BOOT if variant.separate_boot else ""
    update = f"update_initramfs='{initramfs.update_command(variant)}'\n"
    return f"set -e\n{MAKE[variant.root]}{COPY}{copy_boot}{update}{FINISH}"


def definition(variant):
    return [script(variant), qemu.version(), Path(__file__).read_bytes()]


def finish(variant, directory, accelerator):
    """Changes disk.raw in the directory, and uses up the vmlinuz and initrd.img there."""
    moved = directory / "moved.raw"
    diskimage.partition(moved, diskimage.partitions(variant))
    boot = ["-kernel", directory / "vmlinuz", "-initrd", directory / "initrd.img", "-append", COMMAND_LINE,
            "-drive", f"if=virtio,file={moved},format=raw,cache=unsafe"]
    with qemu.Machine(directory / "disk.raw", "raw", extra=boot, accelerator=accelerator) as machine:
        guest = Guest(machine)
        guest.wait_until_up(BOOT_LIMIT)
        guest.run(script(variant), timeout=900)
        guest.fire("poweroff")
        guest.wait_for_power_off()
        machine.wait_for_exit(60)
    moved.replace(directory / "disk.raw")
    for name in ("vmlinuz", "initrd.img"):
        Path(directory, name).unlink()
