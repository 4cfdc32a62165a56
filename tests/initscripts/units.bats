#!/usr/bin/env bats
# The systemd units, as far as no guest is needed.

units=$BATS_TEST_DIRNAME/../../initscripts/systemd

@test "kexec-load.service: a settings shell is confined by nothing that could change a value" {
	# Anything else has to be shown to leave a settings file the same at the reboot as in plan.
	local allowed='Type|RemainAfterExit|ExecStart|ExecStop|TimeoutStopSec|KillMode|StandardOutput|StandardError|RestrictRealtime'
	run sed -n '/^\[Service\]/,/^\[Install\]/{/^[A-Za-z]*=/p}' "$units/kexec-load.service"
	[ "${#lines[@]}" -ge 6 ]
	run grep -Ev "^($allowed)=" <<<"$output"
	[ "$output" = "" ] || { echo "$output" >&2; return 1; }
}

@test "no unit forbids openat2(2), by which the helper opens every file" {
	run grep -rE '^(RestrictSUIDSGID|SystemCallFilter)=' "$units"
	[ "$status" -eq 1 ] || { echo "$output" >&2; return 1; }
}
