"""A newer kernel comes by apt: its package's scripts make the initrd and tell the boot loader, and that is what boots."""

from vmlib.comparison import both_ways
from vmlib.rootfs import NEWER_KERNEL
from vmlib.scenario import check, scenario
from vmlib.variants import ALL


@scenario("kernel-upgrade", on=ALL)
def kernel_upgrade(guest):
    newer = guest.run(f"ls {NEWER_KERNEL} | sed -n 's/^linux-image-\\([0-9][^_]*\\)_.*/\\1/p'").strip()
    guest.run(f"DEBIAN_FRONTEND=noninteractive apt-get --yes install {NEWER_KERNEL}/*.deb", timeout=900)
    booted = both_ways(guest)
    check(booted.startswith(f"{newer} "), f"not Linux {newer}: {booted}")
