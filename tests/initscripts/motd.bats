#!/usr/bin/env bats
# What is shown at login.

motd=$BATS_TEST_DIRNAME/../../debian/motd

setup() {
	helper=$BATS_TEST_TMPDIR/kexec-helper
	sed "s#/usr/sbin/kexec-helper#$helper#g" "$motd" >"$BATS_TEST_TMPDIR/motd"
}

status_is() {
	printf '#!/bin/sh\n[ "$1" = status ] || exit 9\ncat <<END\n%s\nEND\n' "$1" >"$helper"
	chmod +x "$helper"
}

told() {
	run sh "$BATS_TEST_TMPDIR/motd"
	[ "$status" -eq 0 ] && [ "$output" = "$1" ] || { echo "$status: $output" >&2; return 1; }
}

@test "each failed kexec is shown" {
	status_is "this boot     through firmware (/proc/sys/kernel/bootloader_type is 114)
failed        the kexec of Linux 6.1.0-41-amd64 failed: the machine came up through firmware
failed        the kexec of Linux 6.1.0-42-amd64 failed: the machine came up through firmware
loaded        no kernel"
	told "kexec-helper: the kexec of Linux 6.1.0-41-amd64 failed: the machine came up through firmware
kexec-helper: the kexec of Linux 6.1.0-42-amd64 failed: the machine came up through firmware"
}

@test "else nothing" {
	status_is "this boot     by kexec (/proc/sys/kernel/bootloader_type is 208)"
	told ""
}

@test "without the program nothing" {
	told ""
}

@test "a program that fails or hangs holds up no login" {
	printf '#!/bin/sh\nexec sleep 60\n' >"$helper"
	chmod +x "$helper"
	SECONDS=0
	told ""
	[ "$SECONDS" -lt 20 ]
	printf '#!/bin/sh\nexit 1\n' >"$helper"
	told ""
}
