"""The package under test, and a copy of it with a higher version for upgrades, put into a guest's disk."""

import subprocess
import tempfile
from pathlib import Path

from . import cache, diskimage
from .rootfs import DEBS

PACKAGE = f"{DEBS}/kexec-helper.deb"
NEWER = f"{DEBS}/kexec-helper-newer.deb"
NEWER_SUFFIX = "+newer1"
# What kexec-tools is called in the guest, for a shell.
KEXEC_TOOLS = f"$(ls {DEBS}/*.deb | grep -v /kexec-helper)"


def definition(deb):
    return [cache.file_digest(deb) if deb else None, Path(__file__).read_bytes()]


def version(deb):
    return subprocess.run(["dpkg-deb", "-f", deb, "Version"], check=True, capture_output=True, text=True).stdout.strip()


def make_newer(deb, target):
    """The same content under a higher version."""
    with tempfile.TemporaryDirectory() as temporary:
        tree = Path(temporary, "tree")
        subprocess.run(["dpkg-deb", "-R", deb, tree], check=True)
        control = tree / "DEBIAN/control"
        old = version(deb)
        control.write_text(control.read_text().replace(f"Version: {old}", f"Version: {old}{NEWER_SUFFIX}"))
        subprocess.run(["dpkg-deb", "--root-owner-group", "-b", tree, target], check=True, capture_output=True)


# In the guest: from where put_into_esp left them.
TAKE_FROM_ESP = f"mount /dev/vda2 /boot/efi; cp /boot/efi/*.deb {DEBS}; umount /boot/efi"


def put_into_esp(deb, image, scratch):
    """Writes both packages into the (unmounted) EFI system partition: for root file systems the host cannot write to."""
    newer = scratch / "newer.deb"
    make_newer(deb, newer)
    start = diskimage.PARTITIONS[2][0] * diskimage.MIB
    for source, name in ((deb, Path(PACKAGE).name), (newer, Path(NEWER).name)):
        subprocess.run(["mcopy", "-i", f"{image}@@{start}", source, f"::{name}"], check=True)
    newer.unlink()


def put_into_image(deb, image, scratch):
    """Writes both packages into the (unmounted) root file system of a raw disk image."""
    newer = scratch / "newer.deb"
    make_newer(deb, newer)
    commands = f"write {deb} {PACKAGE}\nwrite {newer} {NEWER}\n"
    result = subprocess.run(["debugfs", "-w", "-f", "-", f"{image}?offset={diskimage.root_offset()}"], input=commands,
                            capture_output=True, text=True, check=False)
    newer.unlink()
    if result.returncode or "Allocated inode" not in result.stdout:
        raise RuntimeError(f"debugfs: {result.stdout}{result.stderr}")
