#!/usr/bin/env bats
# What is printed: control characters shown, not sent; the same members in every JSON answer; --version and -h.

load machine
load machines

setup() { fresh; }

# What no text may have: control characters but tab and line feed, C1, bidi controls, bytes that are no UTF-8.
raw_characters() {
    python3 -c '
import re, sys
bad = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\udc80-\udcff]")
text = sys.stdin.buffer.read().decode("utf-8", "surrogateescape")
found = sorted({ascii(match) for match in bad.findall(text)})
print(" ".join(found))
print("FORGED" if re.search("^FORGED", text, re.M) else "")'
}

# clean ROW: every text command shows this machine without them.
clean() {
    local -
    set +T
    row=$1
    local command text=''
    for command in plan 'plan --verbose' list 'list --verbose' doctor status 'status --verbose'; do
        # shellcheck disable=SC2086
        helper --root "$root" $command
        [ "$status" -le 3 ] || wrong "$command: exit status $status"
        text+=$output$'\n'$errors$'\n'
    done
    printf '%s' "$text" >"$BATS_TEST_TMPDIR/text"
    local raw
    raw=$(raw_characters <"$BATS_TEST_TMPDIR/text")
    [ -z "$raw" ] || wrong "raw: $raw"
    [[ $text == *visible* ]] || wrong 'the text around them is lost'
}

# A title bar, a colour, a C1 control, a bidi override, a byte that is no UTF-8, carriage return, delete.
nasty=$'visible\033]0;x\007\033[31m\302\233\342\200\256\377\177end'

@test "control characters in a menu" {
    settings LOAD_KEXEC=true USE_GRUB_CONFIG=true
    printf "menuentry '%s' --id '%s' {\n linux /boot/vmlinuz-6.1.0-41-amd64 ro\n}\n" "$nasty" "$nasty" | grub_menu
    clean title
    printf "menuentry a {\n linux /boot/vmlinuz-6.1.0-41-amd64 'x=%s'\n}\n" "$nasty" | grub_menu
    clean arguments
    printf "menuentry a {\n linux '/boot/%s'\n}\n" "$nasty" | grub_menu
    clean 'missing kernel'
    printf "submenu '%s' { menuentry '%s' { chainloader +1; }; }\nmenuentry b { echo; }\n" "$nasty" "$nasty" | grub_menu
    clean submenu
    printf "menuentry a {\n '%s'\n linux /boot/vmlinuz-6.1.0-41-amd64\n}\n" "$nasty" | grub_menu
    clean 'unknown command'
    printf "menuentry 'visible\nFORGED' {\n linux /boot/vmlinuz-6.1.0-41-amd64\n}\n" | grub_menu
    clean 'line feed in a title'
    grub_boots 6.1.0-41-amd64 ro
    grub_environment "next_entry=$nasty"
    settings LOAD_KEXEC=true USE_GRUB_CONFIG=false
    clean 'entry chosen by grub-reboot'
}

@test "control characters in settings and on the command line" {
    printf 'LOAD_KEXEC="%s"\n' "$nasty" | put /etc/default/kexec
    clean value
    printf 'LOAD_KEXEC=true\nKERNEL_IMAGE="/%s"\n' "$nasty" | put /etc/default/kexec
    clean path
    printf 'LOAD_KEXEC=true\nAPPEND="%s"\n' "$nasty" | put /etc/default/kexec
    clean APPEND
    settings LOAD_KEXEC=true
    printf 'root=%s\n' "$nasty" | put /proc/cmdline
    clean /proc/cmdline
    : | put "/etc/default/kexec.d/$nasty.conf"
    clean 'name in kexec.d'
}

@test "control characters in records" {
    local text='visible\u001b]0;x\u0007\u001b[31m\u009b\u202e\u007f\nFORGED'
    mkdir -p "$root/var/lib/kexec-helper" "$root/run/kexec-helper"
    echo "[{\"kernel\": \"$text\", \"kernel_version\": \"$text\", \"boot_id\": \"b\", \"time\": \"$text\",
        \"stamp\": {\"size\": 1, \"modified\": 1}}]" >"$root/var/lib/kexec-helper/failed.json"
    clean failed.json
    echo "{\"action\": \"$text\", \"reason\": \"$text\", \"kernel_version\": \"$text\", \"load_seconds\": 0,
        \"warnings\": [\"$text\"], \"boot_id\": \"b\", \"time\": \"$text\"}" >"$root/var/lib/kexec-helper/last-shutdown.json"
    rm "$root/var/lib/kexec-helper/failed.json"
    clean last-shutdown.json
    echo 1 | put /sys/kernel/kexec_loaded
    echo "{\"source\": \"$text\", \"kernel\": \"$text\", \"kernel_version\": \"$text\", \"initrds\": [\"$text\"],
        \"command_line\": \"$text\", \"time\": \"$text\", \"stamp\": {\"size\": 1, \"modified\": 1}}" \
        >"$root/run/kexec-helper/loaded.json"
    clean loaded.json
}

@test "control characters of the machine itself" {
    : >"$root/tmp/no-kexec-reboot"
    printf '%s:x:%s:0::/:\n' "$nasty" "$(id -u)" | put /etc/passwd
    clean 'owner of a flag'
    rm "$root/tmp/no-kexec-reboot"
    printf '%s\n' "$nasty" | put /proc/sys/kernel/osrelease
    clean 'release of the kernel'
    printf '21 1 254:2 / / rw - ext4 /dev/%s rw\n' "$nasty" | put /proc/self/mountinfo
    clean 'source of a mount'
    fake_kernel "$nasty" >"$root/boot/vmlinuz-6.1.0-41-amd64"
    clean 'version in a kernel'
}

@test "what is harmless is printed as it is" {
    settings LOAD_KEXEC=true USE_GRUB_CONFIG=true
    printf "menuentry 'Débian – 日本 \"x\" \\\\ y' {\n linux /boot/vmlinuz-6.1.0-41-amd64 a=é\n}\n" | grub_menu
    helper --root "$root" list
    [[ $output == *'Débian – 日本 "x" \ y'* ]] || { echo "$output"; false; }
    helper --root "$root" plan
    [[ $output == *'a=é'* ]] || { echo "$output"; false; }
}

@test "JSON: a format, and the same raw text however it is shown" {
    grub_boots 6.1.0-41-amd64 ro
    for command in plan list status doctor; do
        row=$command
        helper --root "$root" --json "$command"
        [[ $output == $'{\n  "format": 1,'* ]] || wrong "begins ${output:0:30}"
    done
    printf "menuentry 'a\033b' {\n linux /boot/vmlinuz-6.1.0-41-amd64\n}\n" | grub_menu
    settings LOAD_KEXEC=true USE_GRUB_CONFIG=true
    helper --root "$root" --json plan
    [[ $(json entry) == *'"a\u001bb"'* ]]
}

@test "JSON of a firmware reboot has a reason's code and no source" {
    settings LOAD_KEXEC=false
    helper --root "$root" --json plan
    [ "$(json action)" = '"firmware"' ]
    [ "$(json source)" = null ]
    [ "$(json reason_code)" = '"policy"' ]
    [ "$(json format)" = 1 ]
}

@test "--version and -h" {
    helper version
    local version=$output
    helper --version
    [ "$status" -eq 0 ]
    [ "$output" = "$version" ]
    [[ $output == "kexec-helper "?* ]]
    helper --help
    local help=$output
    helper -h
    [ "$status" -eq 0 ]
    [ "$errors" = "" ]
    [ "$output" = "$help" ]
    [[ $output == "Usage: kexec-helper"* ]]
    helper plan -h
    [ "$status" -eq 0 ]
    [[ $output == "Usage: kexec-helper"* ]]
}
