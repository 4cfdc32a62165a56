#!/usr/bin/env python3
"""The grub-emu of every release of GRUB that the evaluator knows: `releases.py` fetches what is missing.

Each is unpacked, with its libraries, from the Debian archive that this machine's apt sources name, into a directory
beside the guests' layers; it needs no root and nothing of it is installed."""
import collections
import concurrent.futures
import functools
import json
import shutil
import subprocess
import sys
from pathlib import Path

import symbols

HERE = Path(__file__).resolve().parent
sys.path.append(str(HERE.parent / "vm"))
from vmlib import cache  # pylint: disable=wrong-import-position

SUITES = {"2.06": "bookworm", "2.12": "trixie", "2.14": "sid"}
OBJECTS = ["kernel.img", "normal.mod", "boot.mod", "halt.mod"]  # those with the functions that reference.py uses
KEYRING = "/usr/share/keyrings/debian-archive-keyring.gpg"

# `command` starts it, `version` is the package's, `commands` are those of its own, `addresses` its symbols'.
Emulator = collections.namedtuple("Emulator", "command version commands addresses")


def run(*command, **options):
    """The output of a command; its errors end the program."""
    result = subprocess.run(command, capture_output=True, text=True, check=False, **options)
    if result.returncode:
        sys.exit(f"{' '.join(map(str, command))}: {(result.stderr + result.stdout).strip()}")
    return result.stdout


def download(suite, directory):
    """Fetches grub-emu and the libraries it is run with, as packages; apt's own state is not touched."""
    mirror = run(HERE.parent / "debian-mirror").strip()
    (directory / "sources").write_text(
        # A suite that changes daily may be served from a copy that is older than its Release file allows.
        f"deb [arch=amd64 signed-by={KEYRING} check-valid-until=no] {mirror} {suite} main\n")
    (directory / "installed").touch()
    for name in ("state/lists/partial", "cache/archives/partial"):
        (directory / name).mkdir(parents=True)
    settings = {"Dir::State": directory / "state", "Dir::Cache": directory / "cache", "APT::Sandbox::User": "root",
                "Dir::State::status": directory / "installed", "Dir::Etc::SourceList": directory / "sources",
                "Dir::Etc::SourceParts": "/dev/null", "Dir::Etc::PreferencesParts": "/dev/null",
                "Acquire::Languages": "none", "Acquire::Retries": 3, "Debug::NoLocking": "true"}
    apt = ["apt-get", "-qq", *(f"-o{name}={value}" for name, value in settings.items())]
    run(*apt, "update")
    run(*apt, "download", "grub-emu", cwd=directory / "cache/archives")
    run(*apt, "install", "--yes", "--download-only", "--no-install-recommends", "libc6", "libdevmapper1.02.1")
    return sorted((directory / "cache/archives").glob("*.deb"))


def substitute(emulator, libraries):
    """An empty library in place of SDL, which comes with 80 packages and is for a video mode that nothing sets: its
    functions are looked up when they are called."""
    needed = run("objdump", "-p", emulator)
    for line in needed.splitlines():
        if line.split()[:1] == ["NEEDED"] and "libSDL" in line:
            run("g++", "-shared", "-nostdlib", "-x", "c", "/dev/null", "-o", libraries / line.split()[1])


def build(version, directory):
    """Fills the directory of a release."""
    packages = download(SUITES[version], directory)
    emulator, = (package for package in packages if package.name.startswith("grub-emu_"))
    found = run("dpkg-deb", "-f", emulator, "Version").strip()
    if not found.startswith(version):
        sys.exit(f"{SUITES[version]} has GRUB {found} instead of {version}: {__file__} is to be changed")
    for package in packages:
        run("dpkg-deb", "-x", package, directory / "root")
    shutil.copy(directory / "root/usr/bin/grub-emu", directory)
    (directory / "lib").mkdir()
    for library in (directory / "root").glob("**/lib/x86_64-linux-gnu/*.so*"):
        shutil.copy(library, directory / "lib")
    substitute(directory / "grub-emu", directory / "lib")
    modules = directory / "root/usr/lib/grub/x86_64-emu"
    addresses = symbols.recovered(directory / "grub-emu", [modules / name for name in OBJECTS])
    lines = (modules / "command.lst").read_text().splitlines()
    commands = [line.partition(":")[0].lstrip("*") for line in lines]
    known = {"version": found, "commands": commands, "addresses": addresses}
    (directory / "emulator.json").write_text(json.dumps(known))
    for name in ("root", "state", "cache"):
        shutil.rmtree(directory / name)


@functools.cache
def emulator(version):
    """The emulator of a release, fetched if it is not there."""
    key = cache.digest(version, SUITES[version], Path(__file__).read_bytes(), Path(symbols.__file__).read_bytes())
    directory = cache.layer(f"grub-emu-{version}", key, functools.partial(build, version))
    libraries = directory / "lib"
    command = [libraries / "ld-linux-x86-64.so.2", "--library-path", libraries, directory / "grub-emu"]
    known = json.loads((directory / "emulator.json").read_text())
    return Emulator([str(word) for word in command], known["version"], frozenset(known["commands"]), known["addresses"])


@functools.cache
def commands(version, platform):
    """The names that are commands in a release for "pc", "efi" or "arm64" (UEFI on arm64)."""
    lines = (HERE / f"commands-{version}.txt").read_text().splitlines()
    return frozenset(name for name, platforms in map(str.split, lines) if platform in platforms.split(","))


def fetch():
    """All of them, at the same time."""
    with concurrent.futures.ThreadPoolExecutor() as pool:
        return list(pool.map(emulator, SUITES))


def main():
    for version, release in zip(SUITES, fetch()):
        print(f"GRUB {version}: grub-emu {release.version}")


if __name__ == "__main__":
    main()
