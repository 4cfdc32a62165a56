"""A bootable-to-be disk: GPT with BIOS boot partition, ESP, root and, if wanted, /boot, made without loop devices."""

import shutil
import subprocess
import tempfile
from pathlib import Path

MIB = 1024 * 1024
SECTOR = 512
DISK_MIB = 3072
BIOS_BOOT, ESP, LINUX = "21686148-6449-6E6F-744E-656564454649", "C12A7328-F81F-11D2-BA4B-00A0C93EC93B", "linux"
# number: (start, size) in MiB. Root is always the third: guest/etc/initramfs-tools/…/root-superblock counts on it.
PARTITIONS = {1: (1, 1, BIOS_BOOT), 2: (2, 32, ESP), 3: (34, 2600, LINUX), 4: (2640, 256, LINUX)}
ROOT_UUID = "6b657865-632d-4865-8c70-65722d726f74"
BOOT_UUID = "6b657865-632d-4865-8c70-65722d626f6f"
# GRUB of Debian 12 does not know these two; e2fsprogs on a newer host would switch them on.
EXT4_FEATURES = "^orphan_file,^metadata_csum_seed"


def definition(variant):
    return [variant.separate_boot, Path(__file__).read_bytes()]


def root_offset():
    """Where the root file system starts in the image, in bytes."""
    return PARTITIONS[3][0] * MIB


def build(variant, rootfs, directory):
    """From rootfs/root.tar makes disk.raw, and the vmlinuz and initrd.img to boot it with before it has GRUB."""
    disk = directory / "disk.raw"
    partition(disk, variant.separate_boot)
    with tempfile.TemporaryDirectory(dir=directory) as temporary:
        root = Path(temporary, "root")
        root.mkdir()
        run("tar", "-C", root, "--numeric-owner", "--xattrs", "-xf", rootfs / "root.tar")
        Path(root, "etc/fstab").write_text(fstab(variant))
        Path(root, "boot/efi").mkdir(exist_ok=True)
        for name in ("vmlinuz", "initrd.img"):
            shutil.copyfile(next(Path(root, "boot").glob(f"{name}-*")), directory / name)
        if variant.separate_boot:
            boot = Path(temporary, "boot")
            Path(root, "boot").rename(boot)
            Path(root, "boot").mkdir()
            make_ext4(disk, 4, BOOT_UUID, boot)
        make_ext4(disk, 3, ROOT_UUID, root)


def partition(disk, separate_boot):
    with open(disk, "wb") as image:
        image.truncate(DISK_MIB * MIB)
    numbers = (1, 2, 3, 4) if separate_boot else (1, 2, 3)
    lines = ["label: gpt"]
    for start, size, kind in (PARTITIONS[number] for number in numbers):
        lines.append(f"start={start}MiB, size={size}MiB, type={kind}")
    run("sfdisk", "--quiet", disk, input="\n".join(lines).encode())
    start, size, _ = PARTITIONS[2]
    run("mkfs.vfat", "-F", "16", "--offset", start * MIB // SECTOR, disk, size * 1024)


def make_ext4(disk, number, uuid, directory):
    start, size, _ = PARTITIONS[number]
    run("mke2fs", "-q", "-F", "-t", "ext4", "-O", EXT4_FEATURES, "-U", uuid, "-d", directory,
        "-E", f"offset={start * MIB}", disk, f"{size}M")


def fstab(variant):
    """No fsck pass: a journal left behind must meet the kernel, which says so, not a silent repair."""
    lines = [f"UUID={ROOT_UUID} / ext4 errors=remount-ro 0 0", "/dev/vda2 /boot/efi vfat noauto 0 0"]
    if variant.separate_boot:
        lines.append(f"UUID={BOOT_UUID} /boot ext4 defaults 0 0")
    return "\n".join(lines) + "\n"


def run(*command, **options):
    """Runs a tool quietly; its words appear when it fails."""
    result = subprocess.run([str(word) for word in command], stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                            check=False, **options)
    if result.returncode:
        raise RuntimeError(f"{command[0]} failed: {result.stdout.decode(errors='replace')}")
