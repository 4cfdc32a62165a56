"""The guests the scenarios run on: which Debian, init system, firmware, boot loader, initramfs and disk layout."""

from dataclasses import dataclass

SUITES = ("bookworm", "trixie")


@dataclass(frozen=True)
class Variant:
    name: str
    suite: str
    init: str  # "systemd" or "sysvinit"
    firmware: str = "bios"  # "uefi"; "secure-boot": UEFI that starts only what is signed
    separate_boot: bool = False
    root: str = "ext4"  # "lvm": ext4 on a logical volume; "luks": ext4, encrypted; "btrfs": the subvolume /@
    loader: str = "grub"  # a name in loaders.LOADERS
    initramfs: str = "initramfs-tools"  # "dracut"
    processors: int = 1  # two guests run at a time, on two cores

    @property
    def systemd(self):
        return self.init == "systemd"

    @property
    def secure_boot(self):
        return self.firmware == "secure-boot"

    @property
    def moved_root(self):
        """Its root file system cannot be made on the host: a guest moves it there."""
        return self.root != "ext4"

    @property
    def additions(self):
        """What it has beyond the other guests of its release and init system: names in rootfs.ADDITIONS."""
        ordinary = ("ext4", "bios", "uefi", "grub", "initramfs-tools")
        return tuple(name for name in (self.root, self.firmware, self.loader, self.initramfs) if name not in ordinary)


VARIANTS = {
    variant.name: variant
    for variant in (
        Variant("bookworm-systemd", "bookworm", "systemd"),
        Variant("bookworm-sysvinit", "bookworm", "sysvinit"),
        Variant("trixie-systemd", "trixie", "systemd"),
        Variant("separate-boot", "bookworm", "sysvinit", separate_boot=True),
        Variant("uefi", "trixie", "systemd", firmware="uefi"),
        Variant("secure-boot", "trixie", "systemd", firmware="secure-boot"),
        Variant("lvm", "bookworm", "systemd", root="lvm"),
        Variant("btrfs", "trixie", "systemd", root="btrfs"),
        # Their initramfs comes back as an exitrd.
        Variant("dracut", "trixie", "systemd", initramfs="dracut"),
        Variant("dracut-lvm", "trixie", "systemd", root="lvm", initramfs="dracut"),
        Variant("dracut-luks", "trixie", "systemd", separate_boot=True, root="luks", initramfs="dracut"),
        # Kexec has to stop the other processors: one guest has some.
        Variant("systemd-boot", "trixie", "systemd", firmware="uefi", loader="systemd-boot", processors=2),
        Variant("systemd-boot-signed", "trixie", "systemd", firmware="secure-boot", loader="systemd-boot-signed"),
        Variant("uki", "trixie", "systemd", firmware="uefi", loader="uki"),
    )
}

# What scenarios name. The special guests (disk layout, firmware, boot loader) run core.py and what is about them.
ALL = tuple(VARIANTS)
DRACUT = tuple(name for name, variant in VARIANTS.items() if variant.initramfs == "dracut")
GRUB = tuple(name for name, variant in VARIANTS.items() if variant.loader == "grub" and name not in DRACUT)
ORDINARY = ("bookworm-systemd", "bookworm-sysvinit", "trixie-systemd")
SYSTEMD = ("bookworm-systemd", "trixie-systemd")
SYSVINIT = ("bookworm-sysvinit",)
BOOKWORM = ("bookworm-systemd", "bookworm-sysvinit")
TRIXIE = ("trixie-systemd",)
SEPARATE_BOOT = ("separate-boot",)
UEFI = ("uefi", "systemd-boot")
SECURE_BOOT = tuple(name for name, variant in VARIANTS.items() if variant.secure_boot)
LVM = ("lvm",)
SYSTEMD_BOOT = tuple(name for name, variant in VARIANTS.items() if variant.loader != "grub")
