#!/usr/bin/env bats
# Which kernel it is when the links lag, dangle, are elsewhere or are missing, with and without a boot loader's menu.

load machine
load machines

# links WHERE VERSION: vmlinuz and initrd.img in that directory lead to the kernel of that version in /boot.
links() {
    mkdir -p "$root$1"
    ln -sfn "/boot/vmlinuz-$2" "$root$1/vmlinuz"
    ln -sfn "/boot/initrd.img-$2" "$root$1/initrd.img"
}

# bare VERSION...: a machine without links and menu, with these kernels.
bare() {
    fresh
    rm "$root"/vmlinuz "$root"/initrd.img "$root"/boot/*-6.1.0-41-amd64
    for version in "$@"; do put_kernel "$version"; done
}

@test "links behind GRUB's default" {
    for where in / /boot; do
        bare 6.8.0-90-generic 6.14.0-37-generic
        links "$where" 6.8.0-90-generic
        command_line root=/dev/vda2 ro quiet
        grub_boots 6.14.0-37-generic root=/dev/vda2 ro quiet
        plans "$where, by default" action kexec source grub kernel /boot/vmlinuz-6.14.0-37-generic \
            initrd 6.14.0-37 no-initrd 6.8.0-90
        settings LOAD_KEXEC=true USE_GRUB_CONFIG=false
        plans "$where, false" action kexec source settings kernel /boot/vmlinuz-6.8.0-90-generic warnings '6\.14\.0-37'
        diagnoses "$where, false" doctor 'warning.*6\.14\.0-37'
    done
}

@test "links to a kernel that GRUB does not boot because it is pinned" {
    bare 6.1.0-41-amd64 6.1.0-40-amd64
    links / 6.1.0-41-amd64
    grub_menu <<'END'
if [ "${saved_entry}" ]; then set default="${saved_entry}"; fi
menuentry new --id new { linux /boot/vmlinuz-6.1.0-41-amd64 root=/dev/vda2; initrd /boot/initrd.img-6.1.0-41-amd64; }
menuentry old --id old { linux /boot/vmlinuz-6.1.0-40-amd64 root=/dev/vda2; initrd /boot/initrd.img-6.1.0-40-amd64; }
END
    grub_environment saved_entry=old
    plans 'grub-set-default' action kexec source grub kernel /boot/vmlinuz-6.1.0-40-amd64
    settings LOAD_KEXEC=true USE_GRUB_CONFIG=false
    plans 'grub-set-default, false' action kexec kernel /boot/vmlinuz-6.1.0-41-amd64 warnings '6\.1\.0-40'
}

@test "dangling links are named" {
    for where in / /boot; do
        for kernel in gone there; do
            bare 6.0.3-surface
            links "$where" 5.17.5-surface
            [ "$kernel" = gone ] || put_kernel 5.17.5-surface
            [ "$kernel" = there ] || rm -f "$root/boot/vmlinuz-5.17.5-surface"
            if [ "$kernel" = gone ]; then
                plans "$where" action firmware code files reason 'link|leads to|missing' reason '5\.17\.5-surface'
            else
                plans "$where, kernel there" action kexec kernel /boot/vmlinuz-5.17.5-surface
                rm "$root/boot/initrd.img-5.17.5-surface"
                plans "$where, initrd gone" action firmware code files reason 'link|leads to|missing|no such file' \
                    reason 'initrd'
            fi
        done
    done
}

@test "dangling links do not matter where a menu decides" {
    bare 6.0.3-surface
    links /boot 5.17.5-surface
    grub_boots 6.0.3-surface root=/dev/vda2 ro
    plans 'with a menu' action kexec source grub kernel /boot/vmlinuz-6.0.3-surface
    settings LOAD_KEXEC=true USE_GRUB_CONFIG=false
    plans 'with a menu, false' action firmware code files reason '5\.17\.5-surface'
}

@test "Proxmox VE keeps its links in /boot/pve" {
    bare 6.8.12-4-pve 6.8.12-9-pve
    links /boot/pve 6.8.12-4-pve
    plans 'absolute links' action kexec source settings kernel /boot/vmlinuz-6.8.12-4-pve initrd 6.8.12-4-pve
    ln -sfn ../vmlinuz-6.8.12-4-pve "$root/boot/pve/vmlinuz"
    ln -sfn ../initrd.img-6.8.12-4-pve "$root/boot/pve/initrd.img"
    plans 'relative links' action kexec kernel /boot/vmlinuz-6.8.12-4-pve
    settings LOAD_KEXEC=true USE_GRUB_CONFIG=false
    plans 'false' action kexec kernel /boot/vmlinuz-6.8.12-4-pve
    settings LOAD_KEXEC=true
    grub_boots 6.8.12-9-pve root=/dev/vda2 ro
    plans 'a menu' action kexec source grub kernel /boot/vmlinuz-6.8.12-9-pve
    rm "$root/boot/grub/grub.cfg" "$root/boot/vmlinuz-6.8.12-4-pve"
    plans 'dangling' action firmware code files reason '/boot/pve/vmlinuz' reason '6\.8\.12-4-pve'
}

@test "which links win" {
    bare 1.0-root 2.0-boot 3.0-pve 4.0-none
    links /boot/pve 3.0-pve
    plans '/boot/pve before the newest' kernel /boot/vmlinuz-3.0-pve
    links /boot 2.0-boot
    plans '/boot before /boot/pve' kernel /boot/vmlinuz-2.0-boot
    links / 1.0-root
    plans '/ before /boot' kernel /boot/vmlinuz-1.0-root
}

@test "the newest kernel of a machine without links and boot loader" {
    while read -r newest others; do
        # shellcheck disable=SC2086  # versions
        bare "$newest" $others
        plans "$newest of $others" action kexec source settings kernel "/boot/vmlinuz-$newest" initrd "initrd.img-$newest\""
    done <<'END'
6.1.0-41-amd64
6.1.0-41-amd64 6.1.0-9-amd64 6.1.0-40-amd64
6.14.0-37-generic 6.8.0-90-generic
6.12.9-x 6.9.12-x 5.19.0-x
10.0.0-1 9.9.9-9
END
}

@test "leftovers in /boot are no kernels" {
    bare 6.1.0-41-amd64
    for suffix in .dpkg-new .dpkg-tmp .old .bak '~' .efi.signed .signed; do
        fake_kernel 6.9.0-1-amd64 >"$root/boot/vmlinuz-6.9.0-1-amd64$suffix"
        plans "$suffix" action kexec kernel /boot/vmlinuz-6.1.0-41-amd64
        rm "$root/boot/vmlinuz-6.9.0-1-amd64$suffix"
    done
    fake_kernel 6.9.0-1-amd64 >"$root/boot/vmlinuz-6.9.0-1-amd64"
    plans 'the newest has no initrd yet' no-kernel '6\.9'
    bare
    plans 'none at all' action firmware code files reason 'kernel|vmlinuz'
}

@test "a chosen kernel that is missing is not replaced by another one" {
    fresh
    settings LOAD_KEXEC=true KERNEL_IMAGE=/boot/vmlinuz-6.1.0-99-amd64
    plans 'KERNEL_IMAGE' action firmware code files reason '6\.1\.0-99'
    settings LOAD_KEXEC=true INITRD=/boot/initrd.img-6.1.0-99-amd64
    plans 'INITRD' action firmware code files reason '6\.1\.0-99'
    grub_boots 6.1.0-41-amd64 root=/dev/vda2 ro
    plans 'INITRD, with a menu' action firmware code files reason '6\.1\.0-99'
}

@test "kernel and initrd belong together by their names" {
    while read -r kernel initrd action; do
        bare
        fake_kernel 6.8.0-90-generic >"$root/boot/$kernel"
        printf 070701 >"$root/boot/$initrd"
        settings LOAD_KEXEC=true "KERNEL_IMAGE=/boot/$kernel" "INITRD=/boot/$initrd"
        plans "$kernel with $initrd" action "$action"
        [ "$action" = kexec ] || plans "$kernel with $initrd" code files reason 'is not the initrd of'
    done <<'END'
vmlinuz-6.8.0-90-generic initrd.img-6.8.0-90-generic kexec
vmlinuz-6.8.0-90-generic initrd.img-6.8.0-89-generic firmware
vmlinuz-6.8.0-90-generic.efi.signed initrd.img-6.8.0-90-generic kexec
vmlinuz-6.8.0-90-generic.efi.signed initrd.img-6.8.0-89-generic firmware
vmlinuz-6.8.0-90-generic.signed initrd.img-6.8.0-90-generic kexec
kernel initrd kexec
END
}

@test "several initrds" {
    fresh
    for name in /run/keys.cpio /boot/microcode.img; do printf 070701 | put "$name"; done
    settings LOAD_KEXEC=true KERNEL_IMAGE=/vmlinuz 'INITRD="/initrd.img /run/keys.cpio"'
    plans 'two' action kexec initrd $'initrd.img-6.1.0-41-amd64",\n *"/run/keys.cpio"'
    settings LOAD_KEXEC=true $'INITRD="/boot/microcode.img \t /initrd.img  /run/keys.cpio "'
    plans 'three, with blanks around' action kexec initrd $'microcode.img",\n.*initrd.img-6.1.0-41-amd64",\n.*"/run/keys.cpio"'
    helper --root "$root" plan
    [[ $output == *"/boot/microcode.img, /boot/initrd.img-6.1.0-41-amd64, /run/keys.cpio"* ]] || wrong "as text: $output"
    settings LOAD_KEXEC=true 'INITRD="/initrd.img /run/none.cpio"'
    plans 'one is missing' action firmware code files reason '/run/none.cpio: no such file'
    settings LOAD_KEXEC=true 'INITRD="/initrd.img keys.cpio"'
    plans 'one is relative' action firmware code settings reason '/etc/default/kexec:2: INITRD'
    : >"$root/run/keys.cpio"
    settings LOAD_KEXEC=true 'INITRD="/initrd.img /run/keys.cpio"'
    plans 'one is empty' action firmware code files reason '/run/keys.cpio: empty'
    settings LOAD_KEXEC=true 'INITRD=""'
    plans 'none' action kexec source settings initrd '^$'
}
