# A machine as a directory tree, for --root. Sourced by the tests beside it.

helper=$(cd "$BATS_TEST_DIRNAME/../.." && pwd)/build/kexec-helper

# put PATH: standard input becomes that file of the tree.
put() {
    mkdir -p "$(dirname "$root$1")"
    cat >"$root$1"
}

settings() { printf '%s\n' "$@" | put /etc/default/kexec; }

# fake_kernel VERSION [signed]: a bzImage's headers (as in tests/unit/fake_images.h), followed by zeros; a signed one is a
# PE file as well, with 8 bytes of signature at its end.
fake_kernel() {
    local pe='%497s' signature=''
    if [ "${2-}" = signed ]; then
        pe='MZ%58s\200\0\0\0%64sPE\0\0%20s\13\2%142s\0\14\0\0\10\0\0\0%193s'
        signature='%8s'
    fi
    # shellcheck disable=SC2059  # blanks become zeros
    printf "$pe"'\1%2s\200\0\0\0%6sU\252%2sHdrS\17\2%6s\0\1 \1%36s\3\0\377\7\0\0%12s\0\2\0\0\0\4\0\0%176s' | tr ' ' '\0'
    # shellcheck disable=SC2059
    printf "%-2304s$signature" "$1" | tr ' ' '\0'
}

# put_kernel VERSION [signed]: kernel and initrd, as Debian names them.
put_kernel() {
    mkdir -p "$root/boot"
    fake_kernel "$@" >"$root/boot/vmlinuz-$1"
    printf 070701 >"$root/boot/initrd.img-$1"
}

make_machine() {
    root=$BATS_TEST_TMPDIR/root
    mkdir -p "$root/boot" "$root/tmp" "$root/run"
    put_kernel 6.1.0-41-amd64
    ln -s boot/vmlinuz-6.1.0-41-amd64 "$root/vmlinuz"
    ln -s /boot/initrd.img-6.1.0-41-amd64 "$root/initrd.img"
    settings '# settings' LOAD_KEXEC=true
    echo 'BOOT_IMAGE=/boot/old root=/dev/vda2 ro' | put /proc/cmdline
    echo 0 | put /sys/kernel/kexec_loaded
    echo 0 | put /proc/sys/kernel/kexec_load_disabled
    echo 6.1.0-40-amd64 | put /proc/sys/kernel/osrelease
    echo '21 1 254:2 / / rw - ext4 /dev/vda2 rw' | put /proc/self/mountinfo
}

# Runs the program with standard output in $output and standard error in $errors.
helper() {
    errors_file=$BATS_TEST_TMPDIR/errors
    status=0
    output=$("$helper" "$@" 2>"$errors_file") || status=$?
    errors=$(cat "$errors_file")
}

# json KEY: that member of $output as JSON.
json() {
    printf '%s' "$output" |
        python3 -c 'import json, sys; print(json.dumps(json.load(sys.stdin)[sys.argv[1]]))' "$1"
}

# fingerprint: every name, mode, time and content of the tree.
fingerprint() (
    cd "$root" || exit 1
    find . -printf '%p %y %m %T@ %l\n' | sort
    find . -type f -exec cksum {} + | sort -k 3
)
