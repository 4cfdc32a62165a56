"""The folders of test cases, and the directory trees made from them.

A folder holds grub.cfg, grubenv if there is one, expected.json, expected-VERSION.json for a release of GRUB that
differs from Debian 12's, `platform` if it is not pc, and what else is to be on the disk: a directory boot/, and a list
`files` of empty directories ("/d/"), links ("/l -> target") and files ("/f", "/f size=0", "/f mtime=1000000000").
Without a list there are two kernels and their initrds. Directories have the order of the list."""
import contextlib
import functools
import json
import os
import re
import shutil
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
MEMORY = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None
USUAL = ["/boot/vmlinuz-1", "/boot/initrd.img-1", "/boot/vmlinuz-2", "/boot/initrd.img-2"]
COMMON = "2.06"  # the release whose results are expected of each that has no file of its own
TIME = 1_700_000_000  # of every file without one


def quirks():
    return sorted(path.parent for path in HERE.glob("*/grub.cfg"))


def expected_file(folder, version):
    return Path(folder, "expected.json" if version == COMMON else f"expected-{version}.json")


def expected(folder, version):
    """What the real GRUB of a release did, or None if the case has not been recorded."""
    own, common = expected_file(folder, version), expected_file(folder, COMMON)
    file = own if own.exists() else common
    return json.loads(file.read_text()) if file.exists() else None


def platform(folder):
    """The platform of GRUB that a case is for: what the file `platform` says."""
    file = Path(folder, "platform")
    return file.read_text().strip() if file.exists() else "pc"


def deliberate(folder, version):
    """The file with the reason why we differ from a release on purpose, or None."""
    files = (Path(folder, name) for name in (f"deliberate-{version}", "deliberate"))
    return next((file for file in files if file.exists()), None)


def dump(result):
    """The text of an expected.json."""
    return json.dumps(result, indent=1, sort_keys=True) + "\n"


def create(tree, line):
    """One line of `files`."""
    name, target, settings = re.fullmatch(r"(.+?)(?: -> (.+))?((?: (?:size|mtime)=\d+)*)", line).groups()
    path = tree / name.lstrip("/")
    path.parent.mkdir(parents=True, exist_ok=True)
    if target:
        path.symlink_to(target)
    elif name.endswith("/"):
        path.mkdir(exist_ok=True)
    else:
        settings = dict(setting.split("=") for setting in settings.split())
        path.write_text("x" * int(settings.get("size", 5)))
        os.utime(path, (int(settings.get("mtime", TIME)),) * 2)


@functools.cache
def newest_first():
    """Whether directories made here list what was created last first, as tmpfs does; on a disk it may be any order."""
    with tempfile.TemporaryDirectory(dir=MEMORY) as folder:
        for name in "badc":
            Path(folder, name).touch()
        return "".join(os.listdir(folder)) == "cdab"


@contextlib.contextmanager
def tree(folder):
    """A directory for the folder, for as long as it is used."""
    folder = Path(folder)
    with tempfile.TemporaryDirectory(dir=MEMORY) as name:
        result = Path(name)
        (result / "boot/grub").mkdir(parents=True)
        if (folder / "boot").is_dir():
            shutil.copytree(folder / "boot", result / "boot", symlinks=True, dirs_exist_ok=True)
        for file in ("grub.cfg", "grubenv"):
            if (folder / file).exists():
                shutil.copyfile(folder / file, result / "boot/grub" / file)
        files = folder / "files"
        lines = files.read_text(encoding="utf-8").splitlines() if files.exists() else USUAL
        for line in reversed(lines) if newest_first() else lines:
            create(result, line)
        yield result
