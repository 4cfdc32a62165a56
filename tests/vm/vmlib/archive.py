"""Packages of the Debian archive that single scenarios bring into their guest, beyond those of its root file system."""

import subprocess
import tarfile
import tempfile
from pathlib import Path

from . import cache, debs, layers, rootfs

PLACE = "/var/cache/scenario-packages"


def fetch(variant, names, directory):
    """Downloads packages with what they depend on that the guest does not have; apt's own state is not touched."""
    with tempfile.TemporaryDirectory() as temporary:
        place = Path(temporary)
        with tarfile.open(layers.rootfs_layer(variant) / "root.tar") as tar:
            status = next(member for member in tar if member.name.lstrip("./") == "var/lib/dpkg/status")
            (place / "status").write_bytes(tar.extractfile(status).read())
        (place / "sources").write_text("".join(
            f"{line.replace('deb ', f'deb [arch=amd64 signed-by={rootfs.KEYRING}] ', 1)}\n"
            for line in rootfs.sources(variant.suite)))
        for name in ("lists/partial", "cache/archives/partial"):
            (place / name).mkdir(parents=True)
        settings = {"Dir::State": place, "Dir::Cache": place / "cache", "Dir::State::status": place / "status",
                    "Dir::Etc::SourceList": place / "sources", "Dir::Etc::SourceParts": "/dev/null",
                    "Dir::Etc::PreferencesParts": "/dev/null", "APT::Sandbox::User": "root",
                    "APT::Architecture": "amd64", "Acquire::Languages": "none", "Debug::NoLocking": "true"}
        apt = ["apt-get", "-qq", *(f"-o{name}={value}" for name, value in settings.items())]
        subprocess.run([*apt, "update"], check=True, capture_output=True)
        subprocess.run([*apt, "install", "--yes", "--download-only", "--no-install-recommends", *names], check=True,
                       capture_output=True)
        for package in (place / "cache/archives").glob("*.deb"):
            (directory / package.name).write_bytes(package.read_bytes())


def disk_of(guest):
    """The file behind the guest's second disk."""
    names = [block["inserted"]["file"] for block in guest.machine.qmp.execute("query-block") if block.get("inserted")]
    return next(Path(name) for name in names if Path(name).name == debs.DISK)


def bring(guest, *names):
    """Puts packages, with what they depend on, into a directory of the guest: PLACE."""
    variant = guest.variant
    base = f"{variant.suite}-{variant.init}.{'-'.join(names)}"
    key = cache.digest(names, rootfs.definition(variant), Path(__file__).read_bytes())
    layer = cache.layer(base, key, lambda target: fetch(variant, names, target))
    debs.fill_disk(disk_of(guest), sorted(layer.glob("*.deb")))
    guest.run(debs.take(PLACE), timeout=120)
