#!/usr/bin/env bats
# The commands of GRUB's releases against those the evaluator knows. commands-VERSION.txt has every name in command.lst
# of Debian's grub-pc-bin (pc), grub-efi-amd64-bin (efi) and grub-efi-arm64-bin (arm64).

@test "every command of every release is known" {
    cd "$BATS_TEST_DIRNAME" || return 1
    for list in commands-*.txt; do
        version=${list#commands-}
        ../../build/evaluate-grub --grub "${version%.txt}" --commands | LC_ALL=C sort >"$BATS_TEST_TMPDIR/known"
        [ "$(wc -l <"$list")" -ge 200 ]
        run comm -23 <(cut -d ' ' -f 1 "$list" | LC_ALL=C sort) "$BATS_TEST_TMPDIR/known"
        echo "of $list, not known: $output"
        [ -z "$output" ]
    done
}
