"""QEMU's monitor: commands to the machine, and its events (RESET, SHUTDOWN …) as they happen."""

import json
import time
from typing import NamedTuple


class Event(NamedTuple):
    time: float  # host's time.monotonic()
    name: str
    data: dict


class Qmp:
    def __init__(self, hub, connection):
        self.hub = hub
        self.connection = connection
        self.events = []
        self._replies = {}
        self._last_id = 0
        hub.read(self._read)
        self.execute("qmp_capabilities")

    def execute(self, command, timeout=60, **arguments):
        self._last_id += 1
        number = self._last_id
        request = {"execute": command, "arguments": arguments, "id": number}
        self.connection.sendall(json.dumps(request).encode() + b"\n")
        reply = self.hub.wait(lambda: self._replies.pop(number, None), timeout, f"answer to {command}")
        if "error" in reply:
            raise RuntimeError(f"{command}: {reply['error']['desc']}")
        return reply["return"]

    def monitor(self, line, timeout=120):
        """A command of the human monitor; those that fail say so in words only."""
        answer = self.execute("human-monitor-command", timeout, **{"command-line": line})
        if answer.strip():
            raise RuntimeError(f"{line}: {answer.strip()}")

    def _read(self):
        try:
            with self.connection.makefile("rb") as stream:
                for line in stream:
                    self._take(json.loads(line))
        except (OSError, ValueError):
            pass  # killed in the middle of a line

    def _take(self, message):
        with self.hub.changed:
            if "event" in message:
                self.events.append(Event(time.monotonic(), message["event"], message.get("data", {})))
            elif "id" in message:
                self._replies[message["id"]] = message
            self.hub.changed.notify_all()
