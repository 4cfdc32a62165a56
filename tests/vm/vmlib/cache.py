"""The layers a guest is made of, each in a directory named by a hash of what it was made from.

A layer is built under a temporary name and renamed when complete, so an interrupted build leaves nothing that could
be taken for one. Processes that want the same layer wait for each other on a lock file.
"""

import contextlib
import fcntl
import hashlib
import os
import shutil
import tempfile
from pathlib import Path


def directory():
    fallback = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache", "kexec-helper", "vm")
    return Path(os.environ.get("KEXEC_HELPER_VM_CACHE") or fallback)


def digest(*parts):
    return hashlib.sha256(repr(parts).encode()).hexdigest()[:16]


def file_digest(path):
    return hashlib.sha256(Path(path).read_bytes()).hexdigest()


def layer(name, key, build):
    """The directory of layer `name` (such as "trixie-systemd.rootfs") with this key, built by build(directory) if absent.

    Layers of the same name made from something else are deleted: nothing would ever ask for them again.
    """
    cache = directory()
    cache.mkdir(parents=True, exist_ok=True)
    wanted = cache / f"{name}.{key}"
    with lock(cache / f"{name}.lock"):
        if not wanted.is_dir():
            for old in cache.glob(f"{name}.*"):
                if old.is_dir():
                    shutil.rmtree(old)
            unfinished = cache / f"{name}.unfinished"
            unfinished.mkdir()
            build(unfinished)
            unfinished.rename(wanted)
    return wanted


@contextlib.contextmanager
def lock(path):
    with open(path, "w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def work_directory():
    """A temporary directory beside the layers; those of processes that were killed are removed first."""
    for old in directory().glob("work-*-*"):
        if not Path("/proc", old.name.split("-")[1]).exists():
            shutil.rmtree(old, ignore_errors=True)
    return tempfile.TemporaryDirectory(prefix=f"work-{os.getpid()}-", dir=directory(), ignore_cleanup_errors=True)
