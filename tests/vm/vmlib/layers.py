"""From a variant to a disk with a running guest in its snapshot, layer by layer:

rootfs (mmdebstrap) -> disk (GPT image) -> provisioned (GRUB installed) -> ready (booted, package installed, snapshot).
"""

import dataclasses
import shutil
import subprocess
import time
from pathlib import Path

from . import cache, debs, diskimage, guest, loaders, moved_root, provision, qemu, rootfs

SNAPSHOT = "ready"
VARIABLES = "variables.qcow2"  # the UEFI firmware's


def rootfs_layer(variant):
    """Guests of the same release and init system share it."""
    key = cache.digest(rootfs.definition(variant))
    name = f"{variant.suite}-{variant.init}.rootfs"
    return cache.layer(name, key, timed(name, lambda target: rootfs.build(variant, target)))


def accelerator(variant):
    return qemu.accelerator(rootfs_layer(variant) / rootfs.KERNEL)


def finishing(variant):
    """The module that makes a disk image of this variant boot, if its boot loader is not in it yet."""
    if variant.moved_root:
        return moved_root
    return provision if loaders.of(variant).installed_by_guest else None


def provisioned_layer(variant):
    """One image serves SeaBIOS and OVMF alike; only those with additions are of another make."""
    source = rootfs_layer(variant)
    finish = finishing(variant)
    key = cache.digest(source.name, diskimage.definition(variant), finish and finish.definition(variant))
    base = variant.name if variant.additions else f"{variant.suite}-{variant.init}{'-boot' if variant.separate_boot else ''}"
    name = f"{base}.provisioned"

    def build(target):
        diskimage.build(variant, source, target)
        if finish:
            finish.finish(variant, target, accelerator(variant))

    return cache.layer(name, key, timed(name, build))


def ready_layer(variant, deb):
    """deb: the package under test, or None for a guest without it."""
    source = provisioned_layer(variant)
    key = cache.digest(source.name, dataclasses.astuple(variant), qemu.definition(accelerator(variant)), debs.definition(deb),
                       Path(__file__).read_bytes())
    name = f"{variant.name}.ready"
    return cache.layer(name, key, timed(name, lambda target: build_ready(variant, source, deb, target)))


def build_ready(variant, source, deb, target):
    raw = target / "disk.raw"
    subprocess.run(["cp", "--sparse=always", source / "disk.raw", raw], check=True)
    if deb:
        put = debs.put_into_esp if variant.moved_root else debs.put_into_image
        put(deb, raw, target)
    disk = target / "disk.qcow2"
    subprocess.run(["qemu-img", "convert", "-O", "qcow2", raw, disk], check=True)
    raw.unlink()
    firmware = qemu.FIRMWARE[variant.firmware]
    if firmware:
        subprocess.run(["qemu-img", "convert", "-f", "raw", "-O", "qcow2", firmware.variables, target / VARIABLES],
                       check=True)
    with machine_of(variant, target) as machine:
        person = guest.Guest(machine, variant)
        person.wait_until_up(guest.BOOT_LIMIT)
        if deb and variant.moved_root:
            person.run(debs.TAKE_FROM_ESP)
        if deb:
            person.run(f"DEBIAN_FRONTEND=noninteractive dpkg -i {debs.PACKAGE}", timeout=guest.BOOT_LIMIT)
        person.run("sync")
        machine.qmp.monitor(f"savevm {SNAPSHOT}")


def machine_of(variant, directory, extra=()):
    """A machine with the disk, and the firmware's variables, of a ready guest's directory."""
    return qemu.Machine(directory / "disk.qcow2", processors=variant.processors, accelerator=accelerator(variant),
                        firmware=qemu.FIRMWARE[variant.firmware], variables=directory / VARIABLES, extra=extra)


class WorkingCopy:
    """A worker's own copy of a ready guest; every start() goes back to the snapshot."""

    def __init__(self, variant, layer, directory):
        self.variant = variant
        self.directory = Path(directory)
        shutil.copytree(layer, self.directory, dirs_exist_ok=True)

    def start(self):
        return guest.Guest(machine_of(self.variant, self.directory, ["-loadvm", SNAPSHOT]), self.variant, running=True)


def timed(name, build):
    """Says on the terminal that a layer is being made: it takes long enough to wonder."""
    def report(target):
        start = time.monotonic()
        print(f"building {name} …", flush=True)
        build(target)
        print(f"built {name} in {time.monotonic() - start:.0f} s", flush=True)
    return report
