#!/usr/bin/env bats
# keep-settings: LOAD_KEXEC and /etc/default/kexec beside kexec-tools.

setup() {
	box=$BATS_TEST_TMPDIR/box
	settings=$box/etc/default/kexec
	source=$BATS_TEST_DIRNAME/../..
	mkdir -p "$box"/{bin,etc/default,etc/init.d,usr/share/kexec-helper,var/lib}
	cp "$source/etc-default/kexec" "$box/usr/share/kexec-helper/kexec.default"
	sed -e "s#/etc/#$box&#g; s#/usr/share/#$box&#g; s#/var/lib/#$box&#g" \
		-e "s#^PATH=#PATH=$box/bin:#" "$source/debian/keep-settings" >"$box/keep-settings"
	printf '#!/bin/sh\necho "$*" >>"%s/links"\n' "$box" >"$box/bin/update-rc.d"
	chmod +x "$box/keep-settings" "$box/bin/update-rc.d"
}

keep() {
	sh "$box/keep-settings" "$1"
}

# What kexec-tools' postinst does to the file (2.0.27 and later).
kexec_tools_is_configured() {
	sed -i "s/Defaults for kexec initscript/Defaults for kexec-tools/" "$settings"
	sed -i "/sourced by/d" "$settings"
	sed -i "/Load a kexec kernel/d" "$settings"
	sed -i "/LOAD_KEXEC/d" "$settings"
	sed -i '/^$/N;/^\n$/D' "$settings"
}

value() {
	(unset LOAD_KEXEC && . "$settings" && echo "${LOAD_KEXEC-unset}")
}

expect_value() {
	[ "$(value)" = "$1" ] || { cat "$settings" >&2; return 1; }
}

@test "no file: the pristine one" {
	keep restore
	cmp "$settings" "$source/etc-default/kexec"
	expect_value true
}

@test "a file without the setting: added, the rest kept byte for byte" {
	printf '# mine\nKERNEL_IMAGE="/boot/my"\nAPPEND="quiet  x"' >"$settings"
	keep restore
	printf '# mine\nKERNEL_IMAGE="/boot/my"\nAPPEND="quiet  x"\n# Load a kexec kernel (true/false)\nLOAD_KEXEC=true\n' |
		cmp - "$settings"
}

@test "whatever sets it already is not touched" {
	local text
	for text in LOAD_KEXEC=true LOAD_KEXEC=false 'LOAD_KEXEC="false" # mine' '  export LOAD_KEXEC=false' \
		'[ -e /x ] && LOAD_KEXEC=true' ': "${LOAD_KEXEC:=false}"' '. /etc/site/kexec' 'LOAD_KEXEC='; do
		echo "$text" >"$settings"
		keep restore
		[ "$(cat "$settings")" = "$text" ] || { echo "$text" >&2; return 1; }
	done
}

@test "an administrator has commented it out: it stays so" {
	printf '# Set LOAD_KEXEC here.\nLOAD_KEXEC=true\n' >"$settings"
	keep note
	sed -i 's/^LOAD_KEXEC/#&/' "$settings"
	keep note
	keep restore
	expect_value unset
}

@test "kexec-tools deletes it: it comes back as it was noted" {
	local wanted
	for wanted in true false; do
		echo "LOAD_KEXEC='$wanted'" >"$settings"
		keep note
		kexec_tools_is_configured
		expect_value unset
		keep restore
		expect_value "$wanted"
	done
}

@test "kexec-tools deletes it from the pristine file: nothing piles up" {
	keep restore
	keep note
	kexec_tools_is_configured
	keep restore
	cp "$settings" "$box/first"
	kexec_tools_is_configured
	keep restore
	cmp "$settings" "$box/first"
}

@test "what a reboot noted counts" {
	mkdir -p "$box/var/lib/kexec-helper"
	echo false >"$box/var/lib/kexec-helper/load-kexec"
	keep restore
	expect_value false
}

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

@test "kexec-tools is purged: the whole file comes back after apt" {
	printf 'LOAD_KEXEC=false\nAPPEND="mine"\n' >"$settings"
	cp "$settings" "$box/before"
	keep note
	rm "$settings"
	keep after-apt
	cmp "$settings" "$box/before"
}

@test "a file that was missing before apt ran stays missing" {
	echo LOAD_KEXEC=true >"$settings"
	keep note
	rm "$settings"
	keep note
	keep after-apt
	[ ! -e "$settings" ]
}

@test "after apt, a file that is there is not touched" {
	echo LOAD_KEXEC=true >"$settings"
	keep note
	echo '# emptied' >"$settings"
	keep after-apt
	[ "$(cat "$settings")" = "# emptied" ]
}

@test "the links come back, kexec first, for scripts that are there" {
	touch "$box/etc/init.d/kexec" "$box/etc/init.d/kexec-load"
	chmod +x "$box"/etc/init.d/*
	keep restore
	[ "$(cat "$box/links")" = "kexec defaults
kexec-load defaults" ]
	rm "$box/links"
	chmod -x "$box"/etc/init.d/*
	keep restore
	[ ! -e "$box/links" ]
}

@test "links that cannot be made are told, and no failure" {
	touch "$box/etc/init.d/kexec"
	chmod +x "$box/etc/init.d/kexec"
	printf '#!/bin/sh\nexit 1\n' >"$box/bin/update-rc.d"
	run keep restore
	[ "$status" -eq 0 ]
	[[ $output == *"no links for"* ]]
}

@test "a link to the settings stays a link" {
	echo 'LOAD_KEXEC=true' >"$box/elsewhere"
	ln -s "$box/elsewhere" "$settings"
	keep note
	kexec_text=$(grep -v LOAD "$box/elsewhere" || :)
	echo "$kexec_text" >"$box/elsewhere"
	keep restore
	[ -L "$settings" ]
	expect_value true
}
