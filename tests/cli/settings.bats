#!/usr/bin/env bats
# Settings files as people, editors and attackers leave them.

load machine
setup() { make_machine; }

# refused MESSAGE: the plan is a firmware reboot because of a problem, and says so.
refused() {
    helper --root "$root" plan
    [ "$status" -eq 1 ]
    [[ $output == *"next reboot   firmware"*"$1"* ]]
}

@test "a bad value is told with file and line" {
    settings '' 'LOAD_KEXEC=yes'
    refused '/etc/default/kexec:2: LOAD_KEXEC="yes": must be true or false'
}

@test "a snippet's bad value is told with its own file" {
    echo 'KERNEL_IMAGE=vmlinuz' | put /etc/default/kexec.d/10-local
    refused '/etc/default/kexec.d/10-local:1: KERNEL_IMAGE="vmlinuz": must be an absolute path'
}

@test "Windows line ends" {
    printf 'LOAD_KEXEC=true\r\n' | put /etc/default/kexec
    refused '/etc/default/kexec:1: ends with a Windows line end'
}

@test "a byte order mark" {
    printf '\357\273\277LOAD_KEXEC=true\n' | put /etc/default/kexec
    refused '/etc/default/kexec:1: begins with a byte order mark'
}

@test "a binary file" {
    printf '\177ELF\002\001\001\000\000\000' | put /etc/default/kexec
    refused '/etc/default/kexec:1: contains a NUL byte'
}

@test "a huge file" {
    head -c 262145 /dev/zero | tr '\0' '#' | put /etc/default/kexec
    refused '/etc/default/kexec: larger than 262144 bytes'
}

@test "an open quote" {
    settings LOAD_KEXEC=true 'APPEND="root=/dev/vda2'
    refused '/etc/default/kexec:2: APPEND: the quote " is never closed'
}

@test "a FIFO in place of the file is not waited for" {
    rm "$root/etc/default/kexec"
    mkfifo "$root/etc/default/kexec"
    run timeout 10 "$helper" --root "$root" plan
    [ "$status" -eq 1 ]
    [[ $output == *"/etc/default/kexec: not a regular file"* ]]
}

@test "control characters of a value do not reach the terminal" {
    printf 'LOAD_KEXEC="\033[31mred"\n' | put /etc/default/kexec
    refused 'LOAD_KEXEC="?[31mred"'
}

@test "nothing of another root is run" {
    mark=$BATS_TEST_TMPDIR/ran
    for line in "touch $mark" "APPEND=\$(touch $mark)" "APPEND=\"\`touch $mark\`\"" "LOAD_KEXEC=true; touch $mark" \
        "APPEND=x touch $mark" "LOAD_KEXEC=true & touch $mark" "APPEND=\${X:-\$(touch $mark)}" ". $mark"; do
        settings LOAD_KEXEC=true "$line"
        refused 'needs a shell to be read, and nothing of another root is run here'
        [ ! -e "$mark" ]
    done
}

@test "what looks like a command inside quotes is text" {
    mark=$BATS_TEST_TMPDIR/ran
    settings LOAD_KEXEC=true "APPEND='\$(touch $mark) \`touch $mark\`; touch $mark | \"x\" # y'"
    helper --root "$root" plan --json
    [ "$status" -eq 0 ]
    [ "$(json cmdline)" = "\"\$(touch $mark) \`touch $mark\`; touch $mark | \\\"x\\\" # y panic=60\"" ]
    [ ! -e "$mark" ]
}

@test "where dracut makes the initrd, it is given a way to reboot as well" {
    settings LOAD_KEXEC=true APPEND=ro PANIC_TIMEOUT=7
    : | put /usr/bin/dracut
    helper --root "$root" plan --json
    [ "$(json cmdline)" = '"ro panic=7 rd.shell=0 rd.emergency=reboot"' ]
    settings LOAD_KEXEC=true APPEND=ro PANIC_TIMEOUT=
    helper --root "$root" plan --json
    [ "$(json cmdline)" = '"ro"' ]
}

@test "names in the tree are not commands either" {
    mark=$BATS_TEST_TMPDIR/ran
    cp "$root/boot/vmlinuz-6.1.0-41-amd64" "$root/boot/\$(touch ran);\`touch ran\`"
    settings LOAD_KEXEC=true "KERNEL_IMAGE='/boot/\$(touch ran);\`touch ran\`'"
    cd "$BATS_TEST_TMPDIR"
    helper --root "$root" plan --json
    [ "$status" -eq 0 ]
    [ ! -e "$mark" ]
}

@test "the running system's file may need a shell, which sees it as written" {
    unshare --user --map-root-user --mount true 2>/dev/null || skip 'no user namespaces here'
    mkdir -p "$BATS_TEST_TMPDIR/default/kexec.d"
    printf 'X=maybe\nLOAD_KEXEC=$X\nnosuchcommand\n' >"$BATS_TEST_TMPDIR/default/kexec"
    # shellcheck disable=SC2016 # $1 is the inner shell's
    run unshare --user --map-root-user --mount sh -c 'mount --bind "$1" /etc/default && exec "$2" plan' sh \
        "$BATS_TEST_TMPDIR/default" "$helper"
    [ "$status" -eq 1 ]
    [[ $output == *'/etc/default/kexec: LOAD_KEXEC="maybe": must be true or false'* ]]
}

@test "what the shell said is a warning" {
    unshare --user --map-root-user --mount true 2>/dev/null || skip 'no user namespaces here'
    mkdir -p "$BATS_TEST_TMPDIR/default"
    printf 'LOAD_KEXEC=$(echo false)\nnosuchcommand\n' >"$BATS_TEST_TMPDIR/default/kexec"
    # shellcheck disable=SC2016 # $1 is the inner shell's
    run unshare --user --map-root-user --mount sh -c 'mount --bind "$1" /etc/default && exec "$2" plan' sh \
        "$BATS_TEST_TMPDIR/default" "$helper"
    [ "$status" -eq 3 ]
    [[ $output == *'/etc/default/kexec: LOAD_KEXEC=false'* ]]
    [[ $output == *'warning'*'/bin/sh says: '*'/etc/default/kexec: nosuchcommand: not found'* ]]
}
