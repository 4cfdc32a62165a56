#!/bin/sh
# The baseline of tests/bench/menu: GRUB's menu read as init scripts used to read it, with a pipeline for every question,
# written anew for the benchmark. Wrong on every menu that is not simple; here only its time counts.
# Usage: old_parser.sh GRUB_CFG
set -u

config=$1
default=$(grep -E '^ *set default=' "$config" | tail -n 1 | sed 's/.*default=//; s/"//g')
case "$default" in
'' | *[!0-9]*) default=0 ;;
esac

entry=$(awk -v wanted="$default" '
    /^[ \t]*menuentry / { number++ }
    number == wanted + 1 { print }
    number > wanted + 1 { exit }' "$config")
kernel=$(echo "$entry" | grep -E '^[ 	]*linux(16|efi)?[ 	]' | head -n 1 | awk '{ print $2 }')
append=$(echo "$entry" | grep -E '^[ 	]*linux(16|efi)?[ 	]' | head -n 1 | cut -d ' ' -f 2- | sed 's/^[^ ]* *//')
initrd=$(echo "$entry" | grep -E '^[ 	]*initrd(16|efi)?[ 	]' | head -n 1 | awk '{ print $2 }')
for name in linux_gfx_mode vt_handoff; do
    value=$(grep -E "^ *set $name=" "$config" | tail -n 1 | sed "s/.*$name=//")
    append=$(echo "$append" | sed "s/\$$name/$value/")
done
title=$(echo "$entry" | head -n 1 | sed "s/^[^']*'//; s/'.*//")
echo "$title: $kernel $initrd $append"
