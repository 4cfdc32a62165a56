#!/usr/bin/env bats
# Every fault of a file or of the machine that can be seen beforehand is a firmware reboot that names it. Those that
# need a running system are guest scenarios (tests/vm/scenarios: failures, faults, recovery, power).

load machine
setup() {
    umask 022
    make_machine
    kernel=$root/boot/vmlinuz-6.1.0-41-amd64
    initrd=$root/boot/initrd.img-6.1.0-41-amd64
}

# firmware WORDS [WORDS]: the next reboot goes through firmware, the reason has these words, and plan changes nothing.
firmware() {
    before=$(fingerprint)
    helper --root "$root" plan
    [ "$status" -eq 1 ] || fail "exit status $status: $output"
    [[ $output == "next reboot   firmware"* ]] || fail "$output"
    for words in "$@"; do [[ $output == *"$words"* ]] || fail "without \"$words\": $output"; done
    [ "$(fingerprint)" = "$before" ]
}

fail() {
    echo "$*" >&2
    return 1
}

# byte OFFSET VALUE: changes one byte of the kernel.
byte() { printf "\\x$2" | dd of="$kernel" bs=1 seek="$1" conv=notrunc status=none; }

@test "kernel: missing" { rm "$kernel"; firmware "/vmlinuz leads to boot/vmlinuz-6.1.0-41-amd64, which is missing"; }
@test "kernel: a dangling link" { rm "$root/vmlinuz"; ln -s boot/none "$root/vmlinuz"; firmware "/vmlinuz leads to boot/none, which is missing"; }
@test "kernel: a loop of links" { rm "$kernel"; ln -s "${kernel##*/}" "$kernel"; firmware "/vmlinuz"; }
@test "kernel: empty" { : >"$kernel"; firmware "$(readlink "$root/vmlinuz"): empty: reinstall the kernel's package"; }
@test "kernel: a directory" { rm "$kernel"; mkdir "$kernel"; firmware "Is a directory"; }
@test "kernel: a pipe" { rm "$kernel"; mkfifo "$kernel"; firmware "not a regular file"; }
@test "kernel: random bytes" { head -c 4096 /dev/urandom >"$kernel"; firmware "no known kernel format"; }
@test "kernel: a web page" { echo '<html>' >"$kernel"; firmware "no known kernel format"; }
@test "kernel: a program" { cp /bin/true "$kernel"; firmware "an ELF file"; }
@test "kernel: compressed" { echo x | gzip >"$kernel"; firmware "gzip data"; }
@test "kernel: an initrd in its place" { cp "$initrd" "$kernel"; firmware "a cpio archive (an initrd?)"; }
@test "kernel: of another architecture" {
    head -c 128 /dev/zero >"$kernel"
    printf 'ARM\x64' | dd of="$kernel" bs=1 seek=56 conv=notrunc status=none
    firmware "an arm64 kernel"
}
@test "kernel: a 32-bit one" { byte 566 02; firmware "not 64-bit"; }
@test "kernel: of an old boot protocol" { byte 518 0a; firmware "not 64-bit and relocatable"; }
@test "kernel: truncated within its header" { truncate -s 500 "$kernel"; firmware "bzImage is needed"; }
@test "kernel: truncated behind its header" { truncate -s 1024 "$kernel"; firmware "truncated: 1024 bytes"; }
@test "kernel: one byte short" { truncate -s 3071 "$kernel"; firmware "truncated: 3071 bytes"; }
@test "kernel: a flipped bit in its magic" { byte 514 49; firmware "bzImage is needed"; }
@test "kernel: a flipped bit in its size" { byte 502 ff; firmware "truncated"; }
@test "kernel: that others can write" { chmod o+w "$kernel"; firmware "can be written by everybody"; }
@test "initrd: missing" { rm "$initrd"; firmware "/initrd.img: no such file"; }
@test "initrd: empty" { : >"$initrd"; firmware "initrd.img-6.1.0-41-amd64: empty"; }
@test "initrd: no archive" { echo text of some length >"$initrd"; firmware "initrd.img-6.1.0-41-amd64: "; }
@test "initrd: truncated within its magic" { printf 070 >"$initrd"; firmware "initrd.img-6.1.0-41-amd64: "; }
@test "initrd: a directory" { rm "$initrd"; mkdir "$initrd"; firmware "Is a directory"; }
@test "initrd: a pipe" { rm "$initrd"; mkfifo "$initrd"; firmware "not a regular file"; }
@test "initrd: of another kernel" {
    cp "$initrd" "$root/boot/initrd.img-6.1.0-40-amd64"
    ln -sfn boot/initrd.img-6.1.0-40-amd64 "$root/initrd.img"
    firmware "is not the initrd of /boot/vmlinuz-6.1.0-41-amd64"
}
@test "initrd: larger than half of the memory" {
    echo 'MemTotal: 1000000 kB' | put /proc/meminfo
    truncate -s 600M "$initrd"
    firmware "more than half of the memory"
}
@test "memory: too little of it free is a warning, as the shutdown frees what runs" {
    printf 'MemTotal: 4000000 kB\nMemAvailable: 100000 kB\n' | put /proc/meminfo
    truncate -s 200M "$initrd"
    helper --root "$root" plan
    [ "$status" -eq 0 ] || fail "$output"
    [[ $output == *"warning "*"takes 400 MiB of memory and 97 MiB are free"* ]] || fail "$output"
}
@test "command line: too long" { settings LOAD_KEXEC=true PANIC_TIMEOUT= "APPEND=$(printf 'x%.0s' $(seq 2017))"; firmware "2017 characters where the new kernel takes 2016"; }
@test "command line: of two lines" { settings LOAD_KEXEC=true $'APPEND="a\nb"'; firmware "contains a line break"; }
@test "running kernel: without kexec" { rm -r "$root/sys"; firmware "CONFIG_KEXEC_FILE"; }
@test "running kernel: loading is disabled" { echo 1 | put /proc/sys/kernel/kexec_load_disabled; firmware "kexec_load_disabled is 1"; }
@test "running kernel: loads are used up" { echo 0 | put /proc/sys/kernel/kexec_load_limit_reboot; firmware "kexec_load_limit_reboot is used up"; }
@test "settings: that others can write" { chmod o+w "$root/etc/default"; firmware "/etc/default: can be written by everybody"; }
@test "settings: a directory" { rm "$root/etc/default/kexec"; mkdir "$root/etc/default/kexec"; firmware "/etc/default/kexec: Is a directory"; }
@test "settings: a loop of links" { ln -sfn kexec "$root/etc/default/kexec"; firmware "Too many levels of symbolic links"; }
@test "settings: a time that is none" {
    settings LOAD_KEXEC=true BOOT_TIMEOUT=soon
    firmware '/etc/default/kexec:2: BOOT_TIMEOUT="soon": must be a number of seconds from 1 to 9999, or empty'
}
@test "the last kexec into this kernel failed" {
    put /var/lib/kexec-helper/failed.json <<JSON
[{"kernel": "/boot/vmlinuz-6.1.0-41-amd64", "kernel_version": "6.1.0-41-amd64", "boot_id": "b", "time": "T",
  "stamp": $(stat -c '{"size": %s, "modified": %Y}' "$kernel")}]
JSON
    firmware "the kexec of Linux 6.1.0-41-amd64" "failed: the machine came up through firmware" "kexec-helper reset-failed"
}
@test "state files: damaged ones are no obstacle" {
    for name in attempt failed last-shutdown; do head -c 500 /dev/urandom | put "/var/lib/kexec-helper/$name.json"; done
    helper --root "$root" plan
    [ "$status" -eq 0 ] || fail "$output"
}
