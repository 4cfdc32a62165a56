"""What the host must have: the package under test, and the programs the guests are made and run with."""

import os
import shutil
import sys
from pathlib import Path

from .qemu import FIRMWARE

TOP = Path(__file__).resolve().parents[3]
# command: Debian package
TOOLS = {"qemu-system-x86_64": "qemu-system-x86", "qemu-img": "qemu-utils", "mmdebstrap": "mmdebstrap",
         "sfdisk": "fdisk", "mkfs.vfat": "dosfstools", "mke2fs": "e2fsprogs", "debugfs": "e2fsprogs",
         "setpriv": "util-linux", "dpkg-deb": "dpkg"}


def check_requirements():
    if os.geteuid():
        sys.exit("needs root: the guests' root file systems have other users' files and device nodes")
    missing = {package for command, package in TOOLS.items() if not shutil.which(command)}
    if not all(firmware.code.exists() for firmware in FIRMWARE.values() if firmware):
        missing.add("ovmf")
    if missing:
        sys.exit(f"missing: apt-get install {' '.join(sorted(missing))}")


def find_deb():
    debs = sorted((TOP / "build/deb").glob("kexec-helper_*.deb"), key=lambda path: path.stat().st_mtime)
    if not debs:
        sys.exit("no package in build/deb: run `make deb` first")
    return debs[-1]
