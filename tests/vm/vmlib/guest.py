"""A running guest: run commands in it, wait for its boots, reboot it and tell how it came back."""

import base64
import contextlib
import itertools

from . import evidence
from .hub import MachineEnded, TimedOut

# Software emulation on a loaded machine: boots of 30 s have been seen to take a minute and more.
BOOT_LIMIT = 240
REQUEST_LIMIT = 4000  # the guest reads a request as one line of a terminal, which holds 4095 characters
WRITE_CHUNK = 2000  # bytes; encoded twice on their way
UNDONE = "undone"  # a snapshot


class GuestError(Exception):
    """A command or a reboot in the guest ended otherwise than it had to."""


class Guest:
    def __init__(self, machine, variant=None, running=False, brief=False):
        """running: the machine comes from a snapshot, so its shell has already announced itself. brief: see leaves()."""
        self.machine = machine
        self.variant = variant
        self.brief = brief
        self.boot_id = None
        self._ids = itertools.count(1)
        if running:
            self.boot_id = self.run("cat /proc/sys/kernel/random/boot_id").strip()

    # Commands

    def sh(self, script, timeout=60):
        """Runs a shell script as root; (status, output with stderr)."""
        shell = self.machine.shell
        start = len(shell.lines)
        number = self._send(script)
        end = f"END {number} "
        last = self.machine.hub.wait(lambda: shell.find(start, lambda text: text.startswith(end)), timeout,
                                     f"end of: {script.strip()}")
        with self.machine.hub.changed:
            output = [line.text for line in shell.lines[start:shell.lines.index(last)]]
        if output and not output[-1]:
            output.pop()  # the newline before END
        return int(last.text.removeprefix(end)), "\n".join(output)

    def run(self, script, timeout=60):
        """Output of a script that has to succeed."""
        status, output = self.sh(script, timeout)
        if status:
            raise GuestError(f"exit status {status} of: {script.strip()}\n{output}")
        return output

    def fire(self, script):
        """Starts a script whose end may never be heard of."""
        self._send(script)

    def _send(self, script):
        number = next(self._ids)
        request = f"{number} {base64.b64encode(script.encode()).decode()}\n"
        if len(request) > REQUEST_LIMIT:
            raise ValueError("script too long for one terminal line")
        self.machine.shell.send(request)
        return number

    # Files

    def read(self, path):
        return self.run(f"cat {path}")

    def write(self, path, content):
        """Exact bytes, newline at the end included only if given."""
        data = content.encode() if isinstance(content, str) else content
        self.run(f": >{path}")
        for start in range(0, len(data), WRITE_CHUNK):
            encoded = base64.b64encode(data[start:start + WRITE_CHUNK]).decode()
            self.run(f"echo {encoded} | base64 -d >>{path}")

    # Boots

    def wait_until_up(self, timeout, since=0):
        self.wait_for_shell(timeout, since, lambda boot_id: boot_id != self.boot_id)
        self.wait_until_settled(timeout)

    def wait_until_settled(self, timeout=BOOT_LIMIT):
        """Under systemd, waits for the end of the start-up jobs; none may have failed."""
        status, state = self.sh("! [ -d /run/systemd/system ] || systemctl is-system-running --wait", timeout)
        if status:
            failed = self.run("systemctl --failed --no-legend; systemctl list-jobs")
            raise GuestError(f"the guest came up {state}: {failed}")

    def wait_for_shell(self, timeout, since, accept):
        """Waits for a shell's announcement with an acceptable boot_id; returns its Line."""
        line = self.machine.hub.wait(lambda: self.machine.shell.find(since, lambda text: _ready(text, accept)), timeout,
                                     "shell")
        self.boot_id = line.text.split()[1]
        return line

    def reboot(self, action, expect="kexec", clean=True, timeout=BOOT_LIMIT):
        """Fires the action and waits for the machine to come back; see evidence.Reboot.

        action: shell command, or a function of the guest. expect: the kind it must have been; None accepts any.
        """
        before = evidence.Mark(self.machine)
        old = self.boot_id
        self._act(action)
        try:
            ready = self.wait_for_shell(timeout, before.shell, lambda boot_id: boot_id != old)
            self.wait_until_settled(timeout)
        except (TimedOut, MachineEnded) as error:
            raise GuestError(f"after {action}: {error}") from error
        reboot = evidence.examine(self, before, ready)
        if expect and reboot.kind != expect:
            raise GuestError(f"{action}: expected {expect}, got {reboot}")
        if clean and not reboot.clean:
            raise GuestError(f"{action}: unclean file systems: {reboot.unclean}")
        return reboot

    def leaves(self, action, expect, until_kernel=False, timeout=BOOT_LIMIT):
        """A scenario's last reboot; see evidence.Departure. A brief guest waits for the reset or the jump only, and, for
        a kexec or with until_kernel, for the next kernel's command line: it has no shell any more."""
        if not self.brief:
            reboot = self.reboot(action, expect, timeout=timeout)
            return evidence.Departure(reboot.kind, self.read("/proc/cmdline").rstrip("\n"), reboot.console, reboot.shell)
        before = evidence.Mark(self.machine)
        hub, console = self.machine.hub, self.machine.console
        self._act(action)
        left = hub.wait(lambda: next(iter(before.resets()), None) or before.jump(), timeout, "reset or jump")
        command_line = None
        if until_kernel or expect == "kexec":
            command_line = hub.wait(lambda: console.find_after(left.time, lambda text: evidence.COMMAND_LINE in text),
                                    timeout, "first message of a kernel")
        departure = evidence.examine_departure(self.machine, before, command_line)
        if departure.kind != expect:
            raise GuestError(f"{action}: expected {expect}, got {departure}")
        return departure

    @contextlib.contextmanager
    def undone(self):
        """What is done inside has not happened afterwards: memory and disks are as before. Takes seconds, a boot a
        minute."""
        boot_id = self.boot_id
        self.machine.qmp.monitor(f"savevm {UNDONE}")
        yield
        self.machine.qmp.monitor(f"loadvm {UNDONE}")
        self.machine.qmp.monitor(f"delvm {UNDONE}")
        self.boot_id = boot_id

    def apart(self):
        """For a reboot by leaves() that is not a scenario's last one, and on which nothing builds: a brief guest is
        there again afterwards, as before."""
        return self.undone() if self.brief else contextlib.nullcontext()

    def stays_up(self, action, new_shell=False, timeout=BOOT_LIMIT):
        """The action must leave this very boot running. new_shell: it is known to restart the shell (rescue mode)."""
        before = evidence.Mark(self.machine)
        old = self.boot_id
        self._act(action)
        if new_shell:
            self.wait_for_shell(timeout, before.shell, lambda boot_id: True)
        now = self.run("cat /proc/sys/kernel/random/boot_id").strip()
        if now != old or before.resets():
            raise GuestError(f"{action}: the machine rebooted")

    def powers_off(self, action):
        before = evidence.Mark(self.machine)
        self._act(action)
        self.wait_for_power_off()
        if before.resets():
            raise GuestError(f"{action}: the machine was reset")

    def switch_off(self):
        """Ends the machine in order, and starts it again so that power cuts are like those of a real one."""
        self.powers_off("poweroff")
        self.machine.process.wait(60)
        self._start_again()

    def cut_power(self):
        """Ends the machine at this very moment, and starts it again."""
        self.machine.process.kill()
        self.machine.process.wait()
        self._start_again()

    def _start_again(self):
        old = self.machine
        old.kill()
        self.machine = old.again()
        self.wait_until_up(BOOT_LIMIT)

    def wait_for_power_off(self, timeout=120):
        with contextlib.suppress(MachineEnded):  # QEMU leaves right after it has said so
            self.machine.hub.wait(self._power_off_seen, timeout, "power off")
        if not self._power_off_seen():
            raise GuestError("the machine ended without powering off")

    def _power_off_seen(self):
        return any(event.name == "SHUTDOWN" for event in self.machine.qmp.events)

    def halts(self, action, timeout=120):
        """The kernel's last word is "System halted", and the processor stays where it is."""
        before = evidence.Mark(self.machine)
        self._act(action)
        self.wait_for_console("reboot: System halted", timeout, before.console)
        if before.resets() or before.jump():
            raise GuestError(f"{action}: the machine rebooted")

    def wait_for_console(self, words, timeout, since=0):
        console = self.machine.console
        return self.machine.hub.wait(lambda: console.find(since, lambda text: words in text), timeout,
                                     f'"{words}" on the console')

    def _act(self, action):
        if callable(action):
            action(self)
        else:
            self.fire(action)


def _ready(text, accept):
    words = text.split()
    return len(words) == 2 and words[0] == "READY" and accept(words[1])
