#!/usr/bin/env bats
# GRUB's menu of another root: `list`, `plan` with USE_GRUB_CONFIG=true, bad input.

load machine

setup() {
    make_machine
    settings LOAD_KEXEC=true USE_GRUB_CONFIG=true
    put /boot/grub/grub.cfg <<'END'
if [ -s $prefix/grubenv ]; then load_env; fi
if [ "${next_entry}" ]; then
  set default="${next_entry}"
  set next_entry=
  save_env next_entry
else
  set default="1>0"
fi
set timeout=5
menuentry 'Debian' --id simple {
  search --no-floppy --fs-uuid --set=root 0000-1111
  linux /vmlinuz-6.1.0-41-amd64 root=UUID=1 ro
  initrd /initrd.img-6.1.0-41-amd64
}
submenu 'More' --id more {
  menuentry 'Recovery' --id recovery {
    linux /boot/vmlinuz-6.1.0-41-amd64 root=UUID=1 single dyndbg="a b"
    initrd /boot/initrd.img-6.1.0-41-amd64 /boot/initrd.img-6.1.0-41-amd64
  }
  menuentry 'Gone' { linux /boot/vmlinuz-5; }
}
menuentry 'Windows' { chainloader +1; }
END
}

grubenv() {
    {
        printf '# GRUB Environment Block\n%s\n' "$1"
        head -c 1024 /dev/zero | tr '\0' '#'
    } | head -c 1024 | put /boot/grub/grubenv
}

@test "plan: the default entry with its words, and why it is the default" {
    helper --root "$root" plan
    [ "$status" -eq 0 ]
    [ "$output" = "next reboot   kexec
because       /etc/default/kexec:1: LOAD_KEXEC=true, GRUB's menu entry 'Recovery' (1>0): the default entry (default=1>0)
kernel        Linux 6.1.0-41-amd64 (/boot/vmlinuz-6.1.0-41-amd64)
initrd        /boot/initrd.img-6.1.0-41-amd64, /boot/initrd.img-6.1.0-41-amd64
command line  BOOT_IMAGE=/boot/vmlinuz-6.1.0-41-amd64 root=UUID=1 single \"dyndbg=a b\" panic=60
if it fails   GRUB boots its default: which Linux is running is not known" ]
}

@test "plan --json: entry and GRUB's own words" {
    grubenv next_entry=simple
    helper --root "$root" --json plan
    [ "$status" -eq 0 ]
    [ "$(json source)" = '"grub"' ]
    [ "$(json entry)" = '{"title": "Debian", "id": "simple", "path": "0"}' ]
    [ "$(json grub)" = '{"linux": "/vmlinuz-6.1.0-41-amd64", "initrd": ["/initrd.img-6.1.0-41-amd64"], "args": "root=UUID=1 ro"}' ]
    [ "$(json kernel)" = '"/boot/vmlinuz-6.1.0-41-amd64"' ]
    [ "$(json cmdline)" = '"BOOT_IMAGE=/vmlinuz-6.1.0-41-amd64 root=UUID=1 ro panic=60"' ]
    [[ $(json reason) == *"chosen for one boot (next_entry=simple in grubenv)"* ]]
}

@test "plan changes nothing, grubenv neither" {
    grubenv next_entry=simple
    before=$(fingerprint)
    helper --root "$root" plan
    helper --root "$root" list
    [ "$(fingerprint)" = "$before" ]
}

@test "plan --json tells GRUB's words also when the reboot goes through firmware" {
    settings LOAD_KEXEC=false USE_GRUB_CONFIG=true
    helper --root "$root" --json plan
    [ "$status" -eq 3 ]
    [ "$(json action)" = '"firmware"' ]
    [ "$(json entry)" = '{"title": "Recovery", "id": "recovery", "path": "1>0"}' ]
    [[ $(json grub) == *'"args": "root=UUID=1 single \"dyndbg=a b\""'* ]]
}

@test "list: the tree, the default marked, broken entries with the reason" {
    helper --root "$root" list
    [ "$status" -eq 0 ]
    [ "$output" = "  0         Debian
  1         More
* 1>0         Recovery
  1>1         Gone
                cannot be booted by kexec: /boot/grub/grub.cfg:20: linux /boot/vmlinuz-5: no such file
  2         Windows
              cannot be booted by kexec: menu entry 'Windows' does not boot Linux: chainloader +1" ] ||
        { echo "$output"; false; }
}

@test "list --json" {
    helper --root "$root" --json list
    [ "$status" -eq 0 ]
    [ "$(json default)" = '"1>0"' ]
    printf '%s' "$output" | python3 -c '
import json, sys
menu = json.load(sys.stdin)["entries"]
assert [entry["path"] for entry in menu] == ["0", "1", "2"], menu
assert menu[0]["linux"] == "/vmlinuz-6.1.0-41-amd64" and menu[0]["args"] == "root=UUID=1 ro", menu[0]
assert [entry["title"] for entry in menu[1]["entries"]] == ["Recovery", "Gone"], menu[1]
assert menu[1]["entries"][0]["initrd"] == ["/boot/initrd.img-6.1.0-41-amd64"] * 2
assert menu[1]["entries"][1]["linux"] is None and "no such file" in menu[1]["entries"][1]["problem"]
assert menu[2]["linux"] is None and "chainloader" in menu[2]["problem"]'
}

@test "a default that boots no Linux: firmware, as it is wanted" {
    grubenv next_entry=Windows
    helper --root "$root" plan
    [ "$status" -eq 3 ]
    [[ $output == *"because       menu entry 'Windows' does not boot Linux: chainloader +1"* ]]
}

@test "a default whose kernel is gone: firmware, and no entry to fall back to" {
    grubenv 'next_entry=1>1'
    helper --root "$root" plan --verbose
    [ "$status" -eq 1 ]
    [[ $output == *"no entry could be booted"* ]]
    [[ $output == *"linux /boot/vmlinuz-5: no such file"* ]]
}

# firmware TEXT: plan ends in a firmware reboot for that reason.
firmware() {
    helper --root "$root" plan
    [ "$status" -eq 1 ] || { echo "status $status: $output"; false; }
    [[ $output == "next reboot   firmware"* ]]
    [[ $output == *"$1"* ]] || { echo "$output"; false; }
}

@test "grub.cfg missing, a directory, a FIFO, a loop of links, too large" {
    rm "$root/boot/grub/grub.cfg"
    firmware "/boot/grub/grub.cfg: no such file"
    mkdir "$root/boot/grub/grub.cfg"
    firmware "/boot/grub/grub.cfg: no such file"
    rmdir "$root/boot/grub/grub.cfg"
    mkfifo "$root/boot/grub/grub.cfg"
    firmware "not a regular file"
    rm "$root/boot/grub/grub.cfg"
    ln -s grub.cfg "$root/boot/grub/grub.cfg"
    firmware "/boot/grub/grub.cfg"
    rm "$root/boot/grub/grub.cfg"
    truncate -s 100M "$root/boot/grub/grub.cfg"
    firmware "/boot/grub/grub.cfg: larger than"
}

@test "grub.cfg empty, binary, cut off in the middle of an entry" {
    : | put /boot/grub/grub.cfg
    firmware "the menu is empty"
    head -c 65536 /dev/urandom | put /boot/grub/grub.cfg
    firmware "the menu is empty"
    printf "menuentry 'x' {\n  linux /boot/vmlinuz-6.1.0-41-amd64\n" | put /boot/grub/grub.cfg
    firmware "the menu is empty: /boot/grub/grub.cfg:2: unexpected end of file"
}

@test "scripts without an end: an error in time" {
    echo 'while true; do x=1; done' | put /boot/grub/grub.cfg
    firmware "/boot/grub/grub.cfg:1: the menu script does not terminate"
    # shellcheck disable=SC2016  # GRUB's variables
    echo 'x=0123456789; while true; do x=$x$x; done' | put /boot/grub/grub.cfg
    firmware "needs too much memory"
    # shellcheck disable=SC2016  # GRUB's variables
    printf 'source $prefix/grub.cfg\nsource $prefix/grub.cfg\n' | put /boot/grub/grub.cfg
    firmware "/boot/grub/grub.cfg:1: maximum recursion depth exceeded"
    for _ in $(seq 2000); do printf 'if true; then '; done | put /boot/grub/grub.cfg
    firmware "nested deeper than"
}

@test "an invalid grubenv is no obstacle: GRUB goes on without it" {
    echo garbage | put /boot/grub/grubenv
    helper --root "$root" plan
    [ "$status" -eq 0 ]
    head -c 100000 /dev/urandom | put /boot/grub/grubenv
    helper --root "$root" plan
    [ "$status" -eq 0 ]
}

@test "nothing of grub.cfg reaches a shell" {
    marker=$BATS_TEST_TMPDIR/marker
    put /boot/grub/grub.cfg <<END
set timeout=1
menuentry 'a \$(touch $marker) \`touch $marker\`' {
  linux /boot/vmlinuz-6.1.0-41-amd64 '\$(touch $marker)' "\`touch $marker\`" '; touch $marker' '| touch $marker'
}
END
    helper --root "$root" --json plan
    [ "$status" -eq 0 ]
    [[ $(json cmdline) == *"\$(touch $marker)"* ]]
    [ ! -e "$marker" ]
}

@test "a command line that is too long is refused, not cut" {
    {
        printf 'set timeout=1\nmenuentry a { linux /boot/vmlinuz-6.1.0-41-amd64 x=%s; }\n' "$(printf 'y%.0s' $(seq 2100))"
    } | put /boot/grub/grub.cfg
    firmware "command line: 2"
}

@test "a menu that waits for a key: its default, with a warning" {
    sed -i /timeout/d "$root/boot/grub/grub.cfg"
    helper --root "$root" plan
    [ "$status" -eq 0 ]
    [[ $output == *"would wait for a key"* ]]
}

@test "a password is not passed by" {
    sed -i '1i set superusers=admin\nexport superusers' "$root/boot/grub/grub.cfg"
    firmware "GRUB asks for a password"
    sed -i 's/--id \(recovery\|more\)/--id \1 --unrestricted/' "$root/boot/grub/grub.cfg"
    helper --root "$root" plan
    [ "$status" -eq 0 ]
}

@test "load --entry belongs to the running system, and takes no kernel" {
    helper --root "$root" load --entry 0
    [ "$status" -eq 2 ]
    helper load /k --entry 0
    [ "$status" -eq 2 ]
    [[ $errors == *"--entry takes neither KERNEL nor --shutdown"* ]]
}

@test "a menu that others can write is not followed" {
    chmod o+w "$root/boot/grub/grub.cfg"
    firmware "/boot/grub/grub.cfg: can be written by everybody"
    chmod o-w "$root/boot/grub/grub.cfg"
    chmod o+w "$root/boot/grub"
    firmware "/boot/grub: can be written by everybody"
}
