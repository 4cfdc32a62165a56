# Runs copies of the init scripts in which the system's paths lead to a directory
# of the test's own, with stand-ins for the programs they call. The scripts
# themselves have no such door: they are run as root with init's environment.

scripts=$BATS_TEST_DIRNAME/../../initscripts

setup() {
	box=$BATS_TEST_TMPDIR/box
	calls=$box/calls
	mkdir -p "$box"/{bin,proc/1,run/kexec-helper,sys/kernel,usr/sbin,usr/lib/kexec-helper,etc/init.d}
	: >"$calls"
	local script
	for script in kexec-load kexec; do
		install_script "$script" "$box/etc/init.d/$script"
	done
	install_script reboot-requested "$box/usr/lib/kexec-helper/reboot-requested"
	echo 'root=/dev/vda2 ro' >"$box/proc/cmdline"
	stand_in "$box/usr/sbin/kexec-helper" 'exit 0'
	stand_in "$box/bin/systemctl" 'exit 1'
	stand_in "$box/bin/logger" 'cat "$4" >"$box/syslog"'
	export box
	unset RUNLEVEL
}

install_script() {
	sed -e "s#/usr/sbin/kexec-helper#$box&#g; s#/usr/lib/kexec-helper#$box&#g" \
		-e "s#/run/#$box&#g; s#/sys/kernel/#$box&#g; s#/proc/1/#$box&#g; s#/proc/cmdline#$box&#g; s#/proc/vmcore#$box&#g" \
		-e "s#/dev/console#$box/console#" \
		-e "s#^PATH=#PATH=$box/bin:#" "$scripts/$1" >"$2"
	chmod +x "$2"
}

# A program that notes how it was called and then does what it is told to.
stand_in() {
	printf '#!/bin/sh\necho "%s $*" >>"%s"\n%s\n' "${1##*/}" "$calls" "$2" >"$1"
	chmod +x "$1"
}

# Shortens the time limits of a script.
hurry() {
	sed -i 's/timeout --kill-after=[0-9]* [0-9]*/timeout --kill-after=1 1/' "$box/etc/init.d/$1"
}

sysvinit_in_runlevel() {
	export RUNLEVEL=$1
}

# systemd runs. $1: its jobs; $2: targets that are active, each with a blank.
systemd_with() {
	mkdir -p "$box/run/systemd/system"
	printf '%s' "$1" >"$box/jobs"
	stand_in "$box/bin/systemctl" "case \"\$*\" in
list-jobs*) cat '$box/jobs' ;;
'is-active --quiet '*) case ' $2 ' in *\" \$3 \"*) exit 0 ;; *) exit 3 ;; esac ;;
'--force kexec') exit ${force_kexec_status:-0} ;;
*) exit 1 ;;
esac"
}

reboot_job='  217 reboot.target           start waiting
'
systemd_reboots() {
	systemd_with "$reboot_job" "${1-shutdown.target umount.target final.target}"
}

kernel_loaded() {
	echo "$1" >"$box/sys/kernel/kexec_loaded"
}

jump_allowed() {
	touch "$box/run/kexec-helper/jump"
}

run_script() {
	run "$box/etc/init.d/$1" "${@:2}"
}

requested() {
	run "$box/usr/lib/kexec-helper/reboot-requested"
}

# The programs that were called, without the questions to systemd.
called() {
	grep -Ev '^(systemctl (list-jobs|is-active)|logger) ' "$calls" || :
}

fail() {
	echo "$*" >&2
	return 1
}

expect_status() {
	[ "$status" -eq "$1" ] || fail "exit status $status instead of $1: $output"
}

expect_output() {
	[ "$output" = "$1" ] || fail "output \"$output\" instead of \"$1\""
}

expect_calls() {
	[ "$(called)" = "$1" ] || fail "called \"$(called)\" instead of \"$1\""
}

expect_nothing_done() {
	expect_status 0
	expect_output ""
	expect_calls ""
}
