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

@test "the boot waits for no deadline, and nothing that hangs keeps one from starting" {
	local unit
	for unit in kexec-boot-timeout kexec-emergency; do
		grep -qx 'DefaultDependencies=no' "$units/$unit.service"
		grep -qx 'Type=exec' "$units/$unit.service"
		run grep -E '^(After|Requires|RequiresMountsFor|Before)=' "$units/$unit.service"
		[ "$output" = "Before=shutdown.target" ] || { echo "$unit: $output" >&2; return 1; }
	done
}

@test "health checks come before the end of an ordinary boot, and have no say in rescue mode" {
	grep -qx 'Requires=boot-complete.target' "$units/kexec-boot-complete.service"
	grep -qE '^After=(.* )?boot-complete.target' "$units/kexec-boot-complete.service"
	run grep -r boot-complete.target "$units/kexec-rescue-complete.service"
	[ "$status" -eq 1 ]
}

@test "a unit that runs the helper itself does not fail a boot without it" {
	local unit
	for unit in $(grep -lE '^ExecStart=-?/usr/sbin/kexec-helper ' "$units"/*.service); do
		grep -qx 'ConditionFileIsExecutable=/usr/sbin/kexec-helper' "$unit" || { echo "$unit" >&2; return 1; }
	done
	grep -lE '^ExecStart=-?/usr/sbin/kexec-helper ' "$units"/*.service | grep -c . | grep -qx 3
}
