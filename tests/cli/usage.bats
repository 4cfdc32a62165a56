#!/usr/bin/env bats
# Exit statuses and messages of the command line itself.

load machine
setup() { make_machine; }

@test "an unknown command names the nearest, exit 2" {
    helper plna
    [ "$status" -eq 2 ]
    [ "$output" = "" ]
    [ "$errors" = "kexec-helper: plna: no such command; did you mean plan?
Try kexec-helper --help" ]
}

@test "an unknown option names the nearest, exit 2" {
    helper --root "$root" plan --jsno
    [ "$status" -eq 2 ]
    [[ $errors == "kexec-helper: --jsno: no such option; did you mean --json?"* ]]
}

@test "no command, exit 2" {
    helper
    [ "$status" -eq 2 ]
    [[ $errors == "kexec-helper: no command"* ]]
}

@test "--help goes to standard output" {
    helper --help
    [ "$status" -eq 0 ]
    [ "$errors" = "" ]
    [[ $output == "Usage: kexec-helper"* ]]
}

@test "version" {
    helper version
    [ "$status" -eq 0 ]
    [[ $output == "kexec-helper "?* ]]
}

@test "commands that change the running kernel take no --root, exit 2" {
    before=$(fingerprint)
    for command in load 'load --shutdown' 'load /vmlinuz' exec 'exec --unmount' reboot 'reboot --firmware' unload; do
        # shellcheck disable=SC2086 # a command with its option
        helper --root "$root" $command
        [ "$status" -eq 2 ]
        [[ $errors == *"changes the running system and takes no --root"* ]]
    done
    [ "$(fingerprint)" = "$before" ]
}

@test "an option of another command, exit 2" {
    helper plan --shutdown
    [ "$status" -eq 2 ]
    [[ $errors == "kexec-helper: plan: takes no --shutdown"* ]]
}

@test "a root that is not there, exit 1; an empty one, exit 2" {
    helper --root "$root/nowhere" plan
    [ "$status" -eq 1 ]
    [ "$errors" = "kexec-helper: $root/nowhere: No such file or directory" ]
    helper --root "" plan
    [ "$status" -eq 2 ]
}

@test "only root changes the running kernel; the message says so" {
    copy=$BATS_TEST_TMPDIR/kexec-helper  # where an ordinary user can read it
    cp "$helper" "$copy"
    chmod 755 "$copy" "$BATS_TEST_TMPDIR"
    for command in load 'load /vmlinuz' exec reboot unload; do
        set -- "$copy" $command
        [ "$(id -u)" -ne 0 ] || set -- setpriv --reuid=65534 --regid=65534 --clear-groups "$@"
        run "$@"
        [ "$status" -eq 1 ]
        [[ $output == "kexec-helper: ${command%% *}: only root may do this: try sudo" ]]
    done
}
