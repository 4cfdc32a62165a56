# plan and list on machines that systemd-boot boots, as directory trees.

load machine

bats_require_minimum_version 1.5.0

setup() {
    make_machine
    rm "$root/vmlinuz" "$root/initrd.img"
    mkdir -p "$root/sys/firmware/efi/efivars"
    variable LoaderInfo 'systemd-boot 257.13-1~deb13u1'
    mount_at /efi
    kernel /efi 6.12.48
    kernel /efi 6.12.57
}

# variable NAME TEXT: a variable of the Boot Loader Interface.
variable() {
    { printf '\006\0\0\0' && printf '%s\0' "$2" | iconv -t UTF-16LE; } |
        put "/sys/firmware/efi/efivars/$1-4a67b082-0a4c-41cf-b6c7-440b29bb8c4f"
}

mount_at() {
    printf '%s\n' '21 1 254:2 / / rw - ext4 /dev/vda2 rw' "30 21 254:1 / $1 rw - vfat /dev/vda1 rw" |
        put /proc/self/mountinfo
}

# kernel ESP VERSION: kernel, initrd and entry as kernel-install writes them.
kernel() {
    mkdir -p "$root$1/m1/$2"
    cp "$root/boot/vmlinuz-6.1.0-41-amd64" "$root$1/m1/$2/linux"
    cp "$root/boot/initrd.img-6.1.0-41-amd64" "$root$1/m1/$2/initrd.img"
    printf '%s\n' 'title Debian GNU/Linux 13' 'sort-key debian' "version $2" "linux /m1/$2/linux" \
        "initrd /m1/$2/initrd.img" 'options root=/dev/vda2 ro' | put "$1/loader/entries/m1-$2.conf"
}

# plans KERNEL COMMAND_LINE
plans() {
    helper --root "$root" --json plan
    [ "$(json action)" = '"kexec"' ]
    [ "$(json source)" = '"systemd-boot"' ]
    [ "$(json kernel)" = "\"$1\"" ]
    [ "$(json cmdline)" = "\"$2 panic=60\"" ]  # PANIC_TIMEOUT
}

# declines WORDS: a firmware reboot because of the boot loader, with these words in the reason.
declines() {
    helper --root "$root" --json plan
    [ "$(json action)" = '"firmware"' ]
    [ "$(json reason_code)" = '"boot-loader"' ]
    [[ $(json reason) == *"$1"* ]]
}

@test "the newest entry, with the command line that systemd-boot passes" {
    plans /efi/m1/6.12.57/linux 'initrd=\\m1\\6.12.57\\initrd.img root=/dev/vda2 ro'
}

@test "a default, and an entry for one boot" {
    variable LoaderEntryDefault 'm1-6.12.48*'
    plans /efi/m1/6.12.48/linux 'initrd=\\m1\\6.12.48\\initrd.img root=/dev/vda2 ro'
    variable LoaderEntryOneShot M1-6.12.57.conf
    plans /efi/m1/6.12.57/linux 'initrd=\\m1\\6.12.57\\initrd.img root=/dev/vda2 ro'
}

@test "list shows the menu in its order, with the default" {
    helper --root "$root" list
    [ "$status" = 0 ]
    [[ $output == *6.12.57*6.12.48* ]]
}

@test "an ESP that is not mounted is a firmware reboot with that reason" {
    echo '21 1 254:2 / / rw - ext4 /dev/vda2 rw' | put /proc/self/mountinfo
    declines 'EFI system partition: none is mounted'
}

@test "counted entries, device trees and other systems are left to the boot loader" {
    mv "$root/efi/loader/entries/m1-6.12.57.conf" "$root/efi/loader/entries/m1-6.12.57+3.conf"
    declines 'boots of this entry are counted (3 left)'
    rm "$root/efi/loader/entries/m1-6.12.57+3.conf"
    echo 'devicetree /d.dtb' >>"$root/efi/loader/entries/m1-6.12.48.conf"
    declines 'key devicetree'
    variable LoaderEntryDefault auto-windows
    declines 'auto-windows, which is not Linux'
}

@test "without LoaderInfo it was not systemd-boot, whatever entries there are" {
    rm "$root/sys/firmware/efi/efivars"/LoaderInfo-*
    declines 'EFI variables are not accessible'
    variable LoaderTimeExecUSec 1
    declines 'did not boot this machine'
    # A tree looked at from outside says no more than its configuration does.
    rm -r "$root/sys"
    helper --root "$root" list
    [[ $output == *6.12.57*6.12.48* ]]
}

# unified COMMAND_LINE: a unified kernel image on standard output, with an os-release that sorts first.
unified() {
    python3 - "$root/boot" "$1" <<'PYTHON'
import struct, sys
read = lambda name: open(f"{sys.argv[1]}/{name}-6.1.0-41-amd64", "rb").read()
align = lambda count: (count + 511) // 512 * 512
sections = [(b".osrel", b"ID=arch\nNAME=Arch\n"), (b".cmdline", sys.argv[2].encode()), (b".linux", read("vmlinuz")),
            (b".initrd", read("initrd.img"))]
image = bytearray(1024)
image[0:2], image[0x80:0x84] = b"MZ", b"PE\0\0"
struct.pack_into("<I", image, 0x3c, 0x80)
struct.pack_into("<HH", image, 0x84, 0x8664, len(sections))
struct.pack_into("<HxxH", image, 0x94, 240, 0x20b)
for number, (name, content) in enumerate(sections):
    struct.pack_into("<8sIIII", image, 0x188 + 40 * number, name, len(content), 0, align(len(content)), len(image))
    image += content.ljust(align(len(content)), b"\0")
sys.stdout.buffer.write(image)
PYTHON
}

@test "a unified kernel image is planned with its own command line" {
    unified 'root=/dev/vda2 ro quiet' | put /efi/EFI/Linux/arch.efi
    plans /efi/EFI/Linux/arch.efi 'root=/dev/vda2 ro quiet'
    echo | put /efi/EFI/Linux/arch.efi.extra.d/more.addon.efi
    declines 'more.addon.efi: adds to what /efi/EFI/Linux/arch.efi boots'
}

@test "KERNEL_IMAGE may be a unified kernel image, and an EFI program is none" {
    unified 'root=/dev/vda3' | put /efi/EFI/Linux/arch.efi
    settings LOAD_KEXEC=true KERNEL_IMAGE=/efi/EFI/Linux/arch.efi 'INITRD=""' 'APPEND="root=/dev/vda2 ro"'
    helper --root "$root" --json plan
    [ "$(json action)" = '"kexec"' ]
    [ "$(json kernel)" = '"/efi/EFI/Linux/arch.efi"' ]
    echo | put /efi/EFI/Linux/arch.efi.extra.d/more.addon.efi
    helper --root "$root" --json plan
    [[ $(json reason) == *'more.addon.efi: adds to what'* ]]
    rm -r "$root/efi/EFI/Linux/arch.efi.extra.d"
    head -c 8192 /dev/zero | put /efi/EFI/Linux/arch.efi
    printf 'MZ' | dd of="$root/efi/EFI/Linux/arch.efi" conv=notrunc status=none
    helper --root "$root" --json plan
    [ "$(json action)" = '"firmware"' ]
    [[ $(json reason) == *'unified kernel image'*'.linux section'* ]]
}

@test "GRUB's command linux does not start a unified kernel image" {
    rm -r "$root/sys/firmware" "$root/efi"
    unified 'root=/dev/vda3' | put /boot/arch.efi
    echo 'menuentry a { linux /boot/arch.efi root=/dev/vda2; }' | put /boot/grub/grub.cfg
    helper --root "$root" --json plan
    [ "$(json action)" = '"firmware"' ]
    [[ $(json reason) == *"/boot/arch.efi: is a unified kernel image, which GRUB's command linux does not start"* ]]
}

@test "where proxmox-boot-tool keeps the ESPs its own files decide" {
    echo '21 1 0:30 / / rw - zfs rpool/ROOT/pve-1 rw' | put /proc/self/mountinfo
    echo AAAA-1111 | put /etc/kernel/proxmox-boot-uuids
    echo 'root=ZFS=rpool/ROOT/pve-1 boot=zfs' | put /etc/kernel/cmdline
    printf '%s\n' 'initrd=\EFI\proxmox\6.1.0-40-amd64\initrd.img-6.1.0-40-amd64 root=ZFS=rpool/ROOT/pve-1 boot=zfs' |
        put /proc/cmdline
    echo 6.1.0-41-amd64 | put /etc/kernel/proxmox-boot-manual-kernels
    plans /boot/vmlinuz-6.1.0-41-amd64 \
        'initrd=\\EFI\\proxmox\\6.1.0-41-amd64\\initrd.img-6.1.0-41-amd64 root=ZFS=rpool/ROOT/pve-1 boot=zfs'
    echo 'root=ZFS=rpool/ROOT/pve-1 boot=zfs quiet' | put /etc/kernel/cmdline
    declines '/etc/kernel/cmdline: is not what the running kernel was booted with'
}
