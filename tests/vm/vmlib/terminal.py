"""A person at the guest's serial shell."""

import os
import sys
import termios
import tty

LEAVE = b"\x1d"  # Ctrl-]


def connect(guest):
    """Joins this terminal and the guest's shell until Ctrl-] or the end of the input."""
    print("The guest's shell; Ctrl-] leaves and discards the guest.", flush=True)
    shell = guest.machine.shell
    shell.raw_listener = lambda data: os.write(sys.stdout.fileno(), data)
    shell.send("INTERACTIVE\n")
    old = termios.tcgetattr(sys.stdin) if sys.stdin.isatty() else None
    try:
        if old:
            tty.setraw(sys.stdin)
        while not guest.machine.hub.ended and (data := os.read(sys.stdin.fileno(), 4096)):
            if LEAVE in data:
                break
            shell.connection.sendall(data)
    finally:
        if old:
            termios.tcsetattr(sys.stdin, termios.TCSADRAIN, old)
    print()
