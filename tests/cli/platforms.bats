#!/usr/bin/env bats
# Machines on which a kexec is known to hang or to kill: firmware, unless KEXEC_ANYWAY=true.

load machine
load machines

dmi() {
    echo "$1" | put /sys/class/dmi/id/sys_vendor
    echo "$2" | put /sys/class/dmi/id/product_name
}

# machine NAME: a machine of that kind.
machine() {
    fresh
    case "$1" in
    'Xen dom0')
        echo xen | put /sys/hypervisor/type
        echo control_d | put /proc/xen/capabilities
        ;;
    'Xen dom0 without sysfs') echo control_d | put /proc/xen/capabilities ;;
    'Xen HVM guest') echo xen | put /sys/hypervisor/type && dmi Xen 'HVM domU' ;;
    'Xen PV guest') echo xen | put /sys/hypervisor/type && : | put /proc/xen/capabilities ;;
    'AWS on Xen') echo xen | put /sys/hypervisor/type && dmi Xen 'HVM domU' && echo amazon | put /sys/class/dmi/id/bios_version ;;
    Hyper-V) dmi 'Microsoft Corporation' 'Virtual Machine' ;;
    Azure)
        dmi 'Microsoft Corporation' 'Virtual Machine'
        echo 7783-7084-3265-9085-8269-3286-77 | put /sys/class/dmi/id/chassis_asset_tag
        ;;
    GCE) dmi Google 'Google Compute Engine' ;;
    TDX) dmi QEMU 'Standard PC' && printf 'processor\t: 0\nflags\t\t: fpu tdx_guest hypervisor\nbugs\t\t:\n' | put /proc/cpuinfo ;;
    AWS) dmi 'Amazon EC2' m5.large ;;
    KVM) dmi QEMU 'Standard PC (Q35 + ICH9, 2009)' && printf 'processor\t: 0\nflags\t\t: fpu hypervisor\n' | put /proc/cpuinfo ;;
    VMware) dmi 'VMware, Inc.' 'VMware7,1' ;;
    VirtualBox) dmi 'innotek GmbH' VirtualBox ;;
    server) dmi 'Dell Inc.' 'PowerEdge R760' ;;
    'a laptop of Microsoft') dmi 'Microsoft Corporation' 'Surface Laptop 5' ;;
    'a laptop of Google') dmi Google Eve ;;
    'TDX host') dmi 'Dell Inc.' 'PowerEdge R760' && printf 'processor\t: 0\nflags\t\t: fpu tdx_host_platform\n' | put /proc/cpuinfo ;;
    esac
}

dangerous=$'Xen dom0|xen\nXen dom0 without sysfs|xen\nXen HVM guest|xen\nXen PV guest|xen\nAWS on Xen|xen
Hyper-V|hyper-v|azure\nAzure|hyper-v|azure\nGCE|google\nTDX|tdx'

@test "firmware, with that reason, in plan and doctor" {
    while IFS='|' read -r name pattern; do
        machine "$name"
        plans "$name" action firmware code platform reason "$pattern"
        diagnoses "$name" doctor "$pattern"
        grub_boots 6.1.0-41-amd64 root=/dev/vda2 ro
        plans "$name, with a menu" action firmware code platform reason "$pattern"
        settings LOAD_KEXEC=true USE_GRUB_CONFIG=true
        plans "$name, with USE_GRUB_CONFIG=true" action firmware code platform reason "$pattern"
    done <<<"$dangerous"
}

@test "KEXEC_ANYWAY=true overrides them" {
    while IFS='|' read -r name _; do
        machine "$name"
        settings LOAD_KEXEC=true KEXEC_ANYWAY=true
        plans "$name" action kexec code load-kexec
        settings LOAD_KEXEC=true KEXEC_ANYWAY=false
        plans "$name, KEXEC_ANYWAY=false" action firmware code platform
    done <<<"$dangerous"
    settings LOAD_KEXEC=true KEXEC_ANYWAY=maybe
    plans 'KEXEC_ANYWAY=maybe' action firmware code settings reason '/etc/default/kexec:2: KEXEC_ANYWAY'
    settings LOAD_KEXEC=false KEXEC_ANYWAY=true
    plans 'KEXEC_ANYWAY=true is no LOAD_KEXEC=true' action firmware code policy
}

@test "kexec where it is known to work" {
    for name in AWS KVM VMware VirtualBox server 'a laptop of Microsoft' 'a laptop of Google' 'TDX host'; do
        machine "$name"
        plans "$name" action kexec code load-kexec
        diagnoses "$name" no-doctor 'hyper-v|google compute|xen|tdx'
    done
}

@test "a flag and LOAD_KEXEC=false are better reasons" {
    machine Hyper-V
    settings LOAD_KEXEC=false
    plans 'LOAD_KEXEC=false' action firmware code policy
    : >"$root/tmp/no-kexec-reboot"
    plans 'a flag' action firmware code flag-file
}

@test "a crash dump's capture kernel never uses kexec" {
    fresh
    for use in auto true false; do
        settings LOAD_KEXEC=true "USE_GRUB_CONFIG=$use"
        grub_boots 6.1.0-41-amd64 root=/dev/vda2 ro
        : | put /proc/vmcore
        plans "/proc/vmcore ($use)" action firmware reason 'crash|capture|vmcore'
        rm "$root/proc/vmcore"
        command_line 'root=/dev/vda2 ro reset_devices nr_cpus=1 elfcorehdr=0x2f000000'
        plans "elfcorehdr= ($use)" action firmware reason 'crash|capture|elfcorehdr'
        command_line 'root=/dev/vda2 ro crashkernel=256M'
        plans "crashkernel= ($use)" action kexec
    done
}

# GRUB's menu with the Xen hypervisor as its default.
xen_menu() {
    : | put /boot/xen-4.17-amd64.gz
    grub_menu <<'END'
menuentry 'Debian, with Xen hypervisor' {
  multiboot2 /boot/xen-4.17-amd64.gz placeholder dom0_mem=4G
  module2 /boot/vmlinuz-6.1.0-41-amd64 placeholder root=/dev/vda2 ro
  module2 --nounzip /boot/initrd.img-6.1.0-41-amd64
}
menuentry 'Debian' {
  linux /boot/vmlinuz-6.1.0-41-amd64 root=/dev/vda2 ro
  initrd /boot/initrd.img-6.1.0-41-amd64
}
END
}

@test "a hypervisor that GRUB would start is not replaced by bare Linux" {
    fresh
    xen_menu
    plans 'by default' action firmware reason 'xen'
    settings LOAD_KEXEC=true KEXEC_ANYWAY=true
    plans 'nor with KEXEC_ANYWAY=true' action firmware reason 'xen'
    settings LOAD_KEXEC=true USE_GRUB_CONFIG=false
    command_line 'root=/dev/vda2 ro'
    plans 'with false it is a warning' action kexec source settings warnings 'xen|hypervisor|multiboot'
    diagnoses 'with false, doctor' doctor '(warning|problem).*(xen|hypervisor|multiboot)'
}
