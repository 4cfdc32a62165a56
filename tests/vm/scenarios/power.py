"""The power fails at any moment of a reboot: the machine comes up, and what the suite keeps is whole."""

import json
import random
import time

from vmlib.product import set_setting
from vmlib.scenario import check, scenario

# From the command to a kexec'ed kernel that has found its root file system.
MOST_SECONDS = 14
CUTS = 10


def whole(guest):
    guest.run("test $(stat -c %s /boot/grub/grubenv) = 1024; grub-editenv /boot/grub/grubenv list; kexec-helper status")
    for path in guest.run("ls /var/lib/kexec-helper/*.json 2>/dev/null || :").split():
        json.loads(guest.read(path))
    lost = guest.run("dmesg").lower()
    check("ext4-fs error" not in lost, "the root file system is damaged")


@scenario("power-cuts")
def power_cuts(guest):
    set_setting(guest, "USE_GRUB_CONFIG", "true")
    guest.switch_off()
    moments = random.Random(guest.variant.name)
    seconds = [moments.uniform(0, MOST_SECONDS) for _ in range(CUTS)]
    for moment in seconds:
        guest.run("grub-reboot 0; sync")
        guest.fire("reboot")
        time.sleep(moment)  # the moment itself is what is tested
        guest.cut_power()
        whole(guest)
        guest.run("kexec-helper reset-failed")
    guest.run("grub-editenv /boot/grub/grubenv unset next_entry")
    guest.reboot("reboot", expect="kexec")
    return f"{CUTS} cuts after {', '.join(f'{moment:.1f}' for moment in sorted(seconds))} s"
