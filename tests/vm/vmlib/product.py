"""The product as scenarios see it: its settings file, its status, and the words it must find for its reasons."""

import json
import re

from .guest import BOOT_LIMIT
from .scenario import check

SETTINGS = "/etc/default/kexec"
NEWEST_KERNEL = "$(ls /boot/vmlinuz-* | tail -n 1)"


def set_setting(guest, name, value, path=SETTINGS):
    """As an administrator would with an editor: the line of that name changed, or a new one at the end.

    value: what stands after the equals sign, quotes included.
    """
    lines = guest.read(path).splitlines()
    numbers = [number for number, line in enumerate(lines) if re.match(rf"\s*{name}=", line)]
    if numbers:
        lines[numbers[-1]] = f"{name}={value}"
    else:
        lines.append(f"{name}={value}")
    guest.write(path, "\n".join(lines) + "\n")


def status(guest):
    return json.loads(guest.run("kexec-helper --json status"))


def last_shutdown(guest):
    """What the last shutdown decided, as `status` tells it in the boot after."""
    last = status(guest)["last_shutdown"]
    check(last, "status knows nothing of the last shutdown")
    return last


def check_reason(guest, reboot, *words):
    """A declined kexec must say why: to the person at the console, and in `status` after the boot."""
    last = last_shutdown(guest)
    check(last["action"] == "firmware", f"status tells of {last['action']}, not of a firmware reboot")
    for word in words:
        check(re.search(word, last["reason"]), f"status gives the reason {last['reason']!r}, without {word!r}")
    check(last["reason"] in guest.run("kexec-helper status"), "the reason is missing in status for people")
    said = reboot.console + reboot.shell
    check(any(re.search(words[0], line) for line in said.splitlines() if "kexec-helper" in line),
          "no line of kexec-helper on the console gives the reason")


def settled(guest):
    """The end of a boot, when it has been noted how it came about. sysvinit gives the shell before that."""
    guest.run("for i in $(seq 60); do [ -e /var/lib/kexec-helper/attempt.json ] || exit 0; sleep 1; done; exit 1",
              timeout=90)


def declined(guest, *words, timeout=BOOT_LIMIT):
    """A scenario's last reboot is through firmware, and says why."""
    departure = guest.leaves("reboot", expect="firmware", timeout=timeout)
    check_said(departure, *words)
    if not guest.brief:
        check_reason(guest, departure, *words)


def check_said(departure, *words):
    """A kexec that is declined says why at the console."""
    lines = [line for line in (departure.console + "\n" + departure.shell).splitlines() if "kexec-helper" in line]
    check(any(all(re.search(word, line) for word in words) for line in lines),
          f"no line of kexec-helper on the console has {words}: {lines}")


def check_setting_named(guest, setting):
    """The reason points at the very line of the settings file: FILE:LINE."""
    reason = last_shutdown(guest)["reason"]
    place = re.search(r"(/etc/default/kexec\S*?):(\d+)", reason)
    check(place, f"no file:line in the reason {reason!r}")
    line = guest.read(place[1]).splitlines()[int(place[2]) - 1]
    check(setting in line, f"{place[0]} is {line!r}, not {setting}")


def unsigned_kernel(guest):
    """Path of a copy of the kernel without its signature: the header's place for it (PE: certificate table) is empty."""
    guest.run("cp /vmlinuz /root/unsigned; pe=$(od -An -tu4 -j60 -N4 /root/unsigned);"
              " dd if=/dev/zero of=/root/unsigned bs=1 count=8 conv=notrunc seek=$((pe + 24 + 112 + 32))")
    return "/root/unsigned"


def load_by_hand(guest, marker):
    """What an administrator types to have a kernel of their own choice run next."""
    guest.run("kexec-helper load /vmlinuz --initrd /initrd.img --append"
              f" \"$(sed 's/BOOT_IMAGE=[^ ]* //' /proc/cmdline) marker={marker}\"")
    check(guest.read("/sys/kernel/kexec_loaded").strip() == "1", "nothing is loaded after kexec-helper load")


def check_marker(guest, marker):
    command_line = guest.read("/proc/cmdline").strip()
    check(f"marker={marker}" in command_line, f"another kernel was booted: {command_line}")


def check_no_marker(guest):
    command_line = guest.read("/proc/cmdline").strip()
    check("marker=" not in command_line, f"the loaded kernel was booted: {command_line}")
