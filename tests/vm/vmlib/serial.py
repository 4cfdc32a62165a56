"""A serial line of the guest: everything it said, by line, with the host's time of arrival."""

import time
from typing import NamedTuple


class Line(NamedTuple):
    time: float  # host's time.monotonic()
    text: str


class SerialLine:
    """Collects what arrives on a connected socket until the other end closes it."""

    def __init__(self, hub, connection):
        self.hub = hub
        self.connection = connection
        self.lines = []
        self.partial = ""
        self.raw_listener = None  # gets the bytes as they come: a person's terminal
        hub.read(self._read)

    def send(self, text):
        self.connection.sendall(text.encode())

    def text(self, start=0):
        """All lines from number `start` on."""
        with self.hub.changed:
            return "\n".join(line.text for line in self.lines[start:])

    def find(self, start, test):
        """The first line from number `start` on whose text passes the test. For predicates under Hub.wait."""
        return next((line for line in self.lines[start:] if test(line.text)), None)

    def find_after(self, moment, test):
        """The first line that came after `moment` and whose text passes the test."""
        return next((line for line in self.lines if line.time > moment and test(line.text)), None)

    def _read(self):
        while data := self._receive():
            if self.raw_listener:
                self.raw_listener(data)
            now = time.monotonic()
            with self.hub.changed:
                *complete, self.partial = (self.partial + data.decode(errors="replace")).split("\n")
                self.lines += [Line(now, text.rstrip("\r")) for text in complete]
                self.hub.changed.notify_all()

    def _receive(self):
        try:
            return self.connection.recv(65536)
        except OSError:
            return b""
