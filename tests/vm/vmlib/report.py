"""What people read: a line for each scenario as it ends, and RESULTS.md after a run of the whole matrix and others since."""

import time
from collections import Counter

from . import debs, qemu

TAIL = 40
SINCE_THEN = "## Since then"


def line(result):
    words = f"{result.outcome} {result.scenario.name:36} {result.variant.name:18} {result.seconds:4.0f} s"
    detail = f"  {result.detail}" if result.detail else ""
    print(f"{words}{detail}", flush=True)
    if result.outcome == "FAIL" and result.log:
        print(f"     last lines of {result.log}:")
        for text in result.log.read_text().splitlines()[-TAIL:]:
            print(f"     | {text}")
        print(flush=True)


def summary(results):
    """Prints the last line; true when all is well."""
    counts = Counter(result.outcome for result in results)
    if counts["SKIP"]:
        print(f"{counts['SKIP']} skipped")
    print(f"{counts['PASS']} passed, {counts['FAIL']} failed", flush=True)
    return counts["FAIL"] == 0 and counts["PASS"] > 0


def write_results(path, results, deb, seconds):
    variants = sorted({result.variant.name for result in results})
    machines = {result.variant.name: result.machine for result in results if result.machine}
    outcome = {(result.scenario.name, result.variant.name): result for result in results}
    counts = Counter(result.outcome for result in results)
    text = [
        "# Results of the guest scenarios", "",
        "Written by `tests/vm/run --all`. A cell is the outcome and the seconds it took; empty: not meant for"
        " that guest.", "",
        f"- Date: {today()}",
        f"- Package: kexec-helper {debs.version(deb)}" if deb else "- Package: none",
        f"- Emulator: {qemu.version()}, software emulation",
        f"- Duration: {seconds / 60:.0f} minutes",
        f"- {counts['PASS']} passed, {counts['FAIL']} failed, {counts['SKIP']} skipped", "",
        "| Guest | Kernel and init system |", "|---|---|",
        *(f"| {name} | {machines.get(name, '')} |" for name in variants), "",
        "| Scenario | " + " | ".join(variants) + " |", "|---|" + "---|" * len(variants),
    ]
    for name in dict.fromkeys(result.scenario.name for result in sorted(results, key=lambda r: r.scenario.name)):
        cells = (outcome.get((name, variant)) for variant in variants)
        text.append(f"| {name} | " + " | ".join(cell(result) for result in cells) + " |")
    measured = [f"- {result.scenario.name}, {result.variant.name}: {result.detail}"
                for result in results if result.outcome == "PASS" and result.detail]
    text += ["", "Measured:", "", *measured] if measured else []
    path.write_text("\n".join(text) + "\n")


def append_results(path, results, deb):
    """Adds runs to RESULTS.md, below those of the whole matrix, which stay as they are."""
    text = path.read_text()
    if SINCE_THEN not in text:
        text += f"\n{SINCE_THEN}\n\nWritten by `tests/vm/run --record`.\n\n"
    for result in sorted(results, key=lambda result: (result.scenario.name, result.variant.name)):
        text += (f"- {today()}, kexec-helper {debs.version(deb)}: {result.scenario.name}, {result.variant.name}:"
                 f" {cell(result)} s{'; ' if result.detail else ''}{result.detail}\n")
    path.write_text(text)


def today():
    return time.strftime("%Y-%m-%d", time.gmtime())


def cell(result):
    return f"{result.outcome.lower()} {result.seconds:.0f}" if result else ""
