# A machine as a directory tree, for --root. Sourced by the tests beside it.

helper=$(cd "$BATS_TEST_DIRNAME/../.." && pwd)/build/kexec-helper

# put PATH: standard input becomes that file of the tree.
put() {
    mkdir -p "$(dirname "$root$1")"
    cat >"$root$1"
}

settings() { printf '%s\n' "$@" | put /etc/default/kexec; }

# A bzImage's headers (as in tests/unit/fake_images.h) and an initrd's magic.
put_images() {
    python3 - "$root/boot" <<'PYTHON'
import struct, sys
image = bytearray(3072)
for offset, form, value in ((0x1f1, "B", 1), (0x1f4, "<I", 128), (0x1fe, "<H", 0xaa55), (0x206, "<H", 0x20f),
                            (0x20e, "<H", 0x100), (0x211, "B", 1), (0x236, "<H", 3), (0x238, "<I", 2047),
                            (0x248, "<I", 512), (0x24c, "<I", 1024)):
    struct.pack_into(form, image, offset, value)
image[0x202:0x206] = b"HdrS"
image[0x300:0x310] = b"6.1.0-41-amd64 ("
open(sys.argv[1] + "/vmlinuz-6.1.0-41-amd64", "wb").write(image)
open(sys.argv[1] + "/initrd.img-6.1.0-41-amd64", "wb").write(b"070701")
PYTHON
}

make_machine() {
    root=$BATS_TEST_TMPDIR/root
    mkdir -p "$root/boot" "$root/tmp" "$root/run"
    put_images
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
