#!/usr/bin/env bats
# A command line is reused only when it is one for every day and the running root is the one that it would mount.

load machine
load machines

@test "words that belong to one boot" {
    fresh
    while read -r words; do
        # Where no boot loader is known, and where the administrator wants the current command line.
        for use in auto false; do
            settings LOAD_KEXEC=true "USE_GRUB_CONFIG=$use"
            command_line "BOOT_IMAGE=/boot/old root=/dev/vda2 ro $words quiet"
            plans "$words ($use)" action firmware code one-boot reason "[^a-z]${words%% *}"
        done
    done <<'END'
single
s
S
1
rescue
emergency
-b
recovery
recovery nomodeset dis_ucode_ldr
init=/bin/bash
rdinit=/bin/sh
systemd.unit=rescue.target
systemd.unit=emergency.target
rd.systemd.unit=emergency.target
systemd.mask=ssh.service
break
break=mount
rd.break
rd.break=pre-mount
END
}

@test "elfcorehdr=, the word of a crash dump's kernel" {
    fresh
    command_line 'root=/dev/vda2 ro elfcorehdr=0x2f000000'
    plans 'elfcorehdr=' action firmware reason 'crash|capture|elfcorehdr|vmcore'
}

@test "such a word at the beginning and at the end of the line" {
    fresh
    command_line 'single root=/dev/vda2 ro'
    plans 'first' action firmware code one-boot
    command_line 'root=/dev/vda2 ro single'
    plans 'last' action firmware code one-boot
    printf 'root=/dev/vda2 ro single' | put /proc/cmdline
    plans 'without a line end' action firmware code one-boot
    command_line 'root=/dev/vda2 ro "single"'
    plans 'in quotes, which the kernel takes away' action firmware code one-boot
}

@test "words of every day that look like them" {
    fresh
    while read -r words; do
        command_line "root=/dev/vda2 ro $words"
        plans "$words" action kexec code load-kexec cmdline 'root=/dev/vda2 ro'
    done <<'END'
quiet splash
foo.single=1
single_cmdline=1
not-single
SINGLE
nr_cpus=1
maxcpus=1
systemd.log_level=debug
rd.luks.uuid=1
dyndbg="file fs/s.c line 1 single +p"
breakpoint
rd.breaker
xinit=/bin/bash
init=/sbin/init
init=/lib/systemd/systemd
systemd.unit=multi-user.target
systemd.unit=graphical.target
3
5
END
}

@test "the boot loader's own words are not reused ones" {
    fresh
    command_line 'BOOT_IMAGE=/boot/vmlinuz-6.1.0-41-amd64 root=/dev/vda2 ro single'
    grub_boots 6.1.0-41-amd64 root=/dev/vda2 ro quiet
    plans 'booted once into recovery' action kexec source grub no-cmdline single cmdline quiet
    settings LOAD_KEXEC=true USE_GRUB_CONFIG=true
    plans 'the same with true' action kexec source grub no-cmdline single
    settings LOAD_KEXEC=true USE_GRUB_CONFIG=false
    plans 'the same with false' action firmware code one-boot reason single
}

@test "APPEND is the administrator's own" {
    fresh
    command_line 'root=/dev/vda2 ro single'
    settings LOAD_KEXEC=true 'APPEND="root=/dev/vda2 ro quiet"'
    plans 'APPEND instead of a recovery boot' action kexec cmdline 'root=/dev/vda2 ro quiet' no-cmdline single
    settings LOAD_KEXEC=true 'APPEND="root=/dev/vda2 ro single"'
    plans 'APPEND that wants single-user mode' action kexec cmdline single
}

@test "a chosen kernel with the current command line of a recovery boot" {
    fresh
    settings LOAD_KEXEC=true KERNEL_IMAGE=/boot/vmlinuz-6.1.0-41-amd64 INITRD=/boot/initrd.img-6.1.0-41-amd64
    command_line 'root=/dev/vda2 ro single'
    plans 'KERNEL_IMAGE chosen' action firmware code one-boot reason single
}

@test "the running root is not the one of the command line" {
    while IFS='|' read -r what mount words; do
        fresh
        mounts "$mount"
        command_line "root=/dev/vda2 ro $words"
        for use in auto false; do
            settings LOAD_KEXEC=true "USE_GRUB_CONFIG=$use"
            plans "$what ($use)" action firmware code root-changed
        done
    done <<'END'
restored snapshot|28 1 0:26 /timeshift-btrfs/snapshots/1/@ / rw - btrfs /dev/vda2 rw,subvolid=300,subvol=/timeshift-btrfs/snapshots/1/@|rootflags=subvol=@ quiet
snapshot by id|28 1 0:26 /snapshots/5 / rw - btrfs /dev/vda2 rw,subvolid=300,subvol=/snapshots/5|rootflags=subvolid=256
subvolume among other flags|28 1 0:26 /@old / rw - btrfs /dev/vda2 rw,subvolid=300,subvol=/@old|rootflags=compress=zstd,subvol=@,noatime
overlay|28 1 0:30 / / rw - overlay overlay rw,lowerdir=/lower,upperdir=/upper|quiet
LVM snapshot|21 1 252:10 / / rw - ext4 /dev/mapper/vg-root--snap rw|root=/dev/mapper/vg-root
ZFS clone|21 1 0:26 / / rw - zfs rpool/ROOT/before-upgrade rw|root=ZFS=rpool/ROOT/pve-1
END
}

@test "the running root is the one of the command line" {
    while IFS='|' read -r what mount words; do
        fresh
        mounts "$mount"
        command_line "root=/dev/vda2 ro $words"
        plans "$what" action kexec code load-kexec
    done <<'END'
subvolume|28 1 0:26 /@rootfs / rw - btrfs /dev/vda2 rw,subvolid=256,subvol=/@rootfs|rootflags=subvol=@rootfs
subvolume with a slash|28 1 0:26 /@rootfs / rw - btrfs /dev/vda2 rw,subvolid=256,subvol=/@rootfs|rootflags=subvol=/@rootfs
subvolume among other flags|28 1 0:26 /@ / rw - btrfs /dev/vda2 rw,subvolid=256,subvol=/@|rootflags=compress=zstd,subvol=@,noatime
subvolume by id|28 1 0:26 /@ / rw - btrfs /dev/vda2 rw,subvolid=256,subvol=/@|rootflags=subvolid=256
top level|28 1 0:26 / / rw - btrfs /dev/vda2 rw,subvolid=5,subvol=/|quiet
logical volume|21 1 252:10 / / rw - ext4 /dev/mapper/vg-root rw|root=/dev/mapper/vg-root
ZFS|21 1 0:26 / / rw - zfs rpool/ROOT/pve-1 rw|root=ZFS=rpool/ROOT/pve-1 boot=zfs
flags of ext4|21 1 254:2 / / rw - ext4 /dev/vda2 rw|rootflags=data=journal
END
}

# A btrfs root on /dev/vda2, mounted as given, with GRUB's entry for the subvolume @rootfs.
btrfs_machine() {
    fresh
    disk vda 254:0
    # shellcheck disable=SC2046
    partition vda2 vda 2 254:2 $(uuid aaaa btrfs)
    mounts "28 1 0:26 $1 / rw - btrfs /dev/vda2 rw,subvolid=300,subvol=$1"
    grub_menu <<'END'
menuentry 'Debian' --id debian {
  search --no-floppy --fs-uuid --set=root aaaa
  linux /@rootfs/boot/vmlinuz-6.1.0-41-amd64 root=UUID=aaaa rootflags=subvol=@rootfs ro
  initrd /@rootfs/boot/initrd.img-6.1.0-41-amd64
}
END
}

@test "a snapshot that was booted once does not stick" {
    btrfs_machine /@rootfs/.snapshots/5/snapshot
    command_line 'root=UUID=aaaa rw rootflags=subvol=@rootfs/.snapshots/5/snapshot quiet'
    plans 'snapshot from the menu' action firmware no-cmdline snapshots/5 reason 'mounted|subvol|root'
    btrfs_machine /@rootfs
    command_line 'root=UUID=aaaa rootflags=subvol=@rootfs ro'
    plans 'the default entry' action kexec source grub kernel /boot/vmlinuz-6.1.0-41-amd64
}
