#!/usr/bin/env bats
# `plan` and `status` of another root, as a user sees them.

load machine
setup() { make_machine; }

@test "plan: kexec, exit 0, nothing on standard error, nothing changed" {
    before=$(fingerprint)
    helper --root "$root" plan
    [ "$status" -eq 0 ]
    [ "$errors" = "" ]
    [ "$output" = "next reboot   kexec
because       /etc/default/kexec:2: LOAD_KEXEC=true
kernel        Linux 6.1.0-41-amd64 (/boot/vmlinuz-6.1.0-41-amd64)
initrd        /boot/initrd.img-6.1.0-41-amd64
command line  BOOT_IMAGE=/boot/vmlinuz-6.1.0-41-amd64 root=/dev/vda2 ro panic=60
if it fails   no boot loader is known that could be asked for the running kernel" ]
    [ "$(fingerprint)" = "$before" ]
}

@test "plan --json" {
    helper --json --root "$root" plan
    [ "$status" -eq 0 ]
    [ "$(json action)" = '"kexec"' ]
    [ "$(json source)" = '"settings"' ]
    [ "$(json kernel)" = '"/boot/vmlinuz-6.1.0-41-amd64"' ]
    [ "$(json kernel_version)" = '"6.1.0-41-amd64"' ]
    [ "$(json initrd)" = '["/boot/initrd.img-6.1.0-41-amd64"]' ]
    [ "$(json cmdline)" = '"BOOT_IMAGE=/boot/vmlinuz-6.1.0-41-amd64 root=/dev/vda2 ro panic=60"' ]
    [ "$(json entry)" = null ]
    [ "$(json grub)" = null ]
    [ "$(json warnings)" = '[]' ]
}

@test "plan --verbose tells what was looked at" {
    helper --root "$root" --verbose plan
    [[ $output == *"checked       flag files: none"* ]]
}

@test "plan: LOAD_KEXEC=false is declined, exit 3" {
    settings LOAD_KEXEC=false
    helper --root "$root" plan
    [ "$status" -eq 3 ]
    [[ $output == *"firmware"*"/etc/default/kexec:1: LOAD_KEXEC=false"* ]]
}

@test "plan: a flag file is declined and stays" {
    : >"$root/tmp/no-kexec-reboot"
    helper --root "$root" plan
    [ "$status" -eq 3 ]
    [[ $output == *"/tmp/no-kexec-reboot (created by "* ]]
    [ -e "$root/tmp/no-kexec-reboot" ]
}

@test "plan: a problem is exit 1, in JSON too" {
    rm "$root/boot/initrd.img-6.1.0-41-amd64"
    helper --root "$root" plan
    [ "$status" -eq 1 ]
    [[ $output == *"INITRD /initrd.img: no such file"* ]]
    helper --root "$root" plan --json
    [ "$status" -eq 1 ]
    [ "$(json action)" = '"firmware"' ]
}

@test "a command line that is no UTF-8 is JSON all the same" {
    printf 'root=/dev/vda2 x=\377\n' | put /proc/cmdline
    helper --root "$root" plan --json
    [ "$status" -eq 0 ]
    [ "$(json cmdline)" = '"BOOT_IMAGE=/boot/vmlinuz-6.1.0-41-amd64 root=/dev/vda2 x=\ufffd panic=60"' ]
}

@test "status of a tree, as text and as JSON" {
    echo 208 | put /proc/sys/kernel/bootloader_type
    helper --root "$root" status
    [ "$status" -eq 0 ]
    [[ $output == "this boot     by kexec"* ]]
    helper --root "$root" status --json
    [ "$(json loaded)" = false ]
    [ "$(json boot)" = '{"kind": "kexec", "evidence": "/proc/sys/kernel/bootloader_type is 208"}' ]
}

@test "an absolute link of the tree is followed inside the tree" {
    ln -sf /etc/hostname "$root/vmlinuz"  # this machine has that file, the tree does not
    helper --root "$root" plan
    [ "$status" -eq 1 ]
    [[ $output == *"/vmlinuz leads to /etc/hostname, which is missing"* ]]
}
