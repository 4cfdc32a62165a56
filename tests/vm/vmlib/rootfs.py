"""The root file system of a guest: a lean Debian made by mmdebstrap, kept as a tar file."""

import functools
import os
import subprocess
from pathlib import Path

from .variants import VARIANTS

TESTS = Path(__file__).resolve().parents[2]
# Instead of the archives that this machine's own apt sources name.
OVERRIDES = {"main": "KEXEC_HELPER_VM_MIRROR", "security": "KEXEC_HELPER_VM_SECURITY_MIRROR"}
KEYRING = "/usr/share/keyrings/debian-archive-keyring.gpg"
GUEST_FILES = Path(__file__).resolve().parent.parent / "guest"
DEBS = "/var/cache/scenario-debs"
NEWER_KERNEL = "/var/cache/scenario-kernel"  # packages of a kernel that every boot loader takes for newer than the guest's

PACKAGES = (
    "linux-image-amd64 initramfs-tools zstd kmod udev e2fsprogs util-linux mount procps"
    " grub2-common grub-pc-bin grub-efi-amd64-bin debconf"
).split()
INIT_PACKAGES = {
    "systemd": "systemd systemd-sysv dbus libpam-systemd".split(),
    "sysvinit": "sysvinit-core sysv-rc initscripts insserv".split(),
}
# Packages of single variants, installed when their disks are made: guests of one release and init system share a root
# file system.
ADDITIONS = {
    "lvm": ["lvm2"],
    "luks": ["cryptsetup-bin", "systemd-cryptsetup"],
    "dracut": ["dracut", "systemd-cryptsetup"],
    "btrfs": ["btrfs-progs"],
    "secure-boot": ["shim-signed", "grub-efi-amd64-signed"],
    "systemd-boot": ["systemd-boot"],
    "systemd-boot-signed": ["systemd-boot", "systemd-boot-efi-amd64-signed"],
    "uki": ["systemd-boot", "systemd-boot-efi", "systemd-ukify"],
}
# Hardware no guest has: half of a kernel package's size, and with udev's database of it a third of the initrd, which
# GRUB under an emulated BIOS loads at half a megabyte a second.
EXCLUDED = (
    "/usr/share/man/* /usr/share/doc/* /usr/share/locale/* /usr/share/info/* /usr/share/i18n/*"
    " */kernel/drivers/gpu/* */kernel/drivers/media/* */kernel/drivers/net/* */kernel/drivers/infiniband/*"
    " */kernel/drivers/staging/* */kernel/drivers/iio/* */kernel/drivers/scsi/* */kernel/drivers/ata/*"
    " */kernel/drivers/usb/* */kernel/drivers/parport/* */kernel/drivers/char/tpm/* */kernel/drivers/edac/* */kernel/sound/*"
    " */udev/hwdb.d/*"
).split()

KERNEL = "vmlinuz"
ADDITIONS_PLACE = "/additions"  # while the root file system is made; then in the layer's directory
FETCH = """
fetch() {
    apt-get clean
    mkdir -p "$1"
    apt-get --yes --download-only --no-install-recommends install $2
    mv /var/cache/apt/archives/*.deb "$1"
}
"""
CONFIGURE = {
    # Only the harness's own two serial lines; logs stay in memory; no timers that start work of their own; no file
    # systems that nobody here looks at, whose units take an emulated processor seconds.
    "systemd": """
systemctl enable serial-shell.service
systemctl set-default multi-user.target
systemctl mask serial-getty@ttyS0.service getty@tty1.service systemd-networkd.service systemd-timesyncd.service
systemctl mask apt-daily.timer apt-daily-upgrade.timer dpkg-db-backup.timer e2scrub_all.timer fstrim.timer
systemctl mask e2scrub_reap.service
systemctl mask dev-hugepages.mount dev-mqueue.mount sys-fs-fuse-connections.mount proc-sys-fs-binfmt_misc.automount
systemctl mask sys-kernel-debug.mount sys-kernel-tracing.mount sys-kernel-config.mount modprobe@.service
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
sed -i '/^force-unsafe-io/d' /etc/dpkg/dpkg.cfg.d/99mmdebstrap
"""


def fetch_script(variant):
    """Neither kexec-tools nor the newer kernel is installed: scenarios that are about them find their packages."""
    lines = [f"fetch {DEBS} kexec-tools", f"fetch {NEWER_KERNEL} linux-image-cloud-amd64", f"mkdir -p {ADDITIONS_PLACE}"]
    alike = (one for one in VARIANTS.values() if (one.suite, one.init) == (variant.suite, variant.init))
    for name in sorted({name for one in alike for name in one.additions}):
        lines.append(f"fetch {ADDITIONS_PLACE}/{name} '{' '.join(ADDITIONS[name])}'")
    return FETCH + "\n".join(lines)


def definition(variant):
    """Everything the layer depends on, for the cache."""
    return [variant.suite, variant.init, sources(variant.suite), PACKAGES, INIT_PACKAGES[variant.init], EXCLUDED,
            fetch_script(variant), CONFIGURE[variant.init], FINISH, guest_files()]


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
    """Makes root.tar, its kernel and additions/ in directory. Needs root: the tar file holds device nodes and owners."""
    packages = PACKAGES + INIT_PACKAGES[variant.init]
    script = f"set -e\n{fetch_script(variant)}\n{CONFIGURE[variant.init]}\n{FINISH}"
    command = [
        "setpriv", "--pdeathsig", "TERM", "--",  # when the harness is interrupted, mmdebstrap cleans up after itself
        "mmdebstrap", "--mode=root", "--variant=apt", "--architectures=amd64", "--format=tar",
        f"--keyring={KEYRING}", f"--include={','.join(packages)}",
        "--aptopt=Acquire::Languages \"none\"", "--aptopt=APT::Install-Recommends \"false\"",
        "--dpkgopt=force-unsafe-io",  # FINISH takes it back
        *(f"--dpkgopt=path-exclude={pattern}" for pattern in EXCLUDED),
        # Before the kernel is installed, so that its first initrd is already made from our module list.
        f"--essential-hook=tar -C {GUEST_FILES} -c --owner=root --group=root . | tar -C \"$1\" -x --keep-directory-symlink",
        "--customize-hook=chroot \"$1\" sh -c \"$CONFIGURE_GUEST\"",
        f"--customize-hook=cp \"$1\"/boot/vmlinuz-* {directory}/{KERNEL}",
        f"--customize-hook=mv \"$1{ADDITIONS_PLACE}\" {directory}",
        variant.suite, str(directory / "root.tar"), *sources(variant.suite),
    ]
    with open(directory / "log", "wb") as log:
        subprocess.run(command, check=True, stdout=log, stderr=log, env={**os.environ, "CONFIGURE_GUEST": script})


# In a mount namespace of its own, so that nothing stays mounted whatever happens. $1: the root, $2: packages, $3: script.
# $1 is a mount of its own there, because in a chroot "/" may be none that could be made private.
# The ESP is a file system of its own, because tools write paths that begin there; what is in it is left in /esp.
ADD = """
set -e
mount --bind "$1" "$1"
mount --make-private "$1"
export DEBIAN_FRONTEND=noninteractive
for directory in dev proc sys; do mount --rbind /$directory "$1/$directory"; done
printf 'exit 101\\n' >"$1/usr/sbin/policy-rc.d"
chmod +x "$1/usr/sbin/policy-rc.d"
mkdir "$1/additions"
mkdir -p "$1/boot/efi" "$1/esp"
mount -t tmpfs tmpfs "$1/boot/efi"
for package in $2; do cp "$package"/*.deb "$1/additions"; done
if [ -n "$2" ]; then chroot "$1" sh -ec 'apt-get --yes -o DPkg::Options::=--force-unsafe-io install /additions/*.deb'; fi
chroot "$1" sh -ec "$3"
cp -r "$1/boot/efi/." "$1/esp"
rm -r "$1/additions" "$1/usr/sbin/policy-rc.d"
"""


def root_is_mount_point():
    """False in a plain chroot."""
    return any(line.split()[4] == "/" for line in Path("/proc/self/mountinfo").read_text().splitlines())


def add(variant, layer, root, script):
    """Installs a variant's additions into the directory `root`, unpacked from the layer, and runs a script in it."""
    if not variant.additions and not script:
        return
    packages = " ".join(str(layer / "additions" / name) for name in variant.additions)
    propagation = "private" if root_is_mount_point() else "unchanged"
    result = subprocess.run(["unshare", "--mount", "--propagation", propagation, "sh", "-c", ADD, "add", root, packages, script],
                            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False)
    if propagation == "unchanged":  # the mount of $1 may have spread to where we are
        subprocess.run(["umount", "--quiet", root], check=False)
    if result.returncode:
        raise RuntimeError(f"additions of {variant.name}: {result.stdout.decode(errors='replace')}")
