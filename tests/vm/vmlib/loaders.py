"""What starts the guests' kernels. GRUB is installed by a guest (provision.py); the others are files in the EFI system
partition, which the tools of the release put there in a chroot."""

from dataclasses import dataclass

ROOT_UUID = "6b657865-632d-4865-8c70-65722d726f74"
ESP = "/boot/efi"
# As guest/etc/default/grub has it.
COMMAND_LINE = f"root=UUID={ROOT_UUID} ro console=ttyS0 earlyprintk=ttyS0,115200"
# The ESP is a directory now and a file system later. The token names the entries; by default the machine's id does,
# which the guest does not have yet.
KERNEL_INSTALL = f"""
export SYSTEMD_ESP_PATH={ESP} SYSTEMD_RELAX_ESP_CHECKS=1
mkdir -p {ESP} /etc/kernel
echo '{COMMAND_LINE}' >/etc/kernel/cmdline
echo debian >/etc/kernel/entry-token
printf '%s\\n' {{settings}} >/etc/kernel/install.conf
bootctl install --no-variables --entry-token=literal:debian
printf 'timeout 0\\n' >{ESP}/loader/loader.conf
version=$(ls /lib/modules)
kernel-install add "$version" "/boot/vmlinuz-$version" "/boot/initrd.img-$version"
find {ESP} -type f
"""
# shim starts its neighbour of that name; signed by Debian, it is systemd-boot.
INSTALL_SHIM = f"""
cp /usr/lib/shim/shimx64.efi.signed {ESP}/EFI/BOOT/BOOTX64.EFI
cp /usr/lib/systemd/boot/efi/systemd-bootx64.efi.signed {ESP}/EFI/BOOT/grubx64.efi
"""


@dataclass(frozen=True)
class Loader:
    install: str = ""  # script, in a chroot of the root file system
    esp_holds_kernels: bool = False  # so it is large, and mounted
    installed_by_guest: bool = False


LOADERS = {
    "grub": Loader(installed_by_guest=True),
    # Type 1 of the Boot Loader Specification: a text file for each entry, kernel and initrd beside it.
    "systemd-boot": Loader(KERNEL_INSTALL.format(settings="layout=bls"), esp_holds_kernels=True),
    "systemd-boot-signed": Loader(KERNEL_INSTALL.format(settings="layout=bls") + INSTALL_SHIM, esp_holds_kernels=True),
    # Type 2: one PE file of kernel, initrd and command line.
    "uki": Loader(KERNEL_INSTALL.format(settings="layout=uki uki_generator=ukify"), esp_holds_kernels=True),
}


def of(variant):
    return LOADERS[variant.loader]
