"""The guests the scenarios run on: which Debian, which init system, which firmware, which disk layout."""

from dataclasses import dataclass

SUITES = ("bookworm", "trixie")


@dataclass(frozen=True)
class Variant:
    name: str
    suite: str
    init: str  # "systemd" or "sysvinit"
    uefi: bool = False
    separate_boot: bool = False

    @property
    def systemd(self):
        return self.init == "systemd"


VARIANTS = {
    variant.name: variant
    for variant in (
        Variant("bookworm-systemd", "bookworm", "systemd"),
        Variant("bookworm-sysvinit", "bookworm", "sysvinit"),
        Variant("trixie-systemd", "trixie", "systemd"),
        Variant("separate-boot", "bookworm", "sysvinit", separate_boot=True),
        Variant("uefi", "trixie", "systemd", uefi=True),
    )
}

# What scenarios name. The special guests (disk layout, firmware) run the core scenarios and those about them.
ALL = tuple(VARIANTS)
ORDINARY = ("bookworm-systemd", "bookworm-sysvinit", "trixie-systemd")
SYSTEMD = ("bookworm-systemd", "trixie-systemd")
SYSVINIT = ("bookworm-sysvinit",)
BOOKWORM = ("bookworm-systemd", "bookworm-sysvinit")
TRIXIE = ("trixie-systemd",)
