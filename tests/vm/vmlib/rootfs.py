"""The root file system of a guest: a lean Debian made by mmdebstrap, kept as a tar file."""

import functools
import os
import subprocess
from pathlib import Path

TESTS = Path(__file__).resolve().parents[2]
# Instead of the archives that this machine's own apt sources name.
OVERRIDES = {"main": "KEXEC_HELPER_VM_MIRROR", "security": "KEXEC_HELPER_VM_SECURITY_MIRROR"}
KEYRING = "/usr/share/keyrings/debian-archive-keyring.gpg"
GUEST_FILES = Path(__file__).resolve().parent.parent / "guest"
DEBS = "/var/cache/scenario-debs"

PACKAGES = (
    "linux-image-amd64 initramfs-tools zstd kmod udev e2fsprogs util-linux mount procps"
    " grub2-common grub-pc-bin grub-efi-amd64-bin debconf"
).split()
INIT_PACKAGES = {
    "systemd": "systemd systemd-sysv dbus libpam-systemd".split(),
    "sysvinit": "sysvinit-core sysv-rc initscripts insserv".split(),
}
ROOT_PACKAGES = {"ext4": [], "lvm": ["lvm2"], "btrfs": ["btrfs-progs"]}
FIRMWARE_PACKAGES = {"bios": [], "uefi": [], "secure-boot": ["shim-signed", "grub-efi-amd64-signed"]}
# Hardware no guest has: half of a kernel package's size.
EXCLUDED = (
    "/usr/share/man/* /usr/share/doc/* /usr/share/locale/* /usr/share/info/* /usr/share/i18n/*"
    " */kernel/drivers/gpu/* */kernel/drivers/media/* */kernel/drivers/net/* */kernel/drivers/infiniband/*"
    " */kernel/drivers/staging/* */kernel/drivers/iio/* */kernel/drivers/scsi/* */kernel/drivers/ata/*"
    " */kernel/drivers/usb/* */kernel/drivers/parport/* */kernel/drivers/char/tpm/* */kernel/drivers/edac/* */kernel/sound/*"
).split()

# kexec-tools is not installed: scenarios that are about it find its packages in DEBS.
FETCH_DEBS = f"""
apt-get clean
apt-get --yes --download-only --no-install-recommends install kexec-tools
mkdir -p {DEBS}
mv /var/cache/apt/archives/*.deb {DEBS}
"""
CONFIGURE = {
    # Only the harness's own two serial lines; logs stay in memory; no timers that start work of their own.
    "systemd": """
systemctl enable serial-shell.service
systemctl set-default multi-user.target
systemctl mask serial-getty@ttyS0.service getty@tty1.service systemd-networkd.service systemd-timesyncd.service
systemctl mask apt-daily.timer apt-daily-upgrade.timer dpkg-db-backup.timer e2scrub_all.timer fstrim.timer
systemctl mask e2scrub_reap.service
""",
    "sysvinit": """
rm -r /etc/systemd
sed -i '/getty/d' /etc/inittab
# In rescue mode before sulogin, which init waits for; otherwise after rc, as the sign that the boot is complete.
sed -i '1i T0:S:respawn:/usr/local/sbin/serial-shell' /etc/inittab
echo 'T1:2345:respawn:/usr/local/sbin/serial-shell' >>/etc/inittab
""",
}
FINISH = """
echo guest >/etc/hostname
sed -i 's/^root:[^:]*/root:/' /etc/shadow
"""


def special_packages(variant):
    return ROOT_PACKAGES[variant.root] + FIRMWARE_PACKAGES[variant.firmware]


def definition(variant):
    """Everything the tar file depends on, for the cache."""
    return [variant.suite, variant.init, sources(variant.suite), PACKAGES, INIT_PACKAGES[variant.init],
            special_packages(variant), EXCLUDED, FETCH_DEBS, CONFIGURE[variant.init], FINISH, guest_files()]


def guest_files():
    return [(str(path.relative_to(GUEST_FILES)), path.read_bytes())
            for path in sorted(GUEST_FILES.rglob("*")) if path.is_file()]


@functools.cache
def mirror(archive):
    """The URI of an archive, "main" or "security"."""
    uri = os.environ.get(OVERRIDES[archive])
    return uri or subprocess.run([TESTS / "debian-mirror", archive], check=True, capture_output=True, text=True).stdout.strip()


def sources(suite):
    main, security = mirror("main"), mirror("security")
    return [f"deb {main} {suite} main", f"deb {main} {suite}-updates main", f"deb {security} {suite}-security main"]


def build(variant, directory):
    """Makes root.tar in directory. Needs root: the tar file holds device nodes and owners."""
    packages = PACKAGES + INIT_PACKAGES[variant.init] + special_packages(variant)
    script = f"set -e\n{FETCH_DEBS}\n{CONFIGURE[variant.init]}\n{FINISH}"
    command = [
        "setpriv", "--pdeathsig", "TERM", "--",  # when the harness is interrupted, mmdebstrap cleans up after itself
        "mmdebstrap", "--mode=root", "--variant=apt", "--architectures=amd64", "--format=tar",
        f"--keyring={KEYRING}", f"--include={','.join(packages)}",
        "--aptopt=Acquire::Languages \"none\"", "--aptopt=APT::Install-Recommends \"false\"",
        *(f"--dpkgopt=path-exclude={pattern}" for pattern in EXCLUDED),
        # Before the kernel is installed, so that its first initrd is already made from our module list.
        f"--essential-hook=tar -C {GUEST_FILES} -c --owner=root --group=root . | tar -C \"$1\" -x --keep-directory-symlink",
        "--customize-hook=chroot \"$1\" sh -c \"$CONFIGURE_GUEST\"",
        variant.suite, str(directory / "root.tar"), *sources(variant.suite),
    ]
    with open(directory / "log", "wb") as log:
        subprocess.run(command, check=True, stdout=log, stderr=log, env={**os.environ, "CONFIGURE_GUEST": script})
