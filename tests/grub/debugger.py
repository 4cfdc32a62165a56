"""A debugger of a few lines: breakpoints in one process, calls into it, its memory. For amd64 Linux and programs with
fixed addresses (not PIE)."""
import ctypes
import os
import resource
import signal
import struct

TRACEME, CONT, SINGLESTEP, GETREGS, SETREGS, SYSCALL, SETOPTIONS, EXITKILL = 0, 7, 9, 12, 13, 24, 0x4200, 1 << 20
# The kernel's struct user_regs_struct.
REGISTERS = ("r15 r14 r13 r12 rbp rbx r11 r10 r9 r8 rax rcx rdx rsi rdi orig_rax rip cs eflags rsp ss fs_base gs_base "
             "ds es fs gs").split()

libc = ctypes.CDLL(None, use_errno=True)
libc.ptrace.restype = ctypes.c_long
libc.ptrace.argtypes = [ctypes.c_long] * 4


class Ended(Exception):
    """The process is gone: its exit status, or minus the signal's number, is `status`."""

    def __init__(self, status):
        super().__init__(f"ended with {status}")
        self.status = status


class Expired(Exception):
    """The process has used its time."""


class Process:
    """A program stopped before its code at `address` has run: it may be a dynamic linker that has to map that first. A
    handler of a breakpoint gets the Process; what it returns, if not None, is the result of the function just entered,
    which then does not run. It may use so many seconds of a processor, however busy the machine is."""

    def __init__(self, arguments, environment, output, address, seconds):
        self.handlers, self.registers, self.pid = {}, {}, os.fork()
        if self.pid == 0:
            self._become(arguments, environment, output, seconds)
        _, status = os.waitpid(self.pid, 0)
        if not os.WIFSTOPPED(status):
            raise OSError(f"{arguments[0]} cannot be traced (ptrace refused?)")
        self._ptrace(SETOPTIONS, 0, EXITKILL)
        self.memory = os.open(f"/proc/{self.pid}/mem", os.O_RDWR)
        while not self._executable(address):
            self._resume(SYSCALL)

    @staticmethod
    def _become(arguments, environment, output, seconds):
        try:
            resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 1))
            for descriptor in (0, 1, 2):
                os.dup2(output, descriptor)
            if libc.ptrace(TRACEME, 0, 0, 0) == 0:
                os.execve(arguments[0], arguments, environment)
        finally:
            os._exit(127)

    def _executable(self, address):
        with open(f"/proc/{self.pid}/maps", encoding="utf-8") as maps:
            for place, permissions, *_ in map(str.split, maps):
                first, end = (int(number, 16) for number in place.split("-"))
                if first <= address < end:
                    return "x" in permissions
        return False

    def _ptrace(self, request, address, data):
        if libc.ptrace(request, self.pid, address, data) < 0:
            raise OSError(ctypes.get_errno(), f"ptrace({request}): {os.strerror(ctypes.get_errno())}")

    def _fetch(self):
        buffer = ctypes.create_string_buffer(8 * len(REGISTERS))
        self._ptrace(GETREGS, 0, ctypes.addressof(buffer))
        self.registers = dict(zip(REGISTERS, struct.unpack(f"{len(REGISTERS)}Q", buffer.raw)))

    def store(self):
        buffer = ctypes.create_string_buffer(struct.pack(f"{len(REGISTERS)}Q", *(self.registers[r] for r in REGISTERS)))
        self._ptrace(SETREGS, 0, ctypes.addressof(buffer))

    def _resume(self, request, pending=0):
        """Lets it run until the next stop; returns that stop's signal."""
        self._ptrace(request, 0, pending)
        _, status = os.waitpid(self.pid, 0)
        if not os.WIFSTOPPED(status):
            raise Ended(os.waitstatus_to_exitcode(status))
        if os.WSTOPSIG(status) == signal.SIGXCPU:
            raise Expired
        return os.WSTOPSIG(status)

    def read(self, address, length):
        return os.pread(self.memory, length, address)

    def write(self, address, data):
        os.pwrite(self.memory, data, address)

    def pointer(self, address):
        return struct.unpack("Q", self.read(address, 8))[0]

    def number(self, address):
        return struct.unpack("i", self.read(address, 4))[0]

    def text(self, address):
        """The bytes up to the NUL."""
        result = b""
        while b"\0" not in result:
            start = address + len(result)
            result += self.read(start, 4096 - start % 4096)
        return result[:result.index(b"\0")]

    def at(self, address, handler):
        """Calls handler whenever the function at address is entered; None takes the breakpoint away."""
        if address not in self.handlers and handler:
            self.handlers[address] = [None, self.read(address, 1)]
            self.write(address, b"\xcc")
        if handler:
            self.handlers[address][0] = handler
        elif address in self.handlers:
            self.write(address, self.handlers.pop(address)[1])

    def _leave(self, result):
        """As if the function just entered had returned."""
        self.registers["rax"] = result & (1 << 64) - 1
        self.registers["rip"] = self.pointer(self.registers["rsp"])
        self.registers["rsp"] += 8
        self.store()

    def _step_over(self, address):
        self.write(address, self.handlers[address][1])
        self._resume(SINGLESTEP)
        self.write(address, b"\xcc")

    def run(self, until=None):
        """Runs until the address `until` is reached, for ever without one. Throws Ended, and what handlers throw."""
        pending = 0
        while True:
            pending = self._resume(CONT, pending)
            if pending != signal.SIGTRAP:
                continue
            pending = 0
            self._fetch()
            address = self.registers["rip"] = self.registers["rip"] - 1
            self.store()
            if address == until:
                return
            result = self.handlers[address][0](self)
            if result is not None:
                self._leave(result)
            elif address in self.handlers:
                self._step_over(address)

    def call(self, address, back, *arguments):
        """The result of the function at address. `back` is an address that is reached in no other way."""
        saved = dict(self.registers)
        # Below the red zone, aligned as after a call instruction.
        stack = (saved["rsp"] - 256 & ~15) - 8
        self.write(stack, struct.pack("Q", back))
        self.registers.update(zip(("rdi", "rsi", "rdx", "rcx", "r8"), arguments))
        # rax 0: no vector registers hold arguments (variadic functions); no system call is to be restarted.
        self.registers.update(rip=address, rsp=stack, rax=0, orig_rax=(1 << 64) - 1)
        self.store()
        suspended = self.handlers.get(address)
        if suspended:
            self.write(address, suspended[1])
        self.at(back, lambda _: None)
        self.run(back)
        if suspended:
            self.write(address, b"\xcc")
        result = self.registers["rax"]
        self.registers = saved
        self.store()
        return result

    def kill(self):
        try:
            os.kill(self.pid, signal.SIGKILL)
            os.waitpid(self.pid, 0)
        except (ProcessLookupError, ChildProcessError):
            pass
        os.close(self.memory)
