"""A QEMU process: its command line, its two serial lines and its monitor.

ttyS0 carries firmware, boot loader and kernel messages and is only read; ttyS1 is the harness's shell.
Software emulation (TCG) throughout: it is there on every machine, and snapshots made by it load anywhere.
"""

import shutil
import socket
import subprocess
import tempfile
from pathlib import Path

from .hub import Hub
from .qmp import Qmp
from .serial import SerialLine

QEMU = "qemu-system-x86_64"
OVMF_CODE = Path("/usr/share/OVMF/OVMF_CODE_4M.fd")
OVMF_VARS = Path("/usr/share/OVMF/OVMF_VARS_4M.fd")
MEMORY_MIB = 1024
# What QEMU does with the guest's flushes. Most often nothing outlives the test, and the host's disk need not be bothered.
NO_FLUSHES, WITH_FLUSHES = "unsafe", "writeback"
MACHINE = ["-accel", "tcg,thread=multi", "-cpu", "max", "-machine", "q35", "-smp", "2", "-m", str(MEMORY_MIB),
           "-display", "none", "-vga", "none", "-nic", "none", "-no-user-config", "-rtc", "base=utc"]


def version():
    return subprocess.run([QEMU, "--version"], capture_output=True, check=True, text=True).stdout.splitlines()[0]


def definition():
    """What a snapshot of memory and devices depends on, for the cache."""
    return [version(), MACHINE, Path(__file__).read_bytes()]


class Machine:
    """Runs from construction until kill() or its own end; `with` kills it."""

    def __init__(self, disk, disk_format="qcow2", uefi_vars=None, extra=(), cache=NO_FLUSHES):
        self.hub = Hub()
        self._parts = (disk, disk_format, uefi_vars)
        self._directory = tempfile.mkdtemp(prefix="kexec-helper-vm-")
        names = ("console", "shell", "qmp")
        listeners = {name: self._listen(name) for name in names}
        # A harness that is killed must not leave machines running.
        command = ["setpriv", "--pdeathsig", "KILL", "--", QEMU, *MACHINE,
                   *self._drives(disk, disk_format, uefi_vars, cache)]
        for name in names:
            command += ["-chardev", f"socket,id={name},path={self._directory}/{name}"]
        command += ["-serial", "chardev:console", "-serial", "chardev:shell", "-mon", "chardev=qmp,mode=control"]
        self._log = tempfile.TemporaryFile()
        self.process = subprocess.Popen([*command, *extra], stdin=subprocess.DEVNULL, stdout=self._log,
                                        stderr=self._log)
        try:
            console, shell, qmp = (self._accept(listeners[name]) for name in names)
            self.console = SerialLine(self.hub, console)
            self.shell = SerialLine(self.hub, shell)
            self.qmp = Qmp(self.hub, qmp)
        except BaseException:
            self.kill()
            raise

    def _drives(self, disk, disk_format, uefi_vars, cache):
        drives = ["-drive", f"if=virtio,file={disk},format={disk_format},cache={cache},discard=unmap"]
        if uefi_vars:
            drives += ["-drive", f"if=pflash,format=raw,readonly=on,file={OVMF_CODE}",
                       "-drive", f"if=pflash,format=qcow2,file={uefi_vars}"]
        return drives

    def _listen(self, name):
        listener = socket.socket(socket.AF_UNIX)
        listener.bind(f"{self._directory}/{name}")
        listener.listen(1)
        return listener

    def _accept(self, listener):
        with listener:
            listener.settimeout(1)
            while True:
                try:
                    connection, _ = listener.accept()
                    connection.settimeout(None)
                    return connection
                except TimeoutError:
                    if self.process.poll() is not None:
                        self._log.seek(0)
                        raise RuntimeError(f"QEMU: {self._log.read().decode(errors='replace').strip()}") from None

    def wait_for_exit(self, timeout):
        self.process.wait(timeout)

    def again(self):
        """A machine that starts from the same disk, when this one has been switched off or killed. It keeps what the
        guest has flushed even when it is killed in its turn."""
        disk, disk_format, uefi_vars = self._parts
        return Machine(disk, disk_format, uefi_vars, cache=WITH_FLUSHES)

    def kill(self):
        self.process.kill()
        self.process.wait()
        shutil.rmtree(self._directory, ignore_errors=True)

    def __enter__(self):
        return self

    def __exit__(self, *exception):
        self.kill()
