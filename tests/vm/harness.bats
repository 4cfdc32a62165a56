#!/usr/bin/env bats
# The parts of the harness that need no machine.

# python CODE: fails when an assertion in it does.
harness() { PYTHONDONTWRITEBYTECODE=1 PYTHONPATH=$BATS_TEST_DIRNAME python3 -c "$1"; }

@test "what the monitor says after the console has closed is heard" {
    harness '
import socket, threading
from vmlib.hub import Hub, MachineEnded
from vmlib.serial import SerialLine

hub = Hub()
(console, console_end), (monitor, monitor_end) = socket.socketpair(), socket.socketpair()
lines = [SerialLine(hub, console), SerialLine(hub, monitor)]
console_end.close()
threading.Timer(0.2, lambda: (monitor_end.sendall(b"SHUTDOWN\n"), monitor_end.close())).start()
assert hub.wait(lambda: lines[1].find(0, "SHUTDOWN".__eq__), 10, "the shutdown").text == "SHUTDOWN"
try:
    hub.wait(lambda: False, 10, "nothing")
except MachineEnded:
    pass
else:
    raise AssertionError("not ended")
'
}

@test "tests/FAULTS.md names scenarios, and knows all of the faults" {
    harness '
import re
from pathlib import Path
from vmlib import scenario

text = Path("'"$BATS_TEST_DIRNAME"'/../FAULTS.md").read_text()
named = set(re.findall(r"\| `([a-z0-9-]+)` \|", text))
scenarios = scenario.load_all()
assert named <= set(scenarios), named - set(scenarios)
files = {"failures", "faults", "recovery", "power", "disks", "firmware_requests"}
faults = {name for name, one in scenarios.items() if one.function.__module__.split(".")[-1] in files}
assert faults - named == {"doctor-finds-nothing-wrong"}, faults - named
'
}
