#!/usr/bin/env bats
# Our evaluator against the releases of the real GRUB, over generated configs and configs of real systems.
# GRUB_CONFIGS=N compares N generated ones, each with one release.

setup() {
    cd "$BATS_TEST_DIRNAME" || return 1
    evaluate=$(cd ../.. && pwd)/build/evaluate-grub
    folder=$BATS_TEST_TMPDIR/case
    wrong=$BATS_TEST_TMPDIR/wrong
}

# An evaluator whose answers pass through a sed command.
evaluator_with() {
    printf "#!/bin/sh\n'%s' \"\$@\" | sed '%s'\n" "$evaluate" "$1" >"$wrong"
    chmod +x "$wrong"
}

@test "hundreds of generated configs boot as in GRUB" {
    number=${GRUB_CONFIGS:-500}
    run python3 compare.py --spread "$evaluate" "1-$number"
    echo "$output"
    [ "$status" -eq 0 ]
    set -- ${lines[-1]}
    [ "$1" -eq "$number" ]               # cases
    [ "$7" -le $((number / 100)) ]       # undecided
    [ "$9" -ge $((number * 3 / 4)) ]     # boot: those show their variables
    [ "${11}" -eq 0 ]                    # different
}

@test "configs of real systems boot as in GRUB" {
    configs=(real/*/grub.cfg)
    [ -e "${configs[0]}" ] || skip "none has been collected"
    run python3 compare.py "$evaluate" "${configs[@]%/grub.cfg}"
    echo "$output"
    [ "$status" -eq 0 ]
}

@test "the generator writes the same config every time, and another one for another seed" {
    for name in one two; do python3 generate.py "$BATS_TEST_TMPDIR/$name" 7; done
    python3 generate.py "$BATS_TEST_TMPDIR/three" 8
    diff -r "$BATS_TEST_TMPDIR/one" "$BATS_TEST_TMPDIR/two"
    ! cmp "$BATS_TEST_TMPDIR/one/grub.cfg" "$BATS_TEST_TMPDIR/three/grub.cfg"
}

@test "a difference is found, whatever differs" {
    for change in 's/"path":"1>0/"path":"1>1/' 's/gnulinux-2-adv/gnulinux-1-adv/' 's/vmlinuz-2/vmlinuz-1/' \
        's/initrd.img-2/initrd.img-1/' 's/"quiet"/"noisy"/' 's/ro quiet/rw quiet/' \
        's/656e7472793d0a/656e7472793d31/'; do
        evaluator_with "$change"
        run python3 compare.py --grub 2.06 "$wrong" next-entry-cleared
        echo "$change: $output"
        [[ $output != *sed:* ]]
        [ "$status" -eq 1 ]
        [[ $output == *"1 different" ]]
    done
    run python3 compare.py --grub 2.06 "$evaluate" next-entry-cleared
    [[ ${lines[-1]} == "1 cases: 1 same,"* ]]
}

@test "an evaluator that says nothing or crashes differs" {
    for text in 'exit 0' 'echo null >&2; kill -SEGV $$' 'echo "{}"'; do
        printf '#!/bin/sh\n%s\n' "$text" >"$wrong"
        chmod +x "$wrong"
        run python3 compare.py --grub 2.06 "$wrong" next-entry-cleared fallback-title-means-nothing
        [[ $output == *"2 different" ]]
    done
}

@test "an expectation that is not GRUB's is found" {
    cp -r next-entry-cleared "$folder"
    sed -i 's/"quiet"/"noisy"/' "$folder/expected.json"
    run python3 compare.py --grub 2.06 "$evaluate" "$folder"
    echo "$output"
    [[ $output == *"1 different" ]]
}

@test "a deliberate difference must be one" {
    cp -r next-entry-cleared "$folder"
    echo "a reason" >"$folder/deliberate"
    run python3 compare.py --grub 2.06 "$evaluate" "$folder"
    [[ $output == *"remove the file"*"1 different" ]]
    rm "$folder/expected.json"
    evaluator_with 's/vmlinuz-2/vmlinuz-1/'
    run python3 compare.py --grub 2.06 "$wrong" "$folder"
    [[ $output == *"a reason"*"1 deliberate"* ]]
}

@test "the reference is GRUB itself: it boots what a menu of 1000 entries ends with" {
    mkdir -p "$folder/boot/grub"
    for i in {1..1000}; do echo "menuentry e$i { linux /vmlinuz i=$i \$1; }"; done >"$folder/boot/grub/grub.cfg"
    echo 'set default=999' >>"$folder/boot/grub/grub.cfg"
    echo >"$folder/vmlinuz"
    run python3 reference.py "$folder"
    [ "${#lines[@]}" -eq 3 ]
    for line in "${lines[@]}"; do [[ $line == *'"path": "999"'*'"i=1000"'*'"e1000"'* ]]; done
}

@test "a difference in any release is found, and its name told" {
    for version in 2.06 2.12 2.14; do
        printf '#!/bin/sh\n[ "$2" = %s ] && exit\n"%s" "$@"\n' "$version" "$evaluate" >"$wrong"
        chmod +x "$wrong"
        run python3 compare.py "$wrong" next-entry-cleared
        [[ $output == *"next-entry-cleared, GRUB $version:"*"3 cases: 2 same,"*"1 different" ]]
    done
}

@test "a release that has its own expectation is held to it" {
    cp -r next-entry-cleared "$folder"
    sed 's/"quiet"/"noisy"/' "$folder/expected.json" >"$folder/expected-2.12.json"
    run python3 compare.py "$evaluate" "$folder"
    echo "$output"
    [[ $output == *"expected-2.12.json"*"3 cases: 2 same,"*"1 different" ]]
}

@test "quirks prints a line of TAP for each folder" {
    printf '#!/bin/sh\n"%s" "$@" | sed "s/vmlinuz-2/vmlinuz-1/"\n' "$evaluate" >"$wrong"
    chmod +x "$wrong"
    run python3 compare.py --tap --grub 2.06 "$wrong" while next-entry-cleared
    [ "$status" -eq 1 ]
    [ "${lines[0]}" = "ok - while" ]
    [ "${lines[1]}" = "not ok - next-entry-cleared" ]
    [ -z "$(printf '%s\n' "${lines[@]:2}" | grep -v '^# ')" ]
}

@test "the addresses of a stripped program's functions are those of its symbol table" {
    # Debian 12's grub-emu alone has a symbol table to compare with.
    run python3 - <<'END'
import subprocess
import reference
import releases
emulator = releases.emulator("2.06")
table = subprocess.run(["nm", emulator.command[-1]], capture_output=True, check=True, text=True).stdout.splitlines()
table = {name: int(address, 16) for address, _, name in (line.split() for line in table if line[0] != " ")}
for name in reference.FUNCTIONS:
    assert emulator.addresses[name] == table[name], name
for version in releases.SUITES:
    assert set(reference.FUNCTIONS) <= set(releases.emulator(version).addresses), version
END
    echo "$output"
    [ "$status" -eq 0 ]
}
