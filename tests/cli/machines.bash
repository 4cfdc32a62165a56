# Tables of machines: each row changes a machine and says what `plan` or `doctor` has to answer. A wrong row is printed
# with its name, the others still run, and the test fails at its end. Sourced after machine.bash.

# In every file that has such tables; a file that needs more calls no_wrong_rows from its own.
teardown() { no_wrong_rows; }

no_wrong_rows() { [ -z "${wrong_rows-}" ]; }

# wrong TEXT: the current row is.
wrong() {
    wrong_rows=1
    printf '%s: %s\n' "$row" "$1" >&2
}

# fresh: the machine as make_machine has it, whatever the rows before have done.
fresh() {
    local -
    set +T
    local pristine=$BATS_TEST_TMPDIR/pristine
    if [ ! -d "$pristine" ]; then
        make_machine
        cp -a "$root" "$pristine"
        return
    fi
    rm -rf "$root"
    cp -a "$pristine" "$root"
}

# member KEY: $said becomes that member of the JSON object in $output; of strings the text, of arrays what is between
# the brackets.
member() {
    local text='"(([^"\\]|\\.)*)"'
    said=
    if [[ $output =~ $'\n  "'"$1"'": '$text ]]; then
        said=${BASH_REMATCH[1]//\\\"/\"}
    elif [[ $output =~ $'\n  "'"$1"'": ['([^$'\n']*)']' ]]; then
        said=${BASH_REMATCH[1]}
    elif [[ $output == *$'\n  "'"$1"$'": [\n'* ]]; then
        said=${output#*$'\n  "'"$1"$'": [\n'}
        said=${said%%$'\n  ]'*}
    elif [[ $output =~ $'\n  "'"$1"'": '([a-z0-9.]+) ]]; then
        said=${BASH_REMATCH[1]}
    fi
}

# found TEXT EXPRESSION: an extended regular expression, without regard to case.
found() {
    local result=0
    shopt -s nocasematch
    [[ $1 =~ $2 ]] || result=1
    shopt -u nocasematch
    return "$result"
}

# judge TEXT NAME EXPRESSION: NAME is what the text is, or "no-" and what it is; the expression must be found in it, or
# must not.
judge() {
    case "$2" in
    no-*) ! found "$1" "$3" || wrong "${2#no-} has /$3/: $1" ;;
    *) found "$1" "$3" || wrong "$2 lacks /$3/: $1" ;;
    esac
}

# plans ROW [KEY WANTED]...: what `plan --json` has to say. The keys action, code, source and kernel are compared;
# reason, cmdline, initrd and warnings (and no-reason, …) are searched.
plans() {
    local -
    set +T # bats would trace every line of what follows, which takes three times as long
    row=$1
    shift
    helper --root "$root" plan --json
    holds_together || return 0
    while [ $# -gt 1 ]; do
        case "$1" in
        code) member reason_code ;;
        *) member "${1#no-}" ;;
        esac
        case "$1" in
        action | code | source | kernel) [ "$said" = "$2" ] || wrong "$1 is '$said', not '$2' (because: $(because))" ;;
        *) judge "$said" "$1" "$2" ;;
        esac
        shift 2
    done
}

because() {
    member reason
    printf '%s' "$said"
}

# What is true of every answer of plan.
holds_together() {
    [[ $output == '{'* ]] || { wrong "no JSON, exit status $status: $output $errors"; return 1; }
    local wanted='^[13]$' source=null
    member action
    case "$said" in kexec) wanted='^0$' source='"[a-z-]+"' ;; esac
    [[ $status =~ $wanted ]] || wrong "exit status $status with $said"
    [[ $output =~ $'\n  "source": '$source ]] || wrong "source of a $said reboot: $output"
    [[ $output == $'{\n  "format": 1,'* ]] || wrong 'does not begin with "format": 1'
    member reason_code
    [[ $said =~ ^[a-z]+(-[a-z]+)*$ ]] || wrong "reason_code is '$said'"
}

# diagnoses ROW [doctor|no-doctor EXPRESSION]...: what the text of `doctor` has to say.
diagnoses() {
    local -
    set +T
    row=$1
    shift
    helper --root "$root" doctor
    [ "$status" -le 1 ] || wrong "exit status $status: $errors"
    while [ $# -gt 1 ]; do
        judge "$output" "$1" "$2"
        shift 2
    done
}

command_line() { printf '%s\n' "$*" | put /proc/cmdline; }

# grub_menu: standard input becomes the entries of a menu such as grub-mkconfig writes.
grub_menu() {
    {
        cat <<'END'
if [ -s $prefix/grubenv ]; then
  load_env
fi
if [ "${next_entry}" ]; then
  set default="${next_entry}"
  set next_entry=
  save_env next_entry
else
  set default="0"
fi
set timeout=5
END
        cat
    } | put /boot/grub/grub.cfg
}

# grub_boots VERSION WORD...: a menu with one entry, for that kernel of /boot.
grub_boots() {
    local version=$1
    shift
    grub_menu <<END
menuentry 'Debian' --id debian {
  linux /boot/vmlinuz-$version $*
  initrd /boot/initrd.img-$version
}
END
}

# grub_environment NAME=VALUE...: grubenv.
grub_environment() {
    {
        printf '# GRUB Environment Block\n'
        printf '%s\n' "$@"
        head -c 1024 /dev/zero | tr '\0' '#'
    } | head -c 1024 | put /boot/grub/grubenv
}

# efi_variable NAME-GUID BYTES: as efivarfs has it, after four bytes of attributes; BYTES as for printf.
# shellcheck disable=SC2059
efi_variable() { printf "\\7\\0\\0\\0$2" | put "/sys/firmware/efi/efivars/$1"; }

# disk NAME NUMBER [UDEV]...: a whole disk or mapped device in sysfs and udev's database; UDEV is NAME=VALUE.
disk() { block "$1" "$1" "${@:2}"; }

# partition NAME DISK INDEX NUMBER [UDEV]...
partition() {
    block "$2/$1" "$1" "${@:4}" ID_PART_ENTRY_SCHEME=gpt "ID_PART_ENTRY_NUMBER=$3"
    echo "$3" | put "/sys/devices/x/block/$2/$1/partition"
}

# mapped NAME NUMBER DM-NAME DM-UUID [UDEV]...: a device of the device mapper.
mapped() {
    block "$1" "$1" "$2" "${@:5}"
    echo "$3" | put "/sys/devices/x/block/$1/dm/name"
    echo "$4" | put "/sys/devices/x/block/$1/dm/uuid"
}

# block PATH NAME NUMBER [UDEV]...
block() {
    echo "$3" | put "/sys/devices/x/block/$1/dev"
    mkdir -p "$root/sys/class/block" "$root/dev"
    ln -sfn "../../devices/x/block/$1" "$root/sys/class/block/$2"
    : >"$root/dev/$2"
    printf 'E:%s\n' "${@:4}" | put "/run/udev/data/b$3"
}

# uuid TEXT: the words of udev for a file system's UUID.
uuid() { printf 'ID_FS_UUID=%s ID_FS_UUID_ENC=%s ID_FS_TYPE=%s' "$1" "$1" "${2-ext4}"; }

# mounts LINE...: /proc/self/mountinfo.
mounts() { printf '%s\n' "$@" | put /proc/self/mountinfo; }

# as_other COMMAND...: as a user who is not root, on a copy of the program that such a user can run; as `run` does.
as_other() {
    local copy=$BATS_TEST_TMPDIR/kexec-helper
    [ -x "$copy" ] || cp "$helper" "$copy"
    chmod 755 "$BATS_RUN_TMPDIR" "${BATS_TEST_TMPDIR%/*}" "$BATS_TEST_TMPDIR" "$copy"
    set -- "$copy" "$@"
    [ "$(id -u)" -ne 0 ] || set -- setpriv --reuid=65534 --regid=65534 --clear-groups "$@"
    status=0
    output=$("$@" 2>&1) || status=$?
}
