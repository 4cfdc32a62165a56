"""Where a reboot spends its time, from the moments at which the host saw console lines and resets.

A phase that left no trace on the console has no time; nothing is interpolated.
"""

import re
import time
from typing import NamedTuple, Optional

# Said by `kexec-helper load --shutdown`, which measures the load itself.
LOADED = re.compile(r"kexec-helper: next boot by kexec: .*, loaded in ([0-9.]+) s")
KERNEL_JUMP = ("Starting new kernel",)
KERNEL_FIRST = ("Linux version ",)
USERLAND = ("Run /init as init process", "Loading, please wait...")


class Phase(NamedTuple):
    name: str
    seconds: Optional[float]  # None when the phase left no trace, or does not belong to this kind of reboot


def now():
    return time.monotonic()


def measure(typed, lines, resets, ready):
    """Phases of one reboot. typed, ready: host times of the command and of the new shell; resets: QMP events."""
    def at(words):
        line = next((line for line in lines if any(word in line.text for word in words)), None)
        return line and line.time

    load = next((float(found[1]) for found in map(LOADED.search, (line.text for line in lines)) if found), None)
    down = resets[0].time if resets else at(KERNEL_JUMP)
    kernel, userland = at(KERNEL_FIRST), at(USERLAND)
    between = span(down, kernel)
    return [
        Phase("shutdown", down and down - typed - (load or 0)),
        Phase("load the next kernel", load),
        Phase("firmware and boot loader", between if resets else None),
        Phase("jump: verify, unpack", None if resets else between),
        Phase("kernel", span(kernel, userland)),
        Phase("userland", userland and ready - userland),
        Phase("in all", ready - typed),
    ]


def span(start, end):
    return None if start is None or end is None else end - start
