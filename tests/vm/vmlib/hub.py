"""One condition variable for everything that can happen to a machine, so that waiting needs no polling and no sleep."""

import threading
import time


class TimedOut(Exception):
    """What was waited for did not happen in time."""


class MachineEnded(Exception):
    """QEMU went away while something was still expected of it."""


class Hub:
    """Readers change shared state inside `with hub.changed` and notify; waiters give a predicate over that state."""

    def __init__(self):
        self.changed = threading.Condition()
        self._readers = 0

    def read(self, reader):
        """Runs `reader` in a thread of its own, to the end of what it reads."""
        with self.changed:
            self._readers += 1
        threading.Thread(target=self._read, args=(reader,), daemon=True).start()

    def _read(self, reader):
        try:
            reader()
        finally:
            with self.changed:
                self._readers -= 1
                self.changed.notify_all()

    @property
    def ended(self):
        """Only when all readers have: then everything has been heard that QEMU said before it went."""
        return self._readers == 0

    def wait(self, predicate, timeout, what):
        """Returns the predicate's first true value, or raises naming `what`. Timeout in seconds."""
        deadline = time.monotonic() + timeout
        with self.changed:
            while not (value := predicate()):
                if self.ended:
                    raise MachineEnded(f"the machine ended while waiting for {what}")
                if not self.changed.wait(max(0, deadline - time.monotonic())) and time.monotonic() >= deadline:
                    raise TimedOut(f"no {what} within {timeout} s")
            return value
