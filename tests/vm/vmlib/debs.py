"""The package under test, and a copy of it with a higher version for upgrades, on a disk that a guest takes them from."""

import re
import shutil
import subprocess
import tarfile
import tempfile
from pathlib import Path

from . import cache
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


# What a guest's libc6 is, at least.
LIBC = {"bookworm": "2.36", "trixie": "2.41"}


def obstacle(deb, suite):
    """Why that release cannot install the package; "" if it can. What a newer release builds needs its libc."""
    depends = subprocess.run(["dpkg-deb", "-f", deb, "Depends"], check=True, capture_output=True, text=True).stdout
    needed = re.search(r"libc6 \(>= ([^)]+)\)", depends)
    if not needed or subprocess.run(["dpkg", "--compare-versions", needed[1], "gt", LIBC[suite]], check=False).returncode:
        return ""
    return f"{deb.name} was built here and needs libc6 {needed[1]}; {suite} has {LIBC[suite]}"


def make_newer(deb, target):
    """The same content under a higher version."""
    with tempfile.TemporaryDirectory() as temporary:
        tree = Path(temporary, "tree")
        subprocess.run(["dpkg-deb", "-R", deb, tree], check=True)
        control = tree / "DEBIAN/control"
        old = version(deb)
        control.write_text(control.read_text().replace(f"Version: {old}", f"Version: {old}{NEWER_SUFFIX}"))
        subprocess.run(["dpkg-deb", "--root-owner-group", "-b", tree, target], check=True, capture_output=True)


# The disk that carries them into a guest: a tar file on it. Its size is that of the one a booted guest was saved with.
DISK = "packages.raw"
DISK_BYTES = 32 << 20


def take(directory):
    """For a shell in the guest: the files on the disk into that directory."""
    return f"mkdir -p {directory} && dd if=/dev/vdb bs=1M iflag=direct status=none | tar -C {directory} -x"


TAKE = take(DEBS)


def fill_disk(disk, files):
    """In place, as a running guest may have the disk."""
    with open(disk, "r+b") as device:
        with tarfile.open(fileobj=device, mode="w") as tar:
            for file in files:
                tar.add(file, file.name)
        if device.tell() > DISK_BYTES:
            raise RuntimeError(f"{', '.join(file.name for file in files)}: too large for a disk of {DISK_BYTES} bytes")
        device.truncate(DISK_BYTES)


def make_disk(deb, directory):
    """deb: None for a disk with nothing on it."""
    disk = directory / DISK
    disk.write_bytes(b"")
    with tempfile.TemporaryDirectory() as temporary:
        files = []
        if deb:
            files = [Path(temporary, Path(PACKAGE).name), Path(temporary, Path(NEWER).name)]
            shutil.copyfile(deb, files[0])
            make_newer(deb, files[1])
        fill_disk(disk, files)
