#!/usr/bin/env bats
# /etc/init.d/kexec: jumps at the end of a reboot for which a kernel was loaded.

load scripts

exec_call='kexec-helper exec --unmount'
prepare_call='kexec-helper prepare-jump'
force_call='systemctl --force kexec'
abandon_call='kexec-helper abandon-jump'

setup_reboot_with_kernel() {
	jump_allowed
	kernel_loaded 1
}

@test "sysvinit reboot, kernel loaded: jumps after unmounting" {
	sysvinit_in_runlevel 6
	setup_reboot_with_kernel
	run_script kexec stop
	expect_calls "$prepare_call
$exec_call
$abandon_call kexec-helper came back with exit status 0"
}

@test "sysvinit: the jump comes back: firmware, with the reason" {
	stand_in "$box/usr/sbin/kexec-helper" '[ "$1" != exec ]'
	sysvinit_in_runlevel 6
	setup_reboot_with_kernel
	run_script kexec stop
	expect_status 1
	[[ $output == *"kexec: firmware reboot: kexec-helper came back with exit status 1" ]] || fail "$output"
}

@test "sysvinit: unmounting hangs: ended, firmware" {
	hurry kexec
	stand_in "$box/usr/sbin/kexec-helper" '[ "$1" != exec ] || exec sleep 20'
	sysvinit_in_runlevel 6
	setup_reboot_with_kernel
	run_script kexec stop
	expect_status 1
	[[ $output == *"kexec: firmware reboot: kexec-helper came back with exit status 124" ]] || fail "$output"
}

@test "the newer kernel's file counts, and counts first" {
	sysvinit_in_runlevel 6
	jump_allowed
	mkdir "$box/sys/kernel/kexec"
	echo 1 >"$box/sys/kernel/kexec/loaded"
	kernel_loaded 0
	run_script kexec stop
	expect_calls "$prepare_call
$exec_call
$abandon_call kexec-helper came back with exit status 0"
}

@test "no word to jump, nothing loaded: silent" {
	sysvinit_in_runlevel 6
	kernel_loaded 0
	run_script kexec stop
	expect_nothing_done
	systemd_reboots
	run_script kexec stop
	expect_nothing_done
}

@test "no word to jump: a loaded kernel is left alone, firmware, with the reason" {
	for init in "sysvinit_in_runlevel 6" systemd_reboots; do
		$init
		kernel_loaded 1
		run_script kexec stop
		expect_status 1
		expect_output "kexec: firmware reboot: kexec-load has not allowed to start the kernel that is loaded"
		expect_calls ""
	done
}

@test "nothing is loaded: firmware, with the reason" {
	sysvinit_in_runlevel 6
	jump_allowed
	kernel_loaded 0
	run_script kexec stop
	expect_status 1
	expect_output "kexec: firmware reboot: no kernel is loaded any more"
	expect_calls "$abandon_call no kernel is loaded any more"
}

@test "a kernel without kexec: firmware, with the reason" {
	sysvinit_in_runlevel 6
	jump_allowed
	run_script kexec stop
	expect_status 1
	expect_output "kexec: firmware reboot: no kernel is loaded any more"
	expect_calls "$abandon_call no kernel is loaded any more"
}

@test "not a reboot: nothing, with everything in place for one" {
	setup_reboot_with_kernel
	run_script kexec stop
	expect_nothing_done
	for level in 0 1 2; do
		sysvinit_in_runlevel "$level"
		run_script kexec stop
		expect_nothing_done
	done
	for job in "" $'5 poweroff.target start waiting\n' $'5 soft-reboot.target start waiting\n'; do
		systemd_with "$job" "final.target"
		run_script kexec stop
		expect_nothing_done
	done
}

@test "systemd reboot, kernel loaded: systemd-shutdown is to jump" {
	systemd_reboots
	setup_reboot_with_kernel
	run_script kexec stop
	expect_status 0
	expect_calls "$prepare_call
$force_call"
}

@test "systemd: the exitrd cannot be made to jump: firmware, with the reason" {
	stand_in "$box/usr/sbin/kexec-helper" "[ \$1 = abandon-jump ] || echo 'kexec-helper: /run/initramfs/shutdown: Read-only file system'; exit 1"
	systemd_reboots
	setup_reboot_with_kernel
	run_script kexec stop
	expect_status 1
	expect_output "kexec-helper: /run/initramfs/shutdown: Read-only file system
kexec: firmware reboot: kexec-helper prepare-jump failed"
	expect_calls "$prepare_call
$abandon_call kexec-helper prepare-jump failed"
}

@test "systemd: preparing the exitrd hangs: ended, firmware" {
	hurry kexec
	stand_in "$box/usr/sbin/kexec-helper" "exec sleep 20"
	systemd_reboots
	setup_reboot_with_kernel
	run_script kexec stop
	expect_status 1
	expect_calls "$prepare_call
$abandon_call kexec-helper prepare-jump failed"
}

@test "a hook vetoes the kexec: firmware, with the reason" {
	stand_in "$box/usr/sbin/kexec-helper" '[ "$1" != prepare-jump ] || exit 3'
	for init in "sysvinit_in_runlevel 6" systemd_reboots; do
		: >"$calls"
		$init
		setup_reboot_with_kernel
		run_script kexec stop
		expect_status 1
		expect_output "kexec: firmware reboot: a hook in /etc/kexec-helper/pre-jump.d vetoed it"
		expect_calls "$prepare_call
$abandon_call a hook in /etc/kexec-helper/pre-jump.d vetoed it"
	done
}

@test "systemd: that fails: firmware, with the reason" {
	force_kexec_status=1
	systemd_reboots
	setup_reboot_with_kernel
	run_script kexec stop
	expect_status 1
	[[ $output == *"kexec: firmware reboot: systemctl --force kexec failed" ]] || fail "$output"
}

@test "systemd: not before the end of the shutdown" {
	systemd_reboots "shutdown.target"
	setup_reboot_with_kernel
	run_script kexec stop
	expect_status 0
	expect_calls ""
}

@test "systemd, nothing loaded: systemd is not asked to jump" {
	systemd_reboots
	jump_allowed
	kernel_loaded 0
	run_script kexec stop
	expect_status 1
	expect_calls "$abandon_call no kernel is loaded any more"
}

@test "the package is removed, the script left: nothing" {
	rm "$box/usr/lib/kexec-helper/reboot-requested"
	sysvinit_in_runlevel 6
	setup_reboot_with_kernel
	run_script kexec stop
	expect_nothing_done
}

@test "start does nothing, also with everything in place" {
	sysvinit_in_runlevel 6
	setup_reboot_with_kernel
	run_script kexec start
	expect_nothing_done
}

@test "anything else: status 3, nothing done" {
	sysvinit_in_runlevel 6
	setup_reboot_with_kernel
	for action in restart reload force-reload status exec ""; do
		run_script kexec $action
		expect_status 3
		expect_calls ""
	done
}
