#!/usr/bin/env bats
# Our evaluator against the real GRUB over generated configs and configs of real systems. GRUB_CONFIGS=N compares N
# generated ones.

setup() {
    cd "$BATS_TEST_DIRNAME" || return 1
    evaluate=$(cd ../.. && pwd)/build/evaluate-grub
    folder=$BATS_TEST_TMPDIR/case
    wrong=$BATS_TEST_TMPDIR/wrong
}

# An evaluator whose answers pass through a sed command.
evaluator_with() {
    printf '#!/bin/sh\n"%s" "$@" | sed "%s"\n' "$evaluate" "$1" >"$wrong"
    chmod +x "$wrong"
}

@test "hundreds of generated configs boot as in GRUB" {
    number=${GRUB_CONFIGS:-500}
    run python3 compare.py "$evaluate" "1-$number"
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
    for change in 's/\\"path\\":\\"1>0/\\"path\\":\\"1>1/' 's/gnulinux-2-adv/gnulinux-1-adv/' 's/vmlinuz-2/vmlinuz-1/' \
        's/initrd.img-2/initrd.img-1/' 's/\\"quiet\\"/\\"noisy\\"/' 's/ro quiet/rw quiet/' \
        's/656e7472793d0a/656e7472793d31/'; do
        evaluator_with "$change"
        run python3 compare.py "$wrong" next-entry-cleared
        echo "$change: $output"
        [ "$status" -eq 1 ]
        [[ $output == *"1 different" ]]
    done
    run python3 compare.py "$evaluate" next-entry-cleared
    [[ $output == "1 cases: 1 same,"* ]]
}

@test "an evaluator that says nothing or crashes differs" {
    for text in 'exit 0' 'echo null >&2; kill -SEGV $$' 'echo "{}"'; do
        printf '#!/bin/sh\n%s\n' "$text" >"$wrong"
        chmod +x "$wrong"
        run python3 compare.py "$wrong" next-entry-cleared fallback-title-means-nothing
        [[ $output == *"2 different" ]]
    done
}

@test "an expectation that is not GRUB's is found" {
    cp -r next-entry-cleared "$folder"
    sed -i 's/"quiet"/"noisy"/' "$folder/expected.json"
    run python3 compare.py "$evaluate" "$folder"
    echo "$output"
    [[ $output == *"1 different" ]]
}

@test "a deliberate difference must be one" {
    cp -r next-entry-cleared "$folder"
    echo "a reason" >"$folder/deliberate"
    run python3 compare.py "$evaluate" "$folder"
    [[ $output == *"remove the file"*"1 different" ]]
    rm "$folder/expected.json"
    evaluator_with 's/vmlinuz-2/vmlinuz-1/'
    run python3 compare.py "$wrong" "$folder"
    [[ $output == *"a reason"*"1 deliberate"* ]]
}

@test "the reference is GRUB itself: it boots what a menu of 1000 entries ends with" {
    mkdir -p "$folder/boot/grub"
    for i in {1..1000}; do echo "menuentry e$i { linux /vmlinuz i=$i \$1; }"; done >"$folder/boot/grub/grub.cfg"
    echo 'set default=999' >>"$folder/boot/grub/grub.cfg"
    echo >"$folder/vmlinuz"
    run python3 reference.py "$folder"
    [[ $output == *'"path": "999"'*'"i=1000"'*'"e1000"'* ]]
}
