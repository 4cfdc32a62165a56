#!/usr/bin/env bats
# When is it certain that a reboot is under way?

load scripts

@test "sysvinit: runlevel 6 is a reboot" {
	sysvinit_in_runlevel 6
	requested
	expect_status 0
}

@test "sysvinit: no other runlevel is one" {
	for level in 0 1 2 3 4 5 S N 66 "" "6 6"; do
		sysvinit_in_runlevel "$level"
		requested
		expect_status 1
	done
}

@test "sysvinit: no runlevel (a shell, a package's script) is none" {
	requested
	expect_status 1
}

@test "a container reboots nobody's kernel" {
	printf 'HOME=/\0container=lxc\0' >"$box/proc/1/environ"
	sysvinit_in_runlevel 6
	requested
	expect_status 1
	printf 'HOME=/\0mycontainer=lxc\0' >"$box/proc/1/environ"
	requested
	expect_status 0
	mkdir -p "$box/run/systemd"
	echo lxc >"$box/run/systemd/container"
	requested
	expect_status 1
	systemd_reboots
	requested
	expect_status 1
}

@test "systemd: a start job of reboot.target is a reboot" {
	systemd_with "$reboot_job" ""
	requested
	expect_status 0
}

@test "systemd: a start job of kexec.target is one" {
	systemd_with $'12 kexec.target start waiting\n' ""
	requested
	expect_status 0
}

@test "systemd: a running job and others around it do not matter" {
	systemd_with $'  1 cron.service    stop  running\n  2 reboot.target start running\n  3 umount.target start waiting\n' ""
	requested
	expect_status 0
}

@test "systemd: no job is none" {
	systemd_with "" ""
	requested
	expect_status 1
}

@test "systemd: poweroff, halt, soft-reboot and rescue are none" {
	for target in poweroff halt soft-reboot rescue my-reboot reboot.target.d; do
		systemd_with "5 $target.target start waiting"$'\n' ""
		requested
		expect_status 1
	done
}

@test "systemd: a stop job of reboot.target is none" {
	systemd_with $'5 reboot.target stop waiting\n' ""
	requested
	expect_status 1
}

@test "systemd: only the two targets are asked for" {
	systemd_reboots
	requested
	grep -q '^systemctl list-jobs .*reboot.target kexec.target$' "$calls"
}

@test "systemd: RUNLEVEL says nothing there" {
	systemd_with "" ""
	sysvinit_in_runlevel 6
	requested
	expect_status 1
}

@test "systemd that cannot be asked is none" {
	systemd_with "" ""
	stand_in "$box/bin/systemctl" "echo '5 reboot.target start waiting'; exit 1"
	requested
	expect_status 1
	[[ $output == *"systemd does not say whether a reboot is under way: if so, it is a firmware reboot"* ]] || fail "$output"
}

@test "systemd that does not answer is none" {
	systemd_with "" ""
	stand_in "$box/bin/systemctl" "echo '5 reboot.target start waiting'; exec sleep 20"
	sed -i 's/timeout 10/timeout 1/' "$box/usr/lib/kexec-helper/reboot-requested"
	requested
	expect_status 1
	[[ $output == *"systemd does not say whether a reboot is under way: if so, it is a firmware reboot"* ]] || fail "$output"
}
