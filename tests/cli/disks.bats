#!/usr/bin/env bats
# GRUB's names of disks and this system's, on disks as sysfs, udev and mountinfo describe them.

load machine
load machines

# entry KERNEL LINE...: GRUB's menu with one entry, whose body begins with these lines.
entry() {
    local kernel=$1
    shift
    {
        printf "menuentry 'Debian' --id debian {\n"
        printf '  %s\n' "$@"
        printf '  linux %s root=/dev/x ro quiet\n  initrd %s\n}\n' "$kernel" "${kernel/vmlinuz/initrd.img}"
    } | grub_menu
}

# sda with the root file system on sda2.
# shellcheck disable=SC2046
plain_disk() {
    disk sda 8:0
    partition sda2 sda 2 8:2 $(uuid aaaa)
    mounts '21 1 8:2 / / rw - ext4 /dev/sda2 rw'
}

boots() { plans "$1" action kexec source grub kernel /boot/vmlinuz-6.1.0-41-amd64 cmdline 'root=/dev/x ro quiet'; }

setup() {
    fresh
    settings LOAD_KEXEC=true USE_GRUB_CONFIG=true
    kernel=/boot/vmlinuz-6.1.0-41-amd64
}

@test "a plain disk, found by number and by UUID" {
    plain_disk
    entry "$kernel" "set root='hd0,gpt2'"
    boots 'hd0,gpt2'
    entry "$kernel" 'search --no-floppy --fs-uuid --set=root aaaa'
    boots UUID
    entry "$kernel" 'search --no-floppy --fs-uuid --set=root bbbb' "set root='hd1,gpt2'"
    plans 'a disk that is not there' action firmware code boot-loader
}

@test "what is no disk of the firmware's does not count as hd0" {
    while read -r name number; do
        setup
        disk xvda 202:0
        # shellcheck disable=SC2046
        partition xvda2 xvda 2 202:2 $(uuid aaaa)
        mounts '21 1 202:2 / / rw - ext4 /dev/xvda2 rw'
        disk "$name" "$number"
        entry "$kernel" "set root='hd0,gpt2'"
        boots "$name"
    done <<'END'
loop0 7:0
nbd0 43:0
zd0 230:0
rbd0 252:0
drbd0 147:0
ram0 1:0
zram0 254:0
md0 9:0
END
}

# shellcheck disable=SC2046
@test "NVMe: a hidden path is no disk" {
    disk nvme0n1 259:0
    partition nvme0n1p2 nvme0n1 2 259:2 $(uuid aaaa)
    mounts '21 1 259:2 / / rw - ext4 /dev/nvme0n1p2 rw'
    entry "$kernel" "set root='hd0,gpt2'"
    boots 'without one'
    echo 1 | put /sys/devices/x/block/nvme0c0n1/hidden
    ln -s ../../devices/x/block/nvme0c0n1 "$root/sys/class/block/nvme0c0n1"
    boots 'hidden, no number'
    echo 259:7 | put /sys/devices/x/block/nvme0c0n1/dev
    boots 'hidden, with a number'
}

# shellcheck disable=SC2046
@test "a clone of the root disk never wins over what the hint names" {
    put_kernel 6.1.0-41-amd64
    cp -a "$root/boot" "$BATS_TEST_TMPDIR/clone"
    for clone in mmcblk0 sdaa; do
        setup
        disk sdz 8:0
        partition sdz1 sdz 1 8:1 $(uuid aaaa)
        disk "$clone" 179:0
        partition "${clone}p1" "$clone" 1 179:1 $(uuid aaaa)
        mkdir -p "$root/mnt/clone"
        cp -a "$BATS_TEST_TMPDIR/clone" "$root/mnt/clone/boot"
        mounts '21 1 8:1 / / rw - ext4 /dev/sdz1 rw' "30 21 179:1 / /mnt/clone rw - ext4 /dev/${clone}p1 rw"
        entry "$kernel" 'search --no-floppy --fs-uuid --set=root --hint-bios=hd1,gpt1 --hint-efi=hd1,gpt1 aaaa'
        plans "$clone, with a hint" no-kernel '^/mnt' no-kernel '^/media'
        entry "$kernel" 'search --no-floppy --fs-uuid --set=root aaaa'
        plans "$clone, without a hint" no-kernel '^/mnt'
    done
}

# shellcheck disable=SC2046
@test "an LVM snapshot of the root file system has its UUID" {
    disk sda 8:0
    partition sda3 sda 3 8:3
    vg=AAAAAAbbbbccccddddeeeeffffGGGGGG
    mapped dm-10 252:10 vg-root--snap "LVM-${vg}SSSSSSttttuuuuvvvvwwwwxxxxYYYYYY" $(uuid aaaa)
    mapped dm-2 252:2 vg-root "LVM-${vg}RRRRRRttttuuuuvvvvwwwwxxxxYYYYYY" $(uuid aaaa)
    mounts '21 1 252:2 / / rw - ext4 /dev/mapper/vg-root rw'
    entry "$kernel" "search --no-floppy --fs-uuid --set=root \
--hint='lvmid/AAAAAA-bbbb-cccc-dddd-eeee-ffff-GGGGGG/RRRRRR-tttt-uuuu-vvvv-wwww-xxxx-YYYYYY' aaaa"
    boots 'by hint'
    entry "$kernel" "set root='lvm/vg-root'"
    boots 'by name'
}

# shellcheck disable=SC2046
@test "multipath: GRUB sees one of the paths" {
    disk sda 8:0
    disk sdb 8:16
    mapped dm-0 254:0 mpatha mpath-3600a
    for number in 1 2; do
        rm -rf "$root/sys/devices/x/block/dm-1"
        mapped dm-1 254:1 "mpatha-part$number" "part$number-mpath-3600a" $(uuid aaaa) \
            ID_PART_ENTRY_SCHEME=gpt "ID_PART_ENTRY_NUMBER=$number"
        mounts "21 1 254:1 / / rw - ext4 /dev/mapper/mpatha-part$number rw"
        entry "$kernel" "search --no-floppy --fs-uuid --set=root --hint-bios=hd0,gpt$number aaaa"
        boots "partition $number, by UUID"
    done
}

@test "ZFS: a file is /DATASET@/path on the pool" {
    disk sda 8:0
    partition sda3 sda 3 8:3 ID_FS_TYPE=zfs_member ID_FS_LABEL=rpool ID_FS_LABEL_ENC=rpool \
        ID_FS_UUID=14178398513711263041 ID_FS_UUID_ENC=14178398513711263041
    mounts '21 1 0:26 / / rw - zfs rpool/ROOT/pve-1 rw'
    # GRUB has the pool's number in hexadecimal.
    entry "/ROOT/pve-1@$kernel" "set root='hd0,gpt3'" 'search --no-floppy --fs-uuid --set=root c4c3f3e7a5d0b1a1'
    boots 'with the number'
    entry "/ROOT/pve-1@$kernel" 'search --no-floppy --label --set=root rpool'
    boots 'with the label'
    entry "/ROOT/other@$kernel" "set root='hd0,gpt3'"
    plans 'a dataset that is not mounted' action firmware code boot-loader
}

@test "mount tables that make no sense end in an answer" {
    plain_disk
    entry "$kernel" 'search --file foo' "set root='hd0,gpt2'"
    while IFS= read -r line; do
        mounts "$line"
        plans "mountinfo: $line"
        row="list, mountinfo: $line"
        helper --root "$root" list
        [ "$status" -le 3 ] || wrong "exit status $status"
    done <<'END'

30 21 8:2 / /boot rw - ext4 /dev/sda2 rw
30 21 8:2 /
garbage
21 1 8:99 / / rw - ext4 /dev/none rw
END
    rm "$root/proc/self/mountinfo"
    plans 'no mountinfo'
}
