"""A QEMU process: its command line, its two serial lines and its monitor.

ttyS0 carries firmware, boot loader and kernel messages and is only read; ttyS1 is the harness's shell.
"""

import functools
import shutil
import socket
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

from .hub import Hub
from .qmp import Qmp
from .serial import SerialLine

QEMU = "qemu-system-x86_64"
MEMORY_MIB = 1024
# What QEMU does with the guest's flushes. Most often nothing outlives the test, and the host's disk need not be bothered.
NO_FLUSHES, WITH_FLUSHES = "unsafe", "writeback"
MACHINE = ["-machine", "q35", "-m", str(MEMORY_MIB), "-display", "none", "-vga", "none", "-nic", "none", "-no-user-config",
           "-rtc", "base=utc"]
# Software emulation is there on every machine. A processor with more features costs a guest more: `max` makes the kernel
# load, and try out at every boot, what is slow when it is emulated (AES, SHA, virtualization): 74 s for a reboot, not 57.
EMULATION = ("-accel", "tcg,thread=multi", "-cpu", "qemu64,-svm")
KVM = ("-accel", "kvm", "-cpu", "host")
# A kernel without a root file system panics within two seconds under KVM.
PROBE = ("-no-reboot", "-serial", "stdio", "-monitor", "none", "-append", "console=ttyS0 panic=-1")
PROBE_SECONDS = 8


@dataclass(frozen=True)
class Firmware:
    """Firmware in flash memory, of Debian's package ovmf; a machine without any has QEMU's SeaBIOS."""
    code: Path
    variables: Path  # those of a new machine
    options: tuple = ()


OVMF = Path("/usr/share/OVMF")
FIRMWARE = {
    "bios": None,
    "uefi": Firmware(OVMF / "OVMF_CODE_4M.fd", OVMF / "OVMF_VARS_4M.fd"),
    # Microsoft's keys, and nobody but the firmware itself can write variables.
    "secure-boot": Firmware(OVMF / "OVMF_CODE_4M.ms.fd", OVMF / "OVMF_VARS_4M.ms.fd",
                            ("-global", "driver=cfi.pflash01,property=secure,value=on")),
}


def version():
    return subprocess.run([QEMU, "--version"], capture_output=True, check=True, text=True).stdout.splitlines()[0]


@functools.cache
def accelerator(kernel):
    """KVM where it boots this kernel: there are machines whose /dev/kvm does not get any further than the firmware."""
    if not Path("/dev/kvm").exists():
        return EMULATION
    command = ["setpriv", "--pdeathsig", "KILL", "--", QEMU, *MACHINE, *KVM, "-kernel", kernel, *PROBE]
    try:
        said = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, timeout=PROBE_SECONDS, check=False).stdout
    except subprocess.TimeoutExpired:
        return EMULATION
    return KVM if b"Unable to mount root fs" in said else EMULATION


def name_of(accelerated_by):
    return "KVM" if accelerated_by == KVM else "software emulation"


def definition(accelerated_by):
    """What a snapshot of memory and devices depends on, for the cache. accelerated_by: what accelerator() gave."""
    return [version(), MACHINE, accelerated_by, accelerated_by == KVM and host_processor(), Path(__file__).read_bytes()]


def host_processor():
    return next(line for line in Path("/proc/cpuinfo").read_text().splitlines() if line.startswith("model name"))


class Machine:
    """Runs from construction until kill() or its own end; `with` kills it."""

    def __init__(self, disk, disk_format="qcow2", firmware=None, variables=None, packages=None, extra=(), cache=NO_FLUSHES,
                 processors=1, accelerator=EMULATION):
        """firmware: a Firmware; variables: the file (qcow2) that this machine's firmware writes; packages: a second disk
        (raw), which the guest cannot write."""
        self.hub = Hub()
        self._parts = {"disk": disk, "disk_format": disk_format, "firmware": firmware, "variables": variables,
                       "packages": packages, "processors": processors, "accelerator": accelerator}
        self._directory = tempfile.mkdtemp(prefix="kexec-helper-vm-")
        names = ("console", "shell", "qmp")
        listeners = {name: self._listen(name) for name in names}
        # A harness that is killed must not leave machines running.
        command = ["setpriv", "--pdeathsig", "KILL", "--", QEMU, *MACHINE, *accelerator, "-smp", str(processors),
                   "-drive", f"if=virtio,file={disk},format={disk_format},cache={cache},discard=unmap"]
        if packages:
            command += ["-drive", f"if=virtio,file={packages},format=raw,readonly=on"]
        if firmware:
            command += ["-drive", f"if=pflash,format=raw,readonly=on,file={firmware.code}",
                        "-drive", f"if=pflash,format=qcow2,file={variables}", *firmware.options]
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
        return Machine(**self._parts, cache=WITH_FLUSHES)

    def kill(self):
        self.process.kill()
        self.process.wait()
        shutil.rmtree(self._directory, ignore_errors=True)

    def __enter__(self):
        return self

    def __exit__(self, *exception):
        self.kill()
