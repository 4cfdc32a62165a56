"""Runs scenarios on guests: two workers, each with its own copy of the ready guest of one variant at a time."""

import re
import shutil
import threading
import time
import traceback
from dataclasses import dataclass
from pathlib import Path

from . import cache, debs, layers, qemu, terminal
from .scenario import Scenario, Skip
from .variants import VARIANTS, Variant


@dataclass
class Result:
    scenario: Scenario
    variant: Variant
    outcome: str  # "PASS", "FAIL", "SKIP"
    seconds: float
    detail: str = ""
    log: Path = None
    machine: str = ""  # the guest's kernel and init system with their versions


class Queue:
    """Scenarios by variant. A worker keeps its variant while there is work, then takes one nobody is at, if any."""

    def __init__(self, items):
        self._lock = threading.Lock()
        self._waiting = {}
        for variant, scenario in items:
            self._waiting.setdefault(variant, []).append(scenario)
        self._taken = {}

    def take(self, worker):
        """(variant's name, scenario), or None when all is done."""
        with self._lock:
            waiting = [name for name, scenarios in self._waiting.items() if scenarios]
            if not waiting:
                return None
            mine = self._taken.pop(worker, None)
            free = [name for name in waiting if name not in self._taken.values()]
            variant = mine if mine in waiting else (free or waiting)[0]
            self._taken[worker] = variant
            return variant, self._waiting[variant].pop(0)


class Runner:
    def __init__(self, deb, report, shell=False, brief=False):
        """report(Result) is called as each scenario ends. shell: a person looks around in the guest afterwards. brief:
        a scenario's last reboot is not awaited to its end."""
        self.deb = deb
        self.report = report
        self.shell = shell
        self.brief = brief
        self.results = []
        self._reporting = threading.Lock()
        self._interrupted = False
        self.logs = cache.directory() / "logs"
        shutil.rmtree(self.logs, ignore_errors=True)
        self.logs.mkdir(parents=True)

    def run(self, items, jobs):
        """items: (variant's name, scenario) pairs. The results are in self.results."""
        queue = Queue(items)
        workers = [threading.Thread(target=self._work, args=(queue,), daemon=True) for _ in range(jobs)]
        try:
            for worker in workers:
                worker.start()
            for worker in workers:
                worker.join()
        except (KeyboardInterrupt, SystemExit):
            self._interrupted = True  # the guests end with this program: that is no result
            raise

    def _work(self, queue):
        with cache.work_directory() as place:
            copy = None
            while item := queue.take(threading.get_ident()):
                variant, scenario = VARIANTS[item[0]], item[1]
                if obstacle := self.deb and debs.obstacle(self.deb, variant.suite):
                    self._finish(Result(scenario, variant, "SKIP", 0, obstacle))
                    continue
                try:
                    if copy is None or copy.variant != variant:
                        copy = None
                        copy = layers.WorkingCopy(variant, layers.ready_layer(variant, self.deb), place)
                except Exception as error:  # without a guest every scenario of the variant fails, each says so
                    self._finish(Result(scenario, variant, "FAIL", 0, f"no guest: {error}"))
                    continue
                self._finish(self._run_one(copy, scenario))

    def _run_one(self, copy, scenario):
        start = time.monotonic()
        result = Result(scenario, copy.variant, "PASS", 0)
        guest = None
        try:
            guest = copy.start(self.brief)
            result.machine = describe(guest)
            result.detail = scenario.function(guest) or ""
        except Skip as skip:
            result.outcome, result.detail = "SKIP", str(skip)
        except Exception as error:
            result.outcome, result.detail = "FAIL", explain(error)
        finally:
            result.seconds = time.monotonic() - start
            if guest:
                self._end(guest, result)
        return result

    def _end(self, guest, result):
        result.log = self.logs / f"{result.scenario.name}.{result.variant.name}.log"
        result.log.write_text(transcript(guest.machine))
        if self.shell:
            print(f"{result.outcome} {result.detail}")
            terminal.connect(guest)
        guest.machine.kill()

    def _finish(self, result):
        with self._reporting:
            if self._interrupted:
                return
            self.results.append(result)
            self.report(result)


def describe(guest):
    package = "systemd" if guest.variant.systemd else "sysvinit-core"
    versions = guest.run(f"echo Linux $(uname -r), $(dpkg-query -W -f '${{Package}} ${{Version}}' {package})").strip()
    return f"{versions}, {qemu.name_of(layers.accelerator(guest.variant))}"


def explain(error):
    """The message for failures the scenarios know; the place in the code for all others."""
    if type(error).__module__.startswith("vmlib."):
        return str(error)
    return "".join(traceback.format_exception(error)).strip()


def transcript(machine):
    """Console and shell in the order of time, seconds since the snapshot in front."""
    with machine.hub.changed:
        lines = [(line.time, "console", line.text) for line in machine.console.lines]
        lines += [(line.time, "shell  ", line.text) for line in machine.shell.lines]
        lines += [(event.time, "machine", event.name) for event in machine.qmp.events]
        lines.append((time.monotonic(), "console", machine.console.partial))
    lines.sort(key=lambda line: line[0])
    return "".join(f"{moment - lines[0][0]:8.2f} {source} {printable(text)}\n" for moment, source, text in lines)


def printable(text):
    """Without the carriage returns and escape sequences that firmware, boot loader and init colour their words with."""
    return re.sub(r"\x1b\[[0-9;?]*[A-Za-z]|[^ -~]", "", text)
