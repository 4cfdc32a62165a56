#!/usr/bin/env python3
"""`compare.py EVALUATE CASE...`: what our evaluator makes of boot directories against what the real GRUB does.

A CASE is a folder as in cases.py, or a range of seeds for generate.py ("1-500"). Where a folder has an expected.json,
the real GRUB must still agree with it. A folder in which we differ on purpose has a file `deliberate` with the reason,
and must differ. With --results FOLDER every case leaves a file there: NAME.same or NAME.different.

Prints each difference and, last, the numbers."""
import argparse
import collections
import json
import os
import shutil
import subprocess
import sys
import tempfile
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import cases
import generate
import reference

FIELDS = ["entry", "linux", "initrd", "args", "words"]
SECONDS = 20  # for ours


def ours(evaluate, tree):
    """Our result; a crash is one, too."""
    try:
        run = subprocess.run([evaluate, tree], stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=SECONDS)
    except subprocess.TimeoutExpired:
        return {"error": "takes too long"}
    try:
        return json.loads(run.stdout)
    except json.JSONDecodeError:
        return {"error": f"status {run.returncode}: {(run.stdout + run.stderr)[-500:]!r}"}


def differing(one, other, fields):
    return [field for field in fields if one.get(field, "nothing") != other.get(field, "nothing")]


def report(folder, fields, grub, mine):
    """What is different, as text."""
    lines = [f"{folder}:"]
    for field in dict.fromkeys([*fields, "error"]):
        lines += [f"  {field}", f"    GRUB: {json.dumps(grub.get(field))}", f"    ours: {json.dumps(mine.get(field))}"]
    return "\n".join(lines)


def kept(folder):
    """A copy of a folder with a difference, when it was made for this run."""
    if cases.HERE in folder.parents:
        return folder
    copy = Path(tempfile.mkdtemp(prefix="grub-difference-"), folder.name)
    shutil.copytree(folder, copy, symlinks=True)
    return copy


def compare(evaluate, folder):
    """(kind, text): kind is same, deliberate, different, or why GRUB gives no answer."""
    with cases.tree(folder) as tree:
        grub = reference.evaluate(tree)
        mine = ours(evaluate, tree)
    expected = folder / "expected.json"
    if expected.exists():
        old = json.loads(expected.read_text())
        if old != grub:
            return "different", report(f"{expected} (`ours`) and GRUB", differing(old, grub, old), grub, old)
    if grub["error"] == reference.TOO_LONG:
        return "undecided", f"{kept(folder)}: GRUB {grub['error']}"
    if "(proc)" in (grub["words"] or []):
        return "undecided", f"{kept(folder)}: a lone * stands for the names of the devices"
    # Nothing is written when nothing was loaded; GRUB has written by then.
    different = differing(grub, mine, FIELDS + (["grubenv"] if grub["entry"] else []))
    reason = folder / "deliberate"
    if different and reason.exists():
        return "deliberate", f"{folder.name}: {reason.read_text().strip()}"
    if different:
        return "different", report(kept(folder), different, grub, mine)
    if reason.exists():
        return "different", f"{folder}: is the same as GRUB's: remove the file `deliberate`"
    return "same", "boots" if grub["entry"] else "boots nothing"


def one_case(evaluate, case):
    """A folder, or a seed: (name, kind, text)."""
    if not isinstance(case, int):
        return (case.name, *compare(evaluate, case))
    with tempfile.TemporaryDirectory(dir=cases.MEMORY) as name:
        folder = Path(name, f"seed-{case}")
        folder.mkdir()
        generate.write(folder, case)
        return (folder.name, *compare(evaluate, folder))


def listed(case):
    first, dash, last = case.partition("-")
    return list(range(int(first), int(last) + 1)) if dash and first.isdigit() else [Path(case).resolve()]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--results", type=Path)
    parser.add_argument("evaluate")
    parser.add_argument("case", nargs="+")
    options = parser.parse_args()
    reference.check()
    counts = collections.Counter()
    todo = [case for argument in options.case for case in listed(argument)]
    with ProcessPoolExecutor(os.cpu_count()) as pool:
        for name, kind, text in pool.map(one_case, [options.evaluate] * len(todo), todo, chunksize=4):
            counts[kind] += 1
            counts[text] += kind == "same"
            if kind != "same":
                print(text, flush=True)
            if options.results:
                ending = "different" if kind == "different" else "same"
                (options.results / f"{name}.{ending}").write_text(text + "\n")
    print(f"{len(todo)} cases: {counts['same']} same, {counts['deliberate']} deliberate, "
          f"{counts['undecided']} undecided, {counts['boots']} boot, {counts['different']} different")
    return counts["different"] > 0


if __name__ == "__main__":
    sys.exit(main())
