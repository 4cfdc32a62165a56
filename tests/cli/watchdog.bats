#!/usr/bin/env bats
# Which watchdog watches the next kernel, or why none: plan and doctor say so beforehand.

load machine

setup() { make_machine; }

modules() { printf 'kernel/drivers/%s.ko.xz:\n' "$@" | put /lib/modules/6.1.0-41-amd64/modules.dep; }
bmc() { mkdir -p "$root/sys/bus/platform/devices/ipmi_bmc.0" && modules char/ipmi/ipmi_devintf; }
device() {
    echo 'i6300ESB timer' | put /sys/class/watchdog/watchdog0/identity
    echo "$1" | put /sys/class/watchdog/watchdog0/state
    echo "$2" | put /sys/module/watchdog/parameters/stop_on_reboot
}

# says WATCHDOG: plan and doctor do.
says() {
    helper --root "$root" --json plan
    [ "$(json watchdog)" = "\"$1\"" ] || { echo "plan says $(json watchdog)" >&2; return 1; }
    helper --root "$root" doctor
    grep -qF "watchdog          $1" <<<"$output" || { echo "$output" >&2; return 1; }
}

@test "no watchdog: a machine without, settings without" {
    says 'none: this machine has no BMC (IPMI) and no /dev/watchdog0'
    bmc
    settings LOAD_KEXEC=true WATCHDOG=off
    says 'none: WATCHDOG=off'
}

@test "a BMC: without any word on the new command line, in plan as text too" {
    bmc
    settings LOAD_KEXEC=true WATCHDOG_TIMEOUT=90
    says "the BMC's watchdog (IPMI), 90 s"
    if grep open_timeout <<<"$output"; then return 1; fi
    helper --root "$root" plan
    grep "^watchdog      the BMC's watchdog (IPMI), 90 s$" <<<"$output"
}

@test "a BMC: not when the new kernel has no module for it" {
    bmc
    modules net/e1000
    says "none: the new kernel has no module ipmi_devintf, so that nothing could stop it: reinstall the kernel's package"
}

@test "a BMC: not for a boot that does not come to its end, or another root" {
    bmc
    settings LOAD_KEXEC=true 'APPEND="root=/dev/vda2 break"'
    says "none: nothing stops a watchdog in the boot that 'break' on the command line asks for"
    settings LOAD_KEXEC=true 'APPEND="root=/dev/vda3"'
    says 'none: the new command line has another root= than the current one'
}

@test "a hardware watchdog: what the administrator has to do is named" {
    device inactive -1
    says "none: /dev/watchdog0 (i6300ESB timer): its driver may stop it at a kexec: put 'options watchdog stop_on_reboot=0' in a file of /etc/modprobe.d"
}

@test "a hardware watchdog that runs on: the new kernel is told how long to ping it" {
    device inactive 0
    says 'i6300ESB timer, 600 s'
    helper --root "$root" --json plan
    json cmdline | grep ' watchdog.open_timeout=600'
    settings LOAD_KEXEC=true 'APPEND="root=/dev/vda2 watchdog.open_timeout=9"'
    helper --root "$root" --json plan
    if json cmdline | grep 600; then return 1; fi
}

@test "a hardware watchdog that another program holds: a warning of doctor's" {
    device active 0
    says 'none: /dev/watchdog0 (i6300ESB timer): is in use by another program'
    grep '^warning  watchdog ' <<<"$output"
}

@test "bad values: file and line, what is accepted, firmware" {
    settings LOAD_KEXEC=true WATCHDOG=/dev/x
    helper --root "$root" --json plan
    [ "$(json action)" = '"firmware"' ]
    [ "$(json reason)" = '"/etc/default/kexec:2: WATCHDOG=\"/dev/x\": must be auto or off"' ]
    settings LOAD_KEXEC=true WATCHDOG_TIMEOUT=soon
    helper --root "$root" --json plan
    [ "$(json reason)" = '"/etc/default/kexec:2: WATCHDOG_TIMEOUT=\"soon\": must be a number of seconds from 30 to 6000"' ]
}
