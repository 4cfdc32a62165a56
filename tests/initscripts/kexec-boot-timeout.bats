#!/usr/bin/env bats
# /etc/init.d/kexec-boot-timeout: leaves a process that waits for the end of the boot.

load scripts

install_it() {
	install_script kexec-boot-timeout "$box/etc/init.d/kexec-boot-timeout"
	mkfifo "$box/started" "$box/ended"
	stand_in "$box/usr/sbin/kexec-helper" "echo 'unless this system comes up'; echo >'$box/started'; read -r _ <'$box/ended'"
}

@test "start: does not wait for the process, whose words are for the console" {
	install_it
	run_script kexec-boot-timeout start
	expect_status 0
	read -r -t 30 <"$box/started"
	expect_calls "kexec-helper await-boot"
	[ "$(cat "$box/console")" = "unless this system comes up" ]
	echo >"$box/ended"
}

@test "stop: nothing; anything else is refused" {
	install_it
	run_script kexec-boot-timeout stop
	expect_status 0
	run_script kexec-boot-timeout restart
	expect_status 3
	run_script kexec-boot-timeout
	expect_status 3
	expect_calls ""
}

@test "the package is removed and not purged: nothing" {
	install_it
	rm "$box/usr/sbin/kexec-helper"
	run_script kexec-boot-timeout start
	expect_status 0
	[ ! -e "$box/console" ]
}
