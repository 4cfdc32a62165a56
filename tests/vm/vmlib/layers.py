"""From a variant to a disk with a running guest in its snapshot, layer by layer:

rootfs (mmdebstrap) -> provisioned (GPT image, boot loader installed) -> booted (snapshot) -> ready (package installed,
snapshot).
"""

import dataclasses
import shutil
import subprocess
import time
from pathlib import Path

from . import cache, debs, diskimage, guest, loaders, moved_root, provision, qemu, rootfs

DISK = "disk.qcow2"
BOOTED, READY = "booted", "ready"  # snapshots in it
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


def booted_layer(variant):
    """A guest that has just come up. It takes as long as a reboot, so that it is kept for every package."""
    source = provisioned_layer(variant)
    key = cache.digest(source.name, dataclasses.astuple(variant), qemu.definition(accelerator(variant)), debs.DISK_BYTES,
                       Path(__file__).read_bytes())
    name = f"{variant.name}.booted"
    return cache.layer(name, key, timed(name, lambda target: build_booted(variant, source, target)))


def build_booted(variant, source, target):
    subprocess.run(["qemu-img", "convert", "-O", "qcow2", source / "disk.raw", target / DISK], check=True)
    firmware = qemu.FIRMWARE[variant.firmware]
    if firmware:
        subprocess.run(["qemu-img", "convert", "-f", "raw", "-O", "qcow2", firmware.variables, target / VARIABLES],
                       check=True)
    debs.make_disk(None, target)
    with machine_of(variant, target) as machine:
        guest.Guest(machine, variant).wait_until_up(guest.BOOT_LIMIT)
        machine.qmp.monitor(f"savevm {BOOTED}")


def ready_layer(variant, deb):
    """deb: the package under test, or None for a guest without it."""
    source = booted_layer(variant)
    key = cache.digest(source.name, debs.definition(deb))
    name = f"{variant.name}.ready"
    return cache.layer(name, key, timed(name, lambda target: build_ready(variant, source, deb, target)))


def build_ready(variant, source, deb, target):
    shutil.copytree(source, target, dirs_exist_ok=True)
    debs.make_disk(deb, target)
    with machine_of(variant, target, ["-loadvm", BOOTED]) as machine:
        person = guest.Guest(machine, variant, running=True)
        if deb:
            person.run(debs.TAKE)
            person.run(f"DEBIAN_FRONTEND=noninteractive dpkg -i {debs.PACKAGE}", timeout=guest.BOOT_LIMIT)
        person.run("sync")
        machine.qmp.monitor(f"delvm {BOOTED}")
        machine.qmp.monitor(f"savevm {READY}")


def machine_of(variant, directory, extra=()):
    """A machine with the disks, and the firmware's variables, of a booted or ready guest's directory."""
    return qemu.Machine(directory / DISK, processors=variant.processors, accelerator=accelerator(variant),
                        firmware=qemu.FIRMWARE[variant.firmware], variables=directory / VARIABLES,
                        packages=directory / debs.DISK, extra=extra)


class WorkingCopy:
    """A worker's own copy of a ready guest; every start() goes back to the snapshot."""

    def __init__(self, variant, layer, directory):
        self.variant = variant
        self.directory = Path(directory)
        shutil.copytree(layer, self.directory, dirs_exist_ok=True)

    def start(self, brief=False):
        return guest.Guest(machine_of(self.variant, self.directory, ["-loadvm", READY]), self.variant, running=True,
                           brief=brief)


def timed(name, build):
    """Says on the terminal that a layer is being made: it takes long enough to wonder."""
    def report(target):
        start = time.monotonic()
        print(f"building {name} …", flush=True)
        build(target)
        print(f"built {name} in {time.monotonic() - start:.0f} s", flush=True)
    return report
