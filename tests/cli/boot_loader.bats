#!/usr/bin/env bats
# USE_GRUB_CONFIG: whose kernel it is, and the warnings where it is not the boot loader's.

load machine
load machines

# menu_is there|missing|doubtful: GRUB boots 6.14 with other arguments; or has no menu; or asks its user.
menu_is() {
    rm -rf "$root/boot/grub"
    case "$1" in
    there) grub_boots 6.14.0-1-amd64 root=/dev/vda2 ro from-menu ;;
    doubtful) printf 'read answer\nset default="$answer"\nset timeout=5\nmenuentry a { linux /boot/vmlinuz-6.14.0-1-amd64; }\n' | put /boot/grub/grub.cfg ;;
    esac
}

# from_menu / from_settings ROW [CODE]
from_menu() { plans "$1" action kexec source grub kernel /boot/vmlinuz-6.14.0-1-amd64 cmdline from-menu; }
from_settings() { plans "$1" action kexec source settings kernel /boot/vmlinuz-6.1.0-41-amd64 no-cmdline from-menu; }

# use VALUE SETTING...: USE_GRUB_CONFIG, which "unset" leaves out.
use() {
    local value=$1
    shift
    if [ "$value" = unset ]; then settings LOAD_KEXEC=true "$@"; else settings LOAD_KEXEC=true "USE_GRUB_CONFIG=$value" "$@"; fi
}

defaults=$'\nKERNEL_IMAGE=/vmlinuz\nINITRD="/initrd.img"\nAPPEND=""\nKERNEL_IMAGE="/vmlinuz" INITRD=/initrd.img APPEND='
chosen=$'KERNEL_IMAGE=/boot/vmlinuz-6.1.0-41-amd64\nINITRD=/boot/initrd.img-6.1.0-41-amd64\nINITRD=""\nAPPEND="root=/dev/vda2 ro mine"
INITRD="/initrd.img /boot/initrd.img-6.1.0-41-amd64"'

setup() {
    fresh
    put_kernel 6.14.0-1-amd64
}

@test "auto: the boot loader's choice as long as nobody has made another" {
    while IFS= read -r line; do
        # shellcheck disable=SC2086  # assignments
        use auto $line
        menu_is there
        from_menu "$line, menu there"
        menu_is missing
        from_settings "$line, no menu"
        menu_is doubtful
        plans "$line, menu in doubt" action firmware code boot-loader reason 'grub.cfg:1: .*read'
    done <<<"$defaults"
}

@test "auto: a chosen kernel, initrd or command line is taken instead" {
    while IFS= read -r line; do
        use auto "$line"
        for menu in there doubtful; do
            menu_is "$menu"
            from_settings "$line, menu $menu"
        done
    done <<<"$chosen"
}

@test "not set: as auto" {
    use unset
    menu_is there
    from_menu 'menu there'
    menu_is missing
    from_settings 'no menu'
    menu_is doubtful
    plans 'menu in doubt' action firmware code boot-loader
    use unset KERNEL_IMAGE=/boot/vmlinuz-6.1.0-41-amd64
    from_settings 'kernel chosen, menu in doubt'
}

@test "true: GRUB's menu, whatever else is set" {
    while IFS= read -r line; do
        use true "$line"
        menu_is there
        from_menu "$line, menu there"
        menu_is missing
        plans "$line, no menu" action firmware code boot-loader reason grub
    done <<<$'\n'"$chosen"
    use true
    menu_is doubtful
    plans 'menu in doubt' action firmware code boot-loader reason 'grub.cfg:1: .*read'
}

@test "false: the settings, whatever the menu says" {
    while IFS= read -r line; do
        use false "$line"
        for menu in there doubtful; do
            menu_is "$menu"
            from_settings "$line, menu $menu"
        done
    done <<<$'\n'"$chosen"
}

@test "a value that is none of the three" {
    for value in yes AUTO True 1 ''; do
        settings LOAD_KEXEC=true "USE_GRUB_CONFIG=$value"
        plans "USE_GRUB_CONFIG=$value" action firmware code settings reason '/etc/default/kexec:2: USE_GRUB_CONFIG.*auto'
    done
}

@test "changed arguments: the next boot has them" {
    command_line BOOT_IMAGE=/boot/vmlinuz-6.1.0-41-amd64 root=/dev/vda2 ro quiet
    grub_boots 6.1.0-41-amd64 root=/dev/vda2 ro quiet intel_iommu=on iommu=pt
    plans 'new words' action kexec source grub cmdline 'quiet intel_iommu=on iommu=pt'
    grub_boots 6.1.0-41-amd64 root=/dev/vda2 ro
    plans 'a word that went' action kexec source grub no-cmdline quiet
}

@test "false: warnings where the boot loader would boot something else" {
    settings LOAD_KEXEC=true USE_GRUB_CONFIG=false
    command_line BOOT_IMAGE=/boot/vmlinuz-6.1.0-41-amd64 root=/dev/vda2 ro quiet
    grub_boots 6.1.0-41-amd64 root=/dev/vda2 ro quiet
    plans 'the same' action kexec warnings '^$'
    diagnoses 'the same' no-doctor 'warning +next reboot'
    grub_boots 6.14.0-1-amd64 root=/dev/vda2 ro quiet
    plans 'another kernel' action kexec warnings '6\.14\.0-1'
    diagnoses 'another kernel' doctor 'warning.*6\.14\.0-1'
    grub_boots 6.1.0-41-amd64 root=/dev/vda2 ro quiet intel_iommu=on
    plans 'another argument' action kexec warnings intel_iommu=on
    diagnoses 'another argument' doctor 'warning.*intel_iommu=on'
    grub_boots 6.1.0-41-amd64 root=/dev/vda2 ro
    plans 'an argument less' action kexec warnings '(boot loader|grub)'
    printf 'menuentry Windows { chainloader +1; }\n' | grub_menu
    plans 'another system' action kexec warnings '(boot loader|grub).*|windows'
    menu_is missing
    plans 'no menu' action kexec warnings '^$'
}

@test "false: what we add ourselves is no difference" {
    settings LOAD_KEXEC=true USE_GRUB_CONFIG=false PANIC_TIMEOUT=60
    command_line BOOT_IMAGE=/boot/vmlinuz-6.1.0-41-amd64 root=/dev/vda2 ro quiet
    grub_boots 6.1.0-41-amd64 root=/dev/vda2 ro quiet
    plans 'panic=' action kexec cmdline panic=60 warnings '^$'
    command_line BOOT_IMAGE=/boot/old root=/dev/vda2 ro quiet
    settings LOAD_KEXEC=true USE_GRUB_CONFIG=false
    plans 'BOOT_IMAGE=' action kexec warnings '^$'
}

@test "auto with a chosen kernel warns as false does" {
    settings LOAD_KEXEC=true KERNEL_IMAGE=/boot/vmlinuz-6.1.0-41-amd64
    menu_is there
    plans 'KERNEL_IMAGE' action kexec source settings warnings '6\.14\.0-1'
}

@test "grub-reboot is followed where the menu is, a reason for firmware where it is not" {
    grub_menu <<'END'
menuentry default --id default { linux /boot/vmlinuz-6.14.0-1-amd64 root=/dev/vda2 from-menu; initrd /boot/initrd.img-6.14.0-1-amd64; }
menuentry once --id once { linux /boot/vmlinuz-6.1.0-41-amd64 root=/dev/vda2 once; initrd /boot/initrd.img-6.1.0-41-amd64; }
END
    grub_environment next_entry=once
    for value in unset auto true; do
        use "$value"
        plans "$value" action kexec source grub cmdline once kernel /boot/vmlinuz-6.1.0-41-amd64
    done
    use false
    plans 'false' action firmware code firmware-request reason once
    use auto KERNEL_IMAGE=/boot/vmlinuz-6.1.0-41-amd64
    plans 'auto, kernel chosen' action firmware code firmware-request reason once
}

@test "a default entry whose kernel is gone: the file and update-grub are named" {
    menu_is there
    rm "$root"/boot/*-6.14.0-1-amd64
    for value in auto true; do
        use "$value"
        plans "$value" action firmware code boot-loader reason 'vmlinuz-6\.14\.0-1-amd64' reason update-grub \
            no-reason 'load the kernel first'
    done
    use false
    from_settings false
}

@test "an entry that boots no Linux is what the administrator wants" {
    printf 'menuentry Windows { chainloader +1; }\n' | grub_menu
    for value in auto true; do
        use "$value"
        plans "$value" action firmware code boot-loader reason 'Windows'
        [ "$status" -eq 3 ] || wrong "exit status $status"
    done
}
