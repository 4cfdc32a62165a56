#!/usr/bin/env bats
# plan and doctor know what the load and the jump will meet, and say it in words and as a code.

load machine
load machines

setup() { fresh; }

# once CODE: brings the machine into the state for which that is the reason.
once() {
    case "$1" in
    flag-file) : >"$root/run/no-kexec-reboot" ;;
    firmware-request) efi_variable BootNext-8be4df61-93ca-11d2-aa0d-00e098032b8c '\3\0' ;;
    loaded-by-hand) echo 1 | put /sys/kernel/kexec_loaded ;;
    settings) settings LOAD_KEXEC=maybe ;;
    policy) settings LOAD_KEXEC=false ;;
    one-shot) settings LOAD_KEXEC=false && : | put /run/kexec-helper/one-shot ;;
    running-kernel) echo 1 | put /proc/sys/kernel/kexec_load_disabled ;;
    platform) echo xen | put /sys/hypervisor/type ;;
    integration) : | put /lib/systemd/system/kexec-load.service ;;
    boot-loader) printf 'menuentry Windows { chainloader +1; }\n' | grub_menu ;;
    one-boot) command_line root=/dev/vda2 ro single ;;
    root-changed)
        mounts '28 1 0:26 /old/@ / rw - btrfs /dev/vda2 rw,subvolid=300,subvol=/old/@'
        command_line root=/dev/vda2 ro rootflags=subvol=@
        ;;
    files) rm "$root"/boot/initrd.img-* ;;
    trust) chmod o+w "$root"/boot/vmlinuz-* ;;
    signature) echo 'none [integrity] confidentiality' | put /sys/kernel/security/lockdown ;;
    memory)
        echo 'MemTotal: 1000000 kB' | put /proc/meminfo
        truncate -s 600M "$root"/boot/initrd.img-*
        ;;
    breaker)
        put /var/lib/kexec-helper/failed.json <<END
[{"kernel": "/boot/vmlinuz-6.1.0-41-amd64", "kernel_version": "6.1.0-41-amd64", "boot_id": "b", "time": "T",
  "stamp": $(stat -c '{"size": %s, "modified": %Y}' "$root/boot/vmlinuz-6.1.0-41-amd64")}]
END
        ;;
    esac
}

@test "every reason has its code" {
    for code in flag-file firmware-request settings policy running-kernel platform integration boot-loader one-boot \
        root-changed files trust signature breaker; do
        fresh
        once "$code"
        plans "$code" action firmware code "$code"
    done
    for code in load-kexec one-shot loaded-by-hand; do
        fresh
        once "$code"
        plans "$code" action kexec code "$code"
    done
}

@test "of several reasons the first one counts" {
    local order=(flag-file firmware-request settings policy running-kernel files) i
    for ((i = ${#order[@]} - 1; i >= 0; i--)); do
        once "${order[i]}"
        plans "${order[*]:i}" code "${order[i]}"
    done
}

@test "a policy is exit status 3, a problem exit status 1" {
    while read -r code wanted; do
        fresh
        once "$code"
        row=$code
        helper --root "$root" plan
        [ "$status" -eq "$wanted" ] || wrong "exit status $status: $output"
    done <<'END'
flag-file 3
firmware-request 3
policy 3
boot-loader 3
settings 1
running-kernel 1
integration 1
files 1
trust 1
signature 1
memory 1
breaker 1
END
}

@test "a flag that cannot be looked at is a flag" {
    rmdir "$root/tmp"
    ln -s tmp "$root/tmp"
    plans 'a loop of links in place of /tmp' action firmware code flag-file reason '/tmp/no-kexec-reboot'
    helper --root "$root" doctor
    [[ $output == *"/tmp/no-kexec-reboot"* ]] || wrong "doctor: $output $errors"
}

@test "a flag is one whatever it is" {
    for flag in /tmp/no-kexec-reboot /run/no-kexec-reboot /no-kexec-reboot; do
        ln -s nowhere "$root$flag"
        plans "$flag, a dangling link" action firmware code flag-file reason "$flag"
        rm "$root$flag"
        mkdir -m 000 "$root$flag"
        plans "$flag, a directory" action firmware code flag-file reason "$flag"
        rmdir "$root$flag"
    done
    plans 'none' action kexec
}

@test "EFI without efivarfs: what waits in the firmware is not known" {
    mkdir -p "$root/sys/firmware/efi"
    plans 'no directory' action kexec warnings 'EFI variable'
    mkdir -p "$root/sys/firmware/efi/efivars"
    plans 'not mounted' action kexec warnings 'efivarfs'
    diagnoses 'not mounted' doctor 'warning.*efivarfs'
    efi_variable BootCurrent-8be4df61-93ca-11d2-aa0d-00e098032b8c '\0\0'
    plans 'mounted' action kexec warnings '^$'
    rm -rf "$root/sys/firmware"
    plans 'no EFI' action kexec warnings '^$'
}

# free TOTAL AVAILABLE: memory in MiB.
free() { printf 'MemTotal: %s kB\nMemAvailable: %s kB\n' $(($1 * 1024)) $(($2 * 1024)) | put /proc/meminfo; }

@test "memory that the shutdown will free is a warning" {
    truncate -s 100M "$root"/boot/initrd.img-*
    free 16000 3
    plans 'full of guests' action kexec code load-kexec warnings 'memory|MiB'
    diagnoses 'full of guests' doctor 'warning.*(memory|MiB)'
    free 16000 8000
    plans 'enough' action kexec warnings '^$'
    free 16000 150
    plans 'enough for the files, not for both copies' action kexec warnings 'MiB'
    free 150 100
    plans 'never enough' action firmware code files reason 'memory'
    rm "$root/proc/meminfo"
    plans 'not known' action kexec warnings '^$'
}

@test "a locked-down kernel refuses what is not signed" {
    while read -r lockdown signature action; do
        fresh
        put_kernel 6.1.0-41-amd64 "$signature"
        printf '%s\n' "${lockdown//,/ }" | put /sys/kernel/security/lockdown
        plans "$lockdown $signature" action "$action"
        [ "$action" = kexec ] || plans "$lockdown $signature" code signature reason 'signature' reason 'vmlinuz-6\.1\.0-41'
        grub_boots 6.1.0-41-amd64 root=/dev/vda2 ro
        plans "$lockdown $signature, by the menu" action "$action"
    done <<'END'
[none],integrity,confidentiality unsigned kexec
none,[integrity],confidentiality unsigned firmware
none,integrity,[confidentiality] unsigned firmware
none,[integrity],confidentiality signed kexec
none,integrity,[confidentiality] signed kexec
END
}

# A file that root alone may read says nothing about what root's reboot will do.
@test "what an ordinary user may not read: root is needed, no prediction" {
    for file in boot/vmlinuz-6.1.0-41-amd64 boot/initrd.img-6.1.0-41-amd64 etc/default/kexec boot/grub/grub.cfg boot/grub; do
        fresh
        umask 022
        [[ $file != boot/grub* ]] || grub_boots 6.1.0-41-amd64 root=/dev/vda2 ro
        chmod 0 "$root/$file"
        row="$file"
        as_other --root "$root" plan
        [[ $output != *"next reboot   firmware"* ]] || wrong "a prediction: $output"
        found "$output" '(^|[^a-z/"])root([^a-z/]|$)|sudo' || wrong "does not say that root is needed: $output"
        [ "$status" -ne 0 ] || wrong "exit status 0: $output"
        chmod 700 "$root/$file"
    done
    fresh
    row='all may be read'
    as_other --root "$root" plan
    [ "$status" -eq 0 ] || wrong "exit status $status: $output"
}

# installed: the package's files for systemd, enabled and active.
installed() {
    local unit
    for unit in kexec-load.service systemd-reboot.service.d/50-kexec.conf systemd-kexec.service.d/50-kexec.conf; do
        echo '[Unit]' | put "/lib/systemd/system/$unit"
    done
    scripts_installed
    mkdir -p "$root/run/systemd/system" "$root/run/systemd/units" "$root/etc/systemd/system/multi-user.target.wants"
    ln -s /lib/systemd/system/kexec-load.service "$root/etc/systemd/system/multi-user.target.wants/kexec-load.service"
    ln -s 0 "$root/run/systemd/units/invocation:kexec-load.service"
}

scripts_installed() {
    local script
    for script in /etc/init.d/kexec-load /etc/init.d/kexec /usr/lib/kexec-helper/kexec-load /usr/lib/kexec-helper/kexec; do
        printf '#!/bin/sh\nexec kexec-helper\n' | put "$script"
        chmod 755 "$root$script"
    done
}

@test "systemd: units, drop-ins and scripts that are missing, disabled or masked" {
    plans 'a tree without the package' action kexec
    installed
    plans 'all there' action kexec warnings '^$'
    while read -r change file pattern; do
        fresh
        installed
        row="$change $file"
        file=$root${file/#UNITS/\/lib\/systemd\/system}
        mkdir -p "${file%/*}"
        case "$change" in
        remove) rm "$file" ;;
        mask) ln -s /dev/null "$file" ;;
        empty) : >"$file" ;;
        lock) chmod a-x "$file" ;;
        replace) echo 'kexec -e' >"$file" ;;
        esac
        plans "$row" action firmware code integration reason "$pattern"
        diagnoses "$row" doctor "problem.*($pattern)"
    done <<'END'
remove UNITS/kexec-load.service kexec-load\.service
remove UNITS/systemd-reboot.service.d/50-kexec.conf systemd-reboot\.service\.d/50-kexec\.conf
remove UNITS/systemd-kexec.service.d/50-kexec.conf systemd-kexec\.service\.d/50-kexec\.conf
remove /etc/systemd/system/multi-user.target.wants/kexec-load.service not enabled
remove /run/systemd/units/invocation:kexec-load.service not active
mask /etc/systemd/system/kexec-load.service masked
mask /run/systemd/system/kexec-load.service masked
mask /etc/systemd/system/systemd-reboot.service.d/50-kexec.conf masked
mask /etc/systemd/system/systemd-kexec.service.d/50-kexec.conf masked
mask /run/systemd/system/systemd-reboot.service.d/50-kexec.conf masked
empty /etc/systemd/system/systemd-reboot.service.d/50-kexec.conf systemd-reboot\.service\.d/50-kexec\.conf
remove /usr/lib/kexec-helper/kexec-load kexec-load
lock /usr/lib/kexec-helper/kexec /usr/lib/kexec-helper/kexec
replace /usr/lib/kexec-helper/kexec another package
END
    fresh
    installed
    echo 'kexec -e' >"$root/etc/init.d/kexec"
    plans 'the init script of an older package, which systemd does not call' action kexec
}

@test "sysvinit: scripts and links that are missing" {
    sysvinit_installed() {
        scripts_installed
        mkdir -p "$root/etc/rc6.d"
        ln -s ../init.d/kexec-load "$root/etc/rc6.d/K01kexec-load"
        ln -s ../init.d/kexec "$root/etc/rc6.d/K12kexec"
    }
    sysvinit_installed
    plans 'all there' action kexec warnings '^$'
    for gone in etc/init.d/kexec-load etc/init.d/kexec etc/rc6.d/K01kexec-load etc/rc6.d/K12kexec; do
        fresh
        sysvinit_installed
        rm "$root/$gone"
        plans "without $gone" action firmware code integration reason kexec
    done
}

@test "missing integration comes after what is wanted, and before what is wrong with files" {
    installed
    rm "$root/run/systemd/units/invocation:kexec-load.service"
    once files
    plans 'with an initrd missing' action firmware
    once policy
    plans 'with LOAD_KEXEC=false' action firmware code policy
    once flag-file
    plans 'with a flag' action firmware code flag-file
}

@test "a file of kexec.d that is not read is named" {
    while read -r name warned; do
        rm -rf "$root/etc/default/kexec.d"
        echo LOAD_KEXEC=false | put "/etc/default/kexec.d/$name"
        if [ "$warned" = warned ]; then
            plans "$name" warnings "kexec\\.d/${name//./\\.}"
            diagnoses "$name" doctor "$name"
        else
            plans "$name" warnings '^$'
        fi
    done <<'END'
off.conf warned
10-off.conf warned
off.sh warned
off.dpkg-old silent
off.dpkg-dist silent
off.ucf-old silent
off~ silent
.off.swp silent
.off silent
END
    rm -rf "$root/etc/default/kexec.d"
    echo LOAD_KEXEC=false | put /etc/default/kexec.d/off
    plans 'one that is read' action firmware code policy reason 'kexec\.d/off:1'
}

@test "doctor: a disk that the TPM unlocks" {
    echo 'data UUID=dddd none luks' | put /etc/crypttab
    diagnoses 'a passphrase' no-doctor 'tpm|clevis'
    echo 'data UUID=dddd none luks,tpm2-device=auto' | put /etc/crypttab
    diagnoses 'tpm2-device' doctor 'warning.*tpm'
    echo 'data UUID=dddd none luks' | put /etc/crypttab
    : | put /usr/share/initramfs-tools/hooks/clevis
    diagnoses 'clevis in the initramfs' doctor 'warning.*(clevis|tpm)'
    rm -rf "$root/usr"
    : | put /usr/lib/dracut/modules.d/60clevis/module-setup.sh
    diagnoses 'clevis by dracut' doctor 'warning.*(clevis|tpm)'
}
