"""A bootable-to-be disk: GPT with BIOS boot partition, ESP, root and, if wanted, /boot, made without loop devices."""

import shutil
import subprocess
import tempfile
from pathlib import Path

from . import initramfs, loaders, rootfs
from .loaders import ROOT_UUID

MIB = 1024 * 1024
SECTOR = 512
DISK_MIB = 3072
BIOS_BOOT, ESP, LINUX = "21686148-6449-6E6F-744E-656564454649", "C12A7328-F81F-11D2-BA4B-00A0C93EC93B", "linux"
# number: (start, size) in MiB. Root is always the third: guest/etc/initramfs-tools/…/root-superblock counts on it.
ROOT = (34, 2600, LINUX)
PARTITIONS = {1: (1, 1, BIOS_BOOT), 2: (2, 32, ESP), 3: ROOT}
SEPARATE_BOOT = {4: (2640, 256, LINUX)}
LARGE_ESP = {2: (2640, 256, ESP)}
BOOT_UUID = "6b657865-632d-4865-8c70-65722d626f6f"
# GRUB of Debian 12 does not know these two; e2fsprogs on a newer host would switch them on.
EXT4_FEATURES = "^orphan_file,^metadata_csum_seed"


def definition(variant):
    return [variant.separate_boot, variant.additions, install_script(variant), rootfs.ADD, Path(__file__).read_bytes()]


def install_script(variant):
    return initramfs.install_script(variant) + loaders.of(variant).install


def partitions(variant):
    return (PARTITIONS | (SEPARATE_BOOT if variant.separate_boot else {})
            | (LARGE_ESP if loaders.of(variant).esp_holds_kernels else {}))


def root_offset():
    """Where the root file system starts in the image, in bytes."""
    return ROOT[0] * MIB


def build(variant, layer, directory):
    """From a layer of rootfs makes disk.raw, and the vmlinuz and initrd.img to boot it with before it has GRUB."""
    disk = directory / "disk.raw"
    table = partitions(variant)
    partition(disk, table)
    with tempfile.TemporaryDirectory(dir=directory) as temporary:
        root = Path(temporary, "root")
        root.mkdir()
        run("tar", "-C", root, "--numeric-owner", "--xattrs", "-xf", layer / "root.tar")
        rootfs.add(variant, layer, root, install_script(variant))
        Path(root, "etc/fstab").write_text(fstab(variant))
        Path(root, "boot/efi").mkdir(exist_ok=True)
        Path(root, "esp").mkdir(exist_ok=True)
        move_to_esp(disk, table[2][0], Path(root, "esp"))
        for name in ("vmlinuz", "initrd.img"):
            shutil.copyfile(next(Path(root, "boot").glob(f"{name}-*")), directory / name)
        if variant.separate_boot:
            boot = Path(temporary, "boot")
            Path(root, "boot").rename(boot)
            Path(root, "boot").mkdir()
            make_ext4(disk, table[4], BOOT_UUID, boot)
        make_ext4(disk, table[3], ROOT_UUID, root)


def partition(disk, table):
    with open(disk, "wb") as image:
        image.truncate(DISK_MIB * MIB)
    lines = ["label: gpt"]
    for number, (start, size, kind) in sorted(table.items()):
        lines.append(f"{number}: start={start}MiB, size={size}MiB, type={kind}")
    run("sfdisk", "--quiet", disk, input="\n".join(lines).encode())
    start, size, _ = table[2]
    run("mkfs.vfat", "-F", "16", "--offset", start * MIB // SECTOR, disk, size * 1024)


def move_to_esp(disk, start, directory):
    """What a boot loader's tools have put into the EFI system partition."""
    if content := list(directory.iterdir()):
        run("mcopy", "-s", "-i", f"{disk}@@{start * MIB}", *content, "::")
    shutil.rmtree(directory)


def make_ext4(disk, partition, uuid, directory):
    start, size, _ = partition
    run("mke2fs", "-q", "-F", "-t", "ext4", "-O", EXT4_FEATURES, "-U", uuid, "-d", directory,
        "-E", f"offset={start * MIB}", disk, f"{size}M")


def fstab(variant):
    """No fsck pass: a journal left behind must meet the kernel, which says so, not a silent repair."""
    esp = "defaults" if loaders.of(variant).esp_holds_kernels else "noauto"
    lines = [f"UUID={ROOT_UUID} / ext4 errors=remount-ro 0 0", f"/dev/vda2 {loaders.ESP} vfat {esp} 0 0"]
    if variant.separate_boot:
        lines.append(f"UUID={BOOT_UUID} /boot ext4 defaults 0 0")
    return "\n".join(lines) + "\n"


def run(*command, **options):
    """Runs a tool quietly; its words appear when it fails."""
    result = subprocess.run([str(word) for word in command], stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                            check=False, **options)
    if result.returncode:
        raise RuntimeError(f"{command[0]} failed: {result.stdout.decode(errors='replace')}")
