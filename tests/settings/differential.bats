#!/usr/bin/env bats
# The helper's reading of settings files against the shell's own.

setup() {
    cd "$BATS_TEST_DIRNAME" || return 1
    dump=$(cd ../.. && pwd)/build/dump-settings
    files=$BATS_TEST_TMPDIR/files
    mkdir "$files"
}

# What the helper says about one file with these bytes (printf's notation).
dump_of() {
    # shellcheck disable=SC2059 # the format is the content
    printf "$1" >"$files/one"
    printf '%s\n' "$files/one" | "$dump" APPEND | tr '\0' '|'
}

@test "hundreds of files, hand-written and generated, are read as sh reads them" {
    python3 generate.py "$files"
    run python3 compare.py "$dump" "$files"
    echo "$output"
    [ "$status" -eq 0 ]
    set -- ${lines[-1]}
    [ "$1" -ge 500 ]  # files
    [ "$3" -ge 250 ]  # read plainly: those are what is compared
    [ "$5" -ge 100 ]  # read by a shell
}

@test "a difference is found" {
    printf '#!/bin/sh\nprintf "plain\\0APPEND=a\\0\\0"\n' >"$BATS_TEST_TMPDIR/wrong"
    chmod +x "$BATS_TEST_TMPDIR/wrong"
    printf 'APPEND=b\n' >"$files/0001"
    run python3 compare.py "$BATS_TEST_TMPDIR/wrong" "$files"
    [ "$status" -eq 1 ]
    [[ $output == *"1 different" ]]
}

@test "plain assignments take no shell" {
    [ "$(dump_of 'APPEND="a  b" # x\n')" = "plain|APPEND=a  b||" ]
    [ "$(dump_of 'APPEND=$(echo a)\n')" = "shell|APPEND=a||" ]
}

@test "what is refused on purpose: NUL, CR LF, byte order mark, open quote" {
    [[ $(dump_of 'APPEND=a\0b\n') == "refused|"*"/one:1: contains a NUL byte"* ]]
    [[ $(dump_of 'A=1\nAPPEND=a\r\n') == "refused|"*"/one:2: ends with a Windows line end"* ]]
    [[ $(dump_of '\357\273\277APPEND=a\n') == "refused|"*"/one:1: begins with a byte order mark"* ]]
    [[ $(dump_of 'A=1\nAPPEND="a\n') == "refused|"*'/one:2: APPEND: the quote " is never closed'* ]]
}
