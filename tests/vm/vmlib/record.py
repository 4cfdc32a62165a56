"""tests/vm/RESULTS.md: the last result of every scenario on every guest it is meant for, and what that run tested."""

import os
import re
import subprocess
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from . import qemu

NEVER = "never"
CHECKOUT = Path(__file__).resolve().parents[3]
HEAD = """# Results of the guest scenarios

Written by `tests/vm/run --record` as each scenario ends; `--all` is the whole matrix. A cell is the last outcome, the seconds
it took and the commit that was checked out, with a + if something in it was changed, or ? if that is not known (runs before
commits were kept here); empty: not meant for that guest.

"""


def tested_commit():
    """The short name of the checkout's commit, with a + when files differ from it; "?" outside a checkout."""
    def git(*words):
        return subprocess.run(["git", "-C", CHECKOUT, *words], capture_output=True, text=True, check=False).stdout.strip()
    changed = git("status", "--porcelain", "--", ".", ":!tests/vm/RESULTS.md")
    return (git("rev-parse", "--short", "HEAD") or "?") + ("+" if changed else "")


@dataclass
class Record:
    """cells and measured are by (scenario's name, guest's name), machines by guest's name."""
    scenarios: dict
    cells: dict
    machines: dict
    measured: dict

    def add(self, result, commit):
        key = (result.scenario.name, result.variant.name)
        self.cells[key] = f"{result.outcome.lower()} {result.seconds:.0f} {commit}"
        self.measured.pop(key, None)
        if result.outcome != "FAIL" and result.detail:
            self.measured[key] = f"{result.detail} ({commit})"
        if result.machine:
            self.machines[result.variant.name] = result.machine

    def text(self):
        pairs = sorted((name, guest) for name, one in self.scenarios.items() for guest in one.variants)
        counts = Counter(self.cells.get(pair, NEVER).split()[0] for pair in pairs)
        guests = sorted({guest for _, guest in pairs})
        table = [[name, *(self.cell(name, guest) for guest in guests)] for name in sorted(self.scenarios)]
        return HEAD + "\n".join([
            f"- Emulator: {qemu.version()}",
            "- " + ", ".join(f"{counts[word]} {word}" for word in ("pass", "fail", "skip", NEVER)), "",
            *rows(["Guest", "Kernel, init system, accelerator"], [[guest, self.machines.get(guest, "")] for guest in guests]), "",
            *rows(["Scenario", *guests], table), "",
            *(f"- {name}, {guest}: {self.measured[name, guest]}" for name, guest in pairs if (name, guest) in self.measured),
        ]) + "\n"

    def cell(self, name, guest):
        return self.cells.get((name, guest), NEVER) if guest in self.scenarios[name].variants else ""

    def write(self, path):
        """A run that is interrupted keeps what it has found so far."""
        beside = path.with_suffix(".new")
        beside.write_text(self.text())
        os.replace(beside, path)


def read(path, scenarios):
    """The record in path, without what has no scenario any more."""
    record = Record(scenarios, {}, {}, {})
    guests = []
    for line in path.read_text().splitlines() if path.exists() else []:
        words = [word.strip() for word in line.strip("|").split("|")]
        if words[0] == "Scenario":
            guests = words[1:]
        elif words[0] in scenarios:
            cells = zip(guests, words[1:], strict=True)
            record.cells |= {(words[0], guest): cell for guest, cell in cells if cell not in ("", NEVER)}
        elif line.startswith("| ") and not guests and words[0] not in ("Guest", "---"):
            record.machines[words[0]] = words[1]
        elif match := re.fullmatch(r"- (\S+), (\S+): (.*)", line):
            record.measured[match[1], match[2]] = match[3]
    return record


def rows(head, body):
    return [f"| {' | '.join(row)} |" for row in (head, ["---"] * len(head), *body)]
