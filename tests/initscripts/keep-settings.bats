#!/usr/bin/env bats
# keep-settings: /etc/default/kexec at installation and upgrade, and beside kexec-tools.

setup() {
	box=$BATS_TEST_TMPDIR/box
	settings=$box/etc/default/kexec
	noted=$box/var/lib/kexec-helper/kexec.noted
	source=$BATS_TEST_DIRNAME/../..
	pristine=$source/etc-default/kexec
	pristine_0_1_0=$BATS_TEST_DIRNAME/kexec.default-0.1.0
	mkdir -p "$box"/{bin,etc/default,etc/init.d,usr/share/kexec-helper,var/lib,dpkg}
	cp "$pristine" "$box/usr/share/kexec-helper/kexec.default"
	sed -e "s#/etc/#$box&#g; s#/usr/share/#$box&#g; s#/var/lib/#$box&#g" \
		-e "s#^PATH=#PATH=$box/bin:#" "$source/debian/keep-settings" >"$box/keep-settings"
	printf '#!/bin/sh\necho "$*" >>"%s/links"\n' "$box" >"$box/bin/update-rc.d"
	cat >"$box/bin/dpkg-query" <<-END
		#!/bin/sh
		case "\$1" in
		--control-path) [ -e "$box/dpkg/postinst" ] && echo "$box/dpkg/postinst" ;;
		-W) case "\$*" in *Version*) echo "${version-1:2.0.29-2}" ;; *) [ -e "$box/dpkg/status" ] && cat "$box/dpkg/status" ;; esac ;;
		esac
	END
	chmod +x "$box/keep-settings" "$box"/bin/*
}

keep() {
	sh "$box/keep-settings" "$1"
}

# dpkg has unpacked kexec-tools; the clock of the file system may be too coarse to tell it from a note just taken.
kexec_tools_is_unpacked() {
	local new=$box/dpkg/postinst
	until touch "$new" && { [ ! -e "$noted" ] || [ -n "$(find "$new" -newercc "$noted")" ]; }; do :; done
	echo unpacked >"$box/dpkg/status"
}

# What kexec-tools' postinst does to the file (2.0.27 and later), by the same steps.
kexec_tools_is_configured() {
	[ -e "$settings" ] || printf '# Defaults for kexec-tools\n\nUSE_GRUB_CONFIG=false\n' >"$settings"
	local use_grub_config load_kexec
	use_grub_config=$(. "$settings" && echo "$USE_GRUB_CONFIG")
	load_kexec=$(unset LOAD_KEXEC; . "$settings" && echo "$LOAD_KEXEC")
	if [ -z "$use_grub_config" ]; then
		printf '\n# Load the default kernel from grub config (true/false)\nUSE_GRUB_CONFIG=\n' >>"$settings"
	fi
	if [ -n "$load_kexec" ]; then
		sed -i "s/Defaults for kexec initscript/Defaults for kexec-tools/" "$settings"
		sed -i "/sourced by/d" "$settings"
		sed -i "/Load a kexec kernel/d" "$settings"
		sed -i "/LOAD_KEXEC/d" "$settings"
		sed -i '/^$/N;/^\n$/D' "$settings"
	fi
	[ -z "${link_in_boot-}" ] || sed -i 's#="/vmlinuz"#="/boot/vmlinuz"#; s#="/initrd.img"#="/boot/initrd.img"#' "$settings"
	[ "$use_grub_config" = true ] || sed -i "s/^ *USE_GRUB_CONFIG=.*/USE_GRUB_CONFIG=false/" "$settings"
	echo installed >"$box/dpkg/status"
}

kexec_tools_is_installed() {
	kexec_tools_is_unpacked
	kexec_tools_is_configured
}

value() {
	(unset "$1" && . "$settings" && eval "echo \${$1-unset}")
}

expect_value() {
	[ "$(value "$1")" = "$2" ] || { cat "$settings" >&2; return 1; }
}

expect_same() {
	diff "$1" "$settings" >&2
}

# An installation that the tests below begin with.
installed() {
	keep install
	cp "$settings" "$box/before"
}

installed_0_1_0() {
	cp "$pristine_0_1_0" "$settings"
	keep note
}

# Installation

@test "install without a file: the pristine one" {
	keep install
	expect_same "$pristine"
	expect_value LOAD_KEXEC true
	expect_value USE_GRUB_CONFIG auto
}

@test "install with a file without LOAD_KEXEC: added, the rest kept byte for byte" {
	printf '# mine\nKERNEL_IMAGE="/boot/my"\nAPPEND="quiet  x"' >"$settings"
	keep install
	printf '# mine\nKERNEL_IMAGE="/boot/my"\nAPPEND="quiet  x"\n# Load a kexec kernel (true/false)\nLOAD_KEXEC=true\n' |
		cmp - "$settings"
}

@test "install: any mention of LOAD_KEXEC, or another file that is read, is left alone" {
	local text
	for text in LOAD_KEXEC=true LOAD_KEXEC=false 'LOAD_KEXEC="false" # mine' '  export LOAD_KEXEC=false' \
		'[ -e /x ] && LOAD_KEXEC=true' ': "${LOAD_KEXEC:=false}"' '. /etc/site/kexec' 'LOAD_KEXEC=' '#LOAD_KEXEC=true'; do
		echo "$text" >"$settings"
		keep install
		[ "$(cat "$settings")" = "$text" ] || { echo "$text" >&2; return 1; }
	done
}

@test "install: what a reboot noted counts" {
	mkdir -p "$box/var/lib/kexec-helper"
	echo false >"$box/var/lib/kexec-helper/load-kexec"
	echo '# mine' >"$settings"
	keep install
	expect_value LOAD_KEXEC false
}

@test "a dangling link is left alone in every phase" {
	local phase
	ln -s "$box/nowhere" "$settings"
	for phase in install note upgrade triggered after-apt; do
		keep "$phase"
		[ -L "$settings" ]
		[ ! -e "$box/nowhere" ]
	done
}

@test "without the pristine file (dpkg's path-exclude) nothing fails, and it is reported" {
	rm "$box/usr/share/kexec-helper/kexec.default"
	run keep install
	[ "$status" -eq 0 ]
	[[ $output == *"kexec.default is missing"* ]]
	[ ! -e "$settings" ]
	installed_0_1_0
	keep upgrade
	expect_same "$pristine_0_1_0"
}

# Upgrade and reinstallation: what the administrator did stays

@test "upgrade: a line that was removed stays removed" {
	installed
	sed -i '/LOAD_KEXEC/d' "$settings"
	cp "$settings" "$box/before"
	keep upgrade
	keep upgrade
	expect_same "$box/before"
}

@test "upgrade: a file that was removed stays removed" {
	installed
	rm "$settings"
	keep upgrade
	keep upgrade
	[ ! -e "$settings" ]
}

@test "upgrade: a line that was commented out stays so, a value that was set too" {
	local edit
	for edit in 's/^LOAD_KEXEC/#&/' 's/^LOAD_KEXEC=.*/LOAD_KEXEC=false/' 's/^USE_GRUB_CONFIG=.*/USE_GRUB_CONFIG=false/' \
		's/^USE_GRUB_CONFIG=.*/USE_GRUB_CONFIG=true/' '/^USE_GRUB_CONFIG/d' 's/^APPEND=.*/APPEND="quiet"/'; do
		rm -rf "$settings" "$box/var/lib/kexec-helper"
		installed
		sed -i "$edit" "$settings"
		cp "$settings" "$box/before"
		keep upgrade
		expect_same "$box/before"
	done
}

@test "reinstallation of an untouched file changes nothing" {
	installed
	keep upgrade
	keep upgrade
	expect_same "$pristine"
}

# kexec-tools before 2.0.27 changes less, and leaves LOAD_KEXEC alone.
@test "kexec-tools of Debian 12: USE_GRUB_CONFIG=auto comes back, and an administrator's false stays" {
	sed -i 's/1:2.0.29-2/1:2.0.25-3/' "$box/bin/dpkg-query"
	installed
	kexec_tools_is_unpacked
	sed -i 's/^USE_GRUB_CONFIG=.*/USE_GRUB_CONFIG=false/' "$settings"
	echo installed >"$box/dpkg/status"
	keep triggered
	expect_same "$box/before"
	sed -i 's/^USE_GRUB_CONFIG=.*/USE_GRUB_CONFIG=false/' "$settings"
	keep after-apt
	expect_value USE_GRUB_CONFIG false
}

# Upgrade from 0.1.0

@test "0.1.0: the copy in the tests is the file that it installed" {
	[ "$(sha256sum <"$pristine_0_1_0")" = "$(sed -n 's/^pristine_0_1_0=//p' "$source/debian/keep-settings")  -" ]
}

@test "0.1.0: the untouched file becomes the new one, once and for all" {
	installed_0_1_0
	keep upgrade
	expect_same "$pristine"
	expect_value USE_GRUB_CONFIG auto
	keep upgrade
	expect_same "$pristine"
}

@test "0.1.0: the untouched file keeps its mode, and a link to it stays a link" {
	cp "$pristine_0_1_0" "$box/elsewhere"
	chmod 600 "$box/elsewhere"
	ln -s "$box/elsewhere" "$settings"
	keep upgrade
	[ -L "$settings" ]
	expect_same "$pristine"
	[ "$(stat -c %a "$box/elsewhere")" = 600 ]
}

@test "0.1.0: a file with any change is kept, and USE_GRUB_CONFIG=false in it means what it did" {
	local edit
	for edit in 's/^LOAD_KEXEC=true/LOAD_KEXEC=false/' 's/^APPEND=.*/APPEND="quiet"/' 's/^PANIC_TIMEOUT=.*/PANIC_TIMEOUT=30/' \
		'$a # mine' '/^LOAD_KEXEC/d' 's/^LOAD_KEXEC/#&/'; do
		installed_0_1_0
		sed -i "$edit" "$settings"
		cp "$settings" "$box/before"
		keep upgrade
		keep upgrade
		expect_same "$box/before"
		expect_value USE_GRUB_CONFIG false
	done
}

@test "0.1.0: a file that was removed stays removed" {
	installed_0_1_0
	rm "$settings"
	keep upgrade
	[ ! -e "$settings" ]
}

# kexec-tools

@test "kexec-tools is installed: the whole file comes back as it was noted" {
	local edit
	for edit in '' 's/^LOAD_KEXEC=.*/LOAD_KEXEC=false/' 's/^APPEND=.*/APPEND="quiet"/' "s/^LOAD_KEXEC=.*/LOAD_KEXEC='false'/"; do
		rm -rf "$settings" "$box/var/lib/kexec-helper"
		installed
		sed -i "$edit" "$settings"
		cp "$settings" "$box/before"
		keep note
		kexec_tools_is_installed
		expect_value LOAD_KEXEC unset
		expect_value USE_GRUB_CONFIG false
		keep triggered
		expect_same "$box/before"
	done
}

@test "kexec-tools moves KERNEL_IMAGE to /boot: it comes back, too" {
	installed
	link_in_boot=yes kexec_tools_is_installed
	expect_value KERNEL_IMAGE /boot/vmlinuz
	keep triggered
	expect_same "$pristine"
}

@test "kexec-tools is installed: what the administrator has removed or commented out does not come back" {
	installed
	sed -i '/LOAD_KEXEC/d' "$settings"
	keep note
	kexec_tools_is_installed
	keep triggered
	expect_value LOAD_KEXEC unset
	installed_0_1_0
	sed -i 's/^LOAD_KEXEC/#&/' "$settings"
	keep note
	kexec_tools_is_installed
	keep triggered
	expect_value LOAD_KEXEC unset
}

@test "kexec-tools generates the file that the administrator has removed: nothing is added to it" {
	installed
	rm "$settings"
	keep note
	kexec_tools_is_installed
	cp "$settings" "$box/before"
	keep triggered
	expect_same "$box/before"
}

@test "kexec-tools replaces USE_GRUB_CONFIG where LOAD_KEXEC is not in the file" {
	local text
	for text in USE_GRUB_CONFIG=auto '# nothing'; do
		echo "$text" >"$settings"
		keep note
		kexec_tools_is_installed
		expect_value USE_GRUB_CONFIG false
		keep triggered
		[ "$(cat "$settings")" = "$text" ]
	done
}

@test "kexec-tools is removed: a file that the administrator removed since the last note stays removed" {
	installed
	rm "$settings"
	echo config-files >"$box/dpkg/status"
	keep triggered
	[ ! -e "$settings" ]
}

@test "kexec-tools is removed, which changes nothing: what was set since the last note stays" {
	installed
	echo config-files >"$box/dpkg/status"
	sed -i 's/^LOAD_KEXEC=.*/LOAD_KEXEC=false/; s/^USE_GRUB_CONFIG=.*/USE_GRUB_CONFIG=false/' "$settings"
	cp "$settings" "$box/before"
	keep triggered
	expect_same "$box/before"
}

@test "dpkg without apt: what was edited since the last note stays, LOAD_KEXEC comes back" {
	installed
	sed -i 's/^APPEND=.*/APPEND="quiet"/' "$settings"
	kexec_tools_is_installed
	keep triggered
	expect_value LOAD_KEXEC true
	expect_value APPEND quiet
}

@test "kexec-tools is configured before us in one run: the upgrade undoes it" {
	installed
	keep note
	kexec_tools_is_installed
	keep upgrade
	expect_same "$pristine"
}

@test "kexec-tools is configured after us in one run: what was noted before counts" {
	installed
	keep note
	kexec_tools_is_unpacked
	keep upgrade
	kexec_tools_is_configured
	keep triggered
	expect_same "$pristine"
}

@test "kexec-tools is unpacked in one run and configured in another: it is undone in the next" {
	installed
	kexec_tools_is_unpacked
	keep triggered
	kexec_tools_is_configured
	keep note
	keep upgrade
	expect_same "$pristine"
}

@test "kexec-tools is unpacked and not configured: a line that the administrator removes stays removed" {
	installed
	kexec_tools_is_unpacked
	keep triggered
	sed -i '/LOAD_KEXEC/d' "$settings"
	cp "$settings" "$box/before"
	keep upgrade
	expect_same "$box/before"
}

@test "kexec-tools was configured and the trigger never ran: nothing is noted until that is undone" {
	installed
	kexec_tools_is_installed
	keep note
	keep after-apt
	expect_same "$pristine"
}

@test "first installation in one run with kexec-tools: LOAD_KEXEC comes back" {
	kexec_tools_is_unpacked
	keep install
	kexec_tools_is_configured
	keep triggered
	expect_same "$pristine"
}

@test "kexec-tools was there long before: the administrator removes the line, and it stays removed" {
	kexec_tools_is_installed
	keep install
	expect_value LOAD_KEXEC true
	sed -i '/LOAD_KEXEC/d' "$settings"
	cp "$settings" "$box/before"
	keep upgrade
	expect_same "$box/before"
}

@test "kexec-tools again and again: nothing piles up" {
	printf '# mine\n' >"$settings"
	keep install
	cp "$settings" "$box/before"
	for _ in 1 2 3; do
		kexec_tools_is_installed
		keep triggered
		expect_same "$box/before"
	done
}

@test "kexec-tools is purged: the whole file comes back by the trigger or after apt" {
	local phase
	touch "$box/etc/init.d/kexec"
	chmod +x "$box/etc/init.d/kexec"
	for phase in triggered after-apt; do
		rm -f "$box/links"
		printf 'LOAD_KEXEC=false\nAPPEND="mine"\n' >"$settings"
		cp "$settings" "$box/before"
		keep note
		rm "$settings"
		keep "$phase"
		expect_same "$box/before"
		grep -qx "kexec defaults" "$box/links"
	done
}

@test "a file that was missing before apt ran stays missing" {
	installed
	rm "$settings"
	keep note
	keep after-apt
	[ ! -e "$settings" ]
}

@test "after apt, a file that is there is not touched" {
	installed
	echo '# emptied' >"$settings"
	keep after-apt
	[ "$(cat "$settings")" = "# emptied" ]
}

# Notes

@test "a value that is not plain, or none, is not noted over the last one" {
	echo LOAD_KEXEC=false >"$settings"
	keep note
	local text
	for text in '[ -e /x ] && LOAD_KEXEC=true' 'LOAD_KEXEC=$x' 'LOAD_KEXEC=yes' '# nothing'; do
		echo "$text" >"$settings"
		keep note
		[ "$(cat "$box/var/lib/kexec-helper/load-kexec")" = false ]
	done
}

@test "the last assignment is the one that is noted" {
	printf 'LOAD_KEXEC=true\nLOAD_KEXEC=false\n' >"$settings"
	keep note
	[ "$(cat "$box/var/lib/kexec-helper/load-kexec")" = false ]
}

@test "a link to the settings stays a link" {
	cp "$pristine" "$box/elsewhere"
	ln -s "$box/elsewhere" "$settings"
	keep note
	sed -i /LOAD_KEXEC/d "$box/elsewhere"
	kexec_tools_is_unpacked
	echo installed >"$box/dpkg/status"
	keep triggered
	[ -L "$settings" ]
	expect_value LOAD_KEXEC true
}

# Links of the init scripts

@test "the links come back, kexec first, for scripts that are there" {
	touch "$box/etc/init.d/kexec" "$box/etc/init.d/kexec-load"
	chmod +x "$box"/etc/init.d/*
	keep install
	[ "$(cat "$box/links")" = "kexec defaults
kexec-load defaults" ]
	rm "$box/links"
	chmod -x "$box"/etc/init.d/*
	keep triggered
	[ ! -e "$box/links" ]
}

@test "links that cannot be made are reported, and no failure" {
	touch "$box/etc/init.d/kexec"
	chmod +x "$box/etc/init.d/kexec"
	printf '#!/bin/sh\nexit 1\n' >"$box/bin/update-rc.d"
	run keep install
	[ "$status" -eq 0 ]
	[[ $output == *"no links for"* ]]
}
