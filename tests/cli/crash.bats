#!/usr/bin/env bats
# What status shows of a system that died, and what doctor says of a crash kernel.

load machine

setup() {
    make_machine
    log=/var/crash/202611271200/dmesg.202611271200
}

died() {
    {
        echo '[    0.000000] Linux version 6.1.0-40-amd64'
        echo '[   42.100000] BUG: kernel NULL pointer dereference, address: 0000000000000000'
        echo '[   42.200000] Kernel panic - not syncing: Fatal exception'
    } | put "$1"
}

doctor_says() {
    helper --root "$root" doctor
    grep -qF "$1" <<<"$output" || { echo "$output" >&2; return 1; }
}

@test "status: the log of a crash, and what the system died of" {
    died "$log"
    helper --root "$root" status
    [[ $output == *"crash log     $log ("* ]]
    [[ $output == *"BUG: kernel NULL pointer dereference"* ]]
    [[ $output == *"Kernel panic - not syncing: Fatal exception"* ]]
    [[ $output != *"Linux version"* ]]
    helper --root "$root" --json status
    [[ $(json crash_log) == *"\"path\": \"$log\""*"Fatal exception\"]}" ]]
}

@test "status: what a terminal would act on is escaped" {
    printf '[ 1.0] Kernel panic - not syncing: \033[31m\n' | put "$log"
    helper --root "$root" status
    [[ $output == *'Kernel panic'* && $output != *$'\033'* ]]
}

@test "status: systemd's and the kernel's own pstore" {
    died /var/lib/systemd/pstore/7/001/dmesg.txt
    helper --root "$root" status
    [[ $output == *"crash log     /var/lib/systemd/pstore/7/001/dmesg.txt ("* ]]
    rm -r "$root/var/lib/systemd"
    died /sys/fs/pstore/dmesg-efi_pstore-170000000000001
    helper --root "$root" status
    [[ $output == *"crash log     /sys/fs/pstore/dmesg-efi_pstore-170000000000001 ("* ]]
}

@test "status: no crash, or one that was followed by an orderly reboot" {
    helper --root "$root" --json status
    [ "$(json crash_log)" = null ]
    [ "$(json crash_kernel)" = null ]
    died "$log"
    echo '{"action": "kexec", "reason": "x", "kernel_version": "", "load_seconds": 0, "warnings": [], "boot_id": "x", "time": "9999-01-01T00:00:00Z"}' |
        put /var/lib/kexec-helper/last-shutdown.json
    helper --root "$root" status
    [[ $output != *"crash log"* ]]
}

@test "doctor: a crash kernel is loaded, is not although memory is reserved, is not asked for" {
    doctor_says 'none: no memory is reserved for one (crashkernel=)'
    echo 268435456 | put /sys/kernel/kexec_crash_size
    doctor_says 'memory is reserved for a crash kernel and none is loaded'
    echo 1 | put /sys/kernel/kexec/crash_loaded
    doctor_says 'a crash kernel is loaded'
}

@test "doctor: the kernel has not reserved what its command line says" {
    echo 'root=/dev/vda2 ro crashkernel=64G' | put /proc/cmdline
    doctor_says 'this kernel has reserved no memory'
}

@test "doctor: the next command line does not keep crashkernel=" {
    echo 'root=/dev/vda2 ro crashkernel=256M' | put /proc/cmdline
    helper --root "$root" doctor
    [[ $output != *"has no crashkernel="* ]]
    settings LOAD_KEXEC=true 'APPEND="root=/dev/vda2 ro"'
    doctor_says "the next kernel's command line has no crashkernel="
}

@test "crash-log: a file that is no core is an error that names it" {
    helper crash-log /etc/passwd
    [ "$status" -eq 1 ]
    [[ $errors == *"/etc/passwd: not a 64-bit ELF core"* ]]
}
