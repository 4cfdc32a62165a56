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

@test "a brief guest leaves by kexec, through firmware, or by a kexec that crashes" {
    harness '
import socket, time
from types import SimpleNamespace as Thing
from vmlib.guest import Guest, GuestError
from vmlib.hub import Hub
from vmlib.qmp import Event
from vmlib.serial import Line, SerialLine

JUMP, RESET, OLD = "kexec_core: Starting new kernel", "RESET", "[    0.0] Command line: old"
NEW = "[    0.0] Command line: BOOT_IMAGE=/k a=1 "

def leaves(happens, expect, **options):
    hub = Hub()
    ends = [socket.socketpair() for _ in range(2)]
    console, shell = (SerialLine(hub, end) for end, _ in ends)
    machine = Thing(hub=hub, console=console, shell=shell, qmp=Thing(events=[]), ends=ends)

    def action(guest):
        for what in happens:
            time.sleep(0.001)  # so that each has a moment of its own
            with hub.changed:
                if what == RESET:
                    machine.qmp.events.append(Event(time.monotonic(), RESET, {}))
                else:
                    console.lines.append(Line(time.monotonic(), what))
                hub.changed.notify_all()
    return Guest(machine, brief=True).leaves(action, expect, timeout=0.5, **options)

def refused(happens, expect, got):
    try:
        departure = leaves(happens, expect)
    except GuestError as error:
        assert got in str(error), error
    else:
        raise AssertionError(departure)

assert leaves([OLD, JUMP, NEW], "kexec").command_line == "BOOT_IMAGE=/k a=1 "
assert leaves([OLD, RESET], "firmware").command_line is None
assert leaves([OLD, RESET, RESET, NEW], "firmware", until_kernel=True).command_line == "BOOT_IMAGE=/k a=1 "
refused([JUMP, RESET, NEW], "kexec", "crashed kexec")
refused([JUMP, NEW], "firmware", "kexec")
refused([RESET, NEW], "kexec", "firmware")
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

@test "each scenario runs at every change, or what it shows is shown there by another or without guests" {
    harness '
from pathlib import Path
from vmlib import mechanisms, scenario

tests = Path("'"$BATS_TEST_DIRNAME"'/..")
scenarios = scenario.load_all()
for mechanism, shown in mechanisms.MECHANISMS.items():
    assert shown, f"nothing shows: {mechanism}"
    for name, guest in shown:
        assert guest in scenarios[name].variants, (name, guest)
at_every_change = {name for name, _ in mechanisms.pairs()}
assert at_every_change.isdisjoint(mechanisms.MATRIX_ONLY), at_every_change & set(mechanisms.MATRIX_ONLY)
classified = at_every_change | set(mechanisms.MATRIX_ONLY)
assert classified == set(scenarios), classified ^ set(scenarios)
for name, twin in mechanisms.MATRIX_ONLY.items():
    if twin not in mechanisms.MECHANISMS:
        path, _, test = twin.partition(": ")
        assert f"@test \"{test}\"" in (tests / path).read_text(), f"{name} has no twin: {twin}"
'
}

@test "a record keeps what was known, and takes in each new result" {
    cd "$BATS_TEST_TMPDIR"
    harness '
from pathlib import Path
from types import SimpleNamespace as Thing
from vmlib import record

path = Path("RESULTS.md")
first, second = (Thing(name=name, variants=["btrfs", "lvm"]) for name in ("first", "second"))
scenarios = {one.name: one for one in (second, first)}

def add(one, guest, outcome, detail, commit):
    kept = record.read(path, scenarios)
    kept.add(Thing(scenario=one, variant=Thing(name=guest), outcome=outcome, seconds=1.6, detail=detail, machine="Linux"), commit)
    kept.write(path)
    return path.read_text()

add(second, "lvm", "FAIL", "a story", "a1")
text = add(first, "lvm", "PASS", "3 times, of 3", "b2")
assert "| first | never | pass 2 b2 |\n| second | never | fail 2 a1 |" in text, text
assert "1 pass, 1 fail, 0 skip, 2 never" in text, text
assert "| lvm | Linux |" in text and text.endswith("\n\n- first, lvm: 3 times, of 3 (b2)\n"), text
assert "story" not in text, text
text = add(first, "lvm", "PASS", "", "c3")
assert "| first | never | pass 2 c3 |\n| second | never | fail 2 a1 |" in text and "of 3" not in text, text
kept = record.read(path, scenarios)
assert set(kept.cells) == {("first", "lvm"), ("second", "lvm")} and set(kept.machines) == {"btrfs", "lvm"}, kept
del scenarios["second"]
assert "| second" not in add(first, "btrfs", "PASS", "", "d4")
'
}

@test "a record says which commit was tested, and whether it was changed" {
    mkdir -p "$BATS_TEST_TMPDIR/checkout/tests/vm"
    cd "$BATS_TEST_TMPDIR/checkout"
    git init -q .
    touch file tests/vm/RESULTS.md
    git add .
    git -c user.name=n -c user.email=e commit -qm c
    commit=$(git rev-parse --short HEAD)
    tested() { harness "from vmlib import record; record.CHECKOUT = '$PWD'; print(record.tested_commit())"; }
    echo changed >tests/vm/RESULTS.md
    [ "$(tested)" = "$commit" ]
    echo changed >file
    [ "$(tested)" = "$commit+" ]
    rm -rf .git
    [ "$(tested)" = "?" ]
}

@test "guests that end because the run is interrupted have no result" {
    export KEXEC_HELPER_VM_CACHE=$BATS_TEST_TMPDIR
    harness '
import os, signal, sys, threading
from vmlib.runner import Runner

def results_of_a_run_that_gets(number):
    interrupted, ended, reported = threading.Event(), threading.Event(), []

    class AtWork(Runner):
        def _work(self, queue):
            os.kill(os.getpid(), number)
            interrupted.wait(20)
            self._finish("the end of a guest")
            ended.set()

    try:
        AtWork(None, reported.append).run([], 1)
    except (KeyboardInterrupt, SystemExit):
        interrupted.set()
    assert ended.wait(20)
    return reported

# Python leaves it ignored where a shell started the tests in the background.
signal.signal(signal.SIGINT, signal.default_int_handler)
signal.signal(signal.SIGTERM, lambda *_: sys.exit("terminated"))
assert results_of_a_run_that_gets(signal.SIGINT) == []
assert results_of_a_run_that_gets(signal.SIGTERM) == []
'
}

@test "the guests' mirrors are those of this machine's apt sources, whatever their format" {
    mirror() { APT_CONFIG=$BATS_TEST_TMPDIR/apt.conf "$BATS_TEST_DIRNAME/../debian-mirror" "$@"; }
    cd "$BATS_TEST_TMPDIR"
    mkdir lists sources.list.d
    cat >apt.conf <<END
Dir::State::lists "$PWD/lists";
Dir::Etc::SourceList "$PWD/sources.list";
Dir::Etc::SourceParts "$PWD/sources.list.d";
END
    run mirror
    [ "$status" = 1 ]
    [[ $output == *"no apt source of this machine is Debian's main archive"* ]]

    echo 'deb [trusted=yes] http://one-line.example/debian/ trixie main' >sources.list
    [ "$(mirror)" = http://one-line.example/debian ]
    run mirror security
    [ "$status" = 1 ]

    cat >sources.list <<END
deb http://other.example/apt cloud-sdk-bookworm main
deb http://backports.example/debian-security bookworm-security main
END
    printf '%s\n' 'Types: deb' 'URIs: http://deb822.example/debian' 'Suites: bookworm bookworm-updates' 'Components: main' \
        >sources.list.d/debian.sources
    [ "$(mirror)" = http://deb822.example/debian ]
    [ "$(mirror security)" = http://backports.example/debian-security ]

    printf '# comment\nhttp://listed.example/debian/\tpriority:1\nhttp://second.example\n' >mirrors.list
    rm sources.list.d/debian.sources
    echo "deb mirror+file:$PWD/mirrors.list bookworm main" >sources.list
    [ "$(mirror)" = http://listed.example/debian ]
}
