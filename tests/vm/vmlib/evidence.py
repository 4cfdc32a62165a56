"""What kind of reboot it was, from evidence a log line cannot fake.

kexec          no RESET of the machine, and a new boot_id
firmware       at least one RESET
crashed kexec  a RESET after the kernel had already jumped: the kexec'd kernel did not make it

Clean means that the file systems needed no repair: by the kernel's messages of the new boot for all of ext4, and by
the root file system's own superblock, kept by the initramfs before the first mount.
"""

import base64
import struct
from dataclasses import dataclass, field

from . import phases

JUMP = "Starting new kernel"
COMMAND_LINE = "Command line: "  # in one of a kernel's first messages
REPAIRS = ("recovery complete", "recovery required", "orphan cleanup", "recovering journal", "error count")
# ext4's on-disk superblock (Documentation/filesystems/ext4/globals.rst)
STATE, VALID = 0x3A, 1
INCOMPATIBLE, NEEDS_RECOVERY = 0x60, 0x4
LAST_ORPHAN = 0xE8


class Mark:
    """A moment in everything a machine has said so far."""

    def __init__(self, machine):
        self.machine = machine
        with machine.hub.changed:
            self.console = len(machine.console.lines)
            self.shell = len(machine.shell.lines)
            self.events = len(machine.qmp.events)
        self.time = phases.now()

    def resets(self):
        with self.machine.hub.changed:
            return [event for event in self.machine.qmp.events[self.events:] if event.name == "RESET"]

    def jump(self):
        """The console line of the old kernel's last word before a kexec, if there is one."""
        with self.machine.hub.changed:
            return self.machine.console.find(self.console, lambda text: JUMP in text)


@dataclass
class Reboot:
    kind: str  # "kexec", "firmware", "crashed kexec"
    seconds: float  # from the command to the new shell
    resets: int
    bootloader_type: int  # /proc/sys/kernel/bootloader_type of the new boot
    unclean: list  # what tells of file systems left dirty
    console: str = field(repr=False)
    shell: str = field(repr=False)  # what the old boot's shell still said, such as the command's messages
    phases: list = field(repr=False)  # of phases.Phase

    @property
    def clean(self):
        return not self.unclean


@dataclass
class Departure:
    """The first half of a reboot: how the machine left the running system, and with what the next kernel began."""
    kind: str  # as a Reboot's
    command_line: str  # of the next kernel; None where nobody waited for it
    console: str = field(repr=False)
    shell: str = field(repr=False)


def kind_of(before):
    """What the reboot that began at the mark `before` is so far."""
    resets, jump = before.resets(), before.jump()
    if not resets:
        return "kexec"
    return "crashed kexec" if jump and jump.time < resets[0].time else "firmware"


def examine_departure(machine, before, command_line):
    """command_line: the console line in which the next kernel gives its own, or None."""
    return Departure(
        kind=kind_of(before), command_line=command_line and command_line.text.split(COMMAND_LINE, 1)[1],
        console=machine.console.text(before.console), shell=machine.shell.text(before.shell),
    )


def examine(guest, before, ready):
    """The Reboot that began at the mark `before` and ended with the shell's announcement `ready`."""
    machine = guest.machine
    resets = before.resets()
    with machine.hub.changed:
        end = machine.shell.lines.index(ready)
        shell = "\n".join(line.text for line in machine.shell.lines[before.shell:end])
        lines = machine.console.lines[before.console:]
    return Reboot(
        kind=kind_of(before), seconds=ready.time - before.time, resets=len(resets),
        bootloader_type=int(guest.run("cat /proc/sys/kernel/bootloader_type")),
        unclean=repairs_of_this_boot(guest), console="\n".join(line.text for line in lines), shell=shell,
        phases=phases.measure(before.time, lines, resets, ready.time),
    )


def repairs_of_this_boot(guest):
    """What the present boot found to repair in the file systems it mounted; empty when all was clean."""
    messages = [line for line in guest.run("dmesg").splitlines() if "EXT4-fs" in line]
    found = [line for line in messages if any(words in line for words in REPAIRS)]
    if guest.variant and guest.variant.root == "btrfs":
        return found  # which has no mark of a clean unmount
    superblock = base64.b64decode(guest.run("base64 /run/root-superblock"))
    state, = struct.unpack_from("<H", superblock, STATE)
    incompatible, = struct.unpack_from("<I", superblock, INCOMPATIBLE)
    orphan, = struct.unpack_from("<I", superblock, LAST_ORPHAN)
    if not state & VALID:
        found.append(f"root superblock: state {state:#x}")
    if incompatible & NEEDS_RECOVERY:
        found.append("root superblock: needs_recovery")
    if orphan:
        found.append(f"root superblock: orphan inode {orphan}")
    return found
