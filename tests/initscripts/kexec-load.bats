#!/usr/bin/env bats
# /etc/init.d/kexec-load: has the kernel loaded at a reboot, and only then.

load scripts

load_call='kexec-helper load --shutdown'

# The helper as it is when it decides for kexec.
helper_loads() {
	stand_in "$box/usr/sbin/kexec-helper" "echo 'kexec-helper: next boot by kexec'; touch '$box/run/kexec-helper/jump'"
}

expect_jump() {
	[ -e "$box/run/kexec-helper/jump" ] || fail "the jump is not allowed"
}

expect_no_jump() {
	[ ! -e "$box/run/kexec-helper/jump" ] || fail "the jump is allowed"
}

@test "sysvinit reboot: loads, and says what the helper says" {
	helper_loads
	sysvinit_in_runlevel 6
	run_script kexec-load stop
	expect_status 0
	expect_output "kexec-helper: next boot by kexec"
	expect_calls "$load_call"
	expect_jump
}

@test "sysvinit: what the helper says is in the system log, too" {
	stand_in "$box/usr/sbin/kexec-helper" "echo one; echo two >&2; exit 1"
	sysvinit_in_runlevel 6
	run_script kexec-load stop
	expect_status 1
	[ "$(cat "$box/syslog")" = $'one\ntwo' ]
	grep -q '^logger -t kexec-load -f ' "$calls"
}

@test "the helper's words are lost, /run is full: that is said" {
	stand_in "$box/usr/sbin/kexec-helper" "exit 1"
	sysvinit_in_runlevel 6
	run_script kexec-load stop
	expect_status 1
	expect_output "kexec-load: firmware reboot: why is lost (is /run full?); kexec-helper status tells it after the boot"
}

@test "sysvinit: a system log that is gone, or does not answer, stops nothing" {
	helper_loads
	sysvinit_in_runlevel 6
	stand_in "$box/bin/logger" 'exit 1'
	run_script kexec-load stop
	expect_status 0
	sed -i 's/timeout 5 logger/timeout 1 logger/' "$box/etc/init.d/kexec-load"
	stand_in "$box/bin/logger" 'exec sleep 60'
	run_script kexec-load stop
	expect_status 0
	expect_jump
}

@test "systemd: the journal has it already" {
	helper_loads
	systemd_reboots ""
	run_script kexec-load stop
	expect_status 0
	[ ! -e "$box/syslog" ]
}

@test "systemd reboot: loads" {
	helper_loads
	systemd_reboots ""
	run_script kexec-load stop
	expect_status 0
	expect_calls "$load_call"
	expect_jump
}

@test "poweroff, single user, service stopped by hand, package removed: nothing at all" {
	for level in 0 1 2; do
		sysvinit_in_runlevel "$level"
		run_script kexec-load stop
		expect_nothing_done
	done
	unset RUNLEVEL
	run_script kexec-load stop
	expect_nothing_done
	systemd_with $'5 poweroff.target start waiting\n' ""
	run_script kexec-load stop
	expect_nothing_done
}

@test "not a reboot: the word to jump is left alone" {
	jump_allowed
	run_script kexec-load stop
	expect_nothing_done
	expect_jump
}

@test "declined: no failure, nothing added to what the helper says" {
	stand_in "$box/usr/sbin/kexec-helper" "echo 'kexec-helper: firmware reboot: LOAD_KEXEC=false'; exit 3"
	sysvinit_in_runlevel 6
	run_script kexec-load stop
	expect_status 0
	expect_output "kexec-helper: firmware reboot: LOAD_KEXEC=false"
}

@test "declined: a jump allowed earlier is not allowed any more" {
	jump_allowed
	stand_in "$box/usr/sbin/kexec-helper" "exit 3"
	sysvinit_in_runlevel 6
	run_script kexec-load stop
	expect_status 0
	expect_no_jump
}

@test "the helper fails: firmware, with its own reason alone, and no jump" {
	stand_in "$box/usr/sbin/kexec-helper" "touch '$box/run/kexec-helper/jump'; echo the reason; exit 1"
	sysvinit_in_runlevel 6
	run_script kexec-load stop
	expect_status 1
	expect_output "the reason"
	expect_no_jump
}

@test "the helper crashes: firmware, and no jump" {
	stand_in "$box/usr/sbin/kexec-helper" "touch '$box/run/kexec-helper/jump'; kill -ABRT \$\$"
	sysvinit_in_runlevel 6
	run_script kexec-load stop
	expect_status 1
	[[ $output == *"kexec-load: firmware reboot: kexec-helper failed with exit status 134"* ]] || fail "$output"
	expect_no_jump
}

@test "the helper hangs: it is ended, firmware, and no jump" {
	hurry kexec-load
	stand_in "$box/usr/sbin/kexec-helper" "touch '$box/run/kexec-helper/jump'; exec sleep 20"
	sysvinit_in_runlevel 6
	run_script kexec-load stop
	expect_status 1
	expect_output "kexec-load: firmware reboot: kexec-helper took longer than 90 seconds"
	expect_no_jump
}

@test "the helper hangs and ignores the signal: it is killed" {
	hurry kexec-load
	stand_in "$box/usr/sbin/kexec-helper" "trap '' TERM; sleep 20"
	sysvinit_in_runlevel 6
	run_script kexec-load stop
	expect_status 1
	[[ $output == *"firmware reboot: kexec-helper was killed, or took longer than 90 seconds"* ]] || fail "$output"
}

@test "the helper is missing: firmware, with the reason" {
	rm "$box/usr/sbin/kexec-helper"
	sysvinit_in_runlevel 6
	run_script kexec-load stop
	expect_status 1
	[[ $output == *"kexec-load: firmware reboot: "*"kexec-helper cannot be run"* ]] || fail "$output"
}

@test "the package is removed, the script left: nothing" {
	rm "$box/usr/lib/kexec-helper/reboot-requested"
	sysvinit_in_runlevel 6
	run_script kexec-load stop
	expect_nothing_done
}

@test "start: notes that the system has come up, and nothing more" {
	sysvinit_in_runlevel 2
	run_script kexec-load start
	expect_status 0
	expect_output ""
	expect_calls "kexec-helper boot-complete"
}

@test "sysvinit boot: the system has come up when rc, which runs the scripts, has ended" {
	mkfifo "$box/called"
	stand_in "$box/usr/sbin/kexec-helper" "echo \"\$*\" >'$box/called'"
	PREVLEVEL=N sh -c '"$1" start; cp "$2" "$2.kept"' rc "$box/etc/init.d/kexec-load" "$calls"
	[ ! -s "$calls.kept" ] || fail "$(cat "$calls.kept")"
	read -r -t 30 words <"$box/called"
	[ "$words" = boot-complete ]
}

@test "start: a helper that fails does not fail the boot" {
	stand_in "$box/usr/sbin/kexec-helper" 'echo told; exit 1'
	run_script kexec-load start
	expect_status 0
	expect_output "told"
}

# In the background, as the boot does not wait for it.
crash_kernel_asked_for() {
	stand_in "$box/bin/logger" 'cat >"$box/syslog"; touch "$box/asked"'
	sysvinit_in_runlevel 2
	run_script kexec-load start
	expect_status 0
	timeout 10 sh -c 'until [ -e "$1" ]; do :; done' - "$box/asked"
}

@test "start, sysvinit: with memory reserved, a crash kernel may be loaded" {
	echo 'root=/dev/vda2 crashkernel=256M' >"$box/proc/cmdline"
	crash_kernel_asked_for
	run grep '^kexec-helper' "$calls"
	expect_output "kexec-helper boot-complete
kexec-helper load --crash --at-boot"
}

@test "start: no crash kernel in a capture system, and with systemd by another unit" {
	echo 'root=/dev/vda2 crashkernel=256M' >"$box/proc/cmdline"
	: >"$box/proc/vmcore"
	run_script kexec-load start
	rm "$box/proc/vmcore"
	mkdir -p "$box/run/systemd/system"
	run_script kexec-load start
	expect_calls "kexec-helper boot-complete
kexec-helper boot-complete"
}

@test "save-crash: only for a capture system" {
	run "$scripts/save-crash"
	expect_status 2
	[[ $output == Usage:* ]]
}

@test "anything else: status 3, nothing done" {
	sysvinit_in_runlevel 6
	for action in restart reload force-reload status load ""; do
		run_script kexec-load $action
		expect_status 3
		expect_calls ""
	done
}

@test "the unit waits longer than the script" {
	script_limit=$(sed -n 's/.*timeout --kill-after=\([0-9]*\) \([0-9]*\).*load --shutdown.*/\1 + \2/p' "$scripts/kexec-load")
	unit_limit=$(sed -n 's/^TimeoutStopSec=//p' "$scripts/systemd/kexec-load.service")
	[ "$unit_limit" -gt "$((script_limit + 10))" ]
}
