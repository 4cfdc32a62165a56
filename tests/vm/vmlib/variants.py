"""The guests the scenarios run on: which Debian, which init system, which firmware, which disk layout."""

from dataclasses import dataclass

SUITES = ("bookworm", "trixie")


@dataclass(frozen=True)
class Variant:
    name: str
    suite: str
    init: str  # "systemd" or "sysvinit"
    firmware: str = "bios"  # "uefi"; "secure-boot": UEFI that starts only what is signed
    separate_boot: bool = False
    root: str = "ext4"  # "lvm": ext4 on a logical volume; "btrfs": the subvolume /@

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
    )
}

# What scenarios name. The special guests (disk layout, firmware) run the core scenarios and those about them.
ALL = tuple(VARIANTS)
ORDINARY = ("bookworm-systemd", "bookworm-sysvinit", "trixie-systemd")
# Secure Boot's own scenarios show a reboot both ways already.
CORE = tuple(name for name in ALL if name != "secure-boot")
SYSTEMD = ("bookworm-systemd", "trixie-systemd")
SYSVINIT = ("bookworm-sysvinit",)
BOOKWORM = ("bookworm-systemd", "bookworm-sysvinit")
TRIXIE = ("trixie-systemd",)
SEPARATE_BOOT = ("separate-boot",)
UEFI = ("uefi",)
SECURE_BOOT = ("secure-boot",)
LVM = ("lvm",)
