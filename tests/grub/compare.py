#!/usr/bin/env python3
"""`compare.py EVALUATE CASE...`: what our evaluator makes of boot directories against what every release of the real
GRUB does.

A CASE is a folder as in cases.py, or a range of seeds for generate.py ("1-500"). Where a folder has an expected.json,
the real GRUB must still agree with it. A folder in which we differ on purpose has a file `deliberate` with the reason,
or `deliberate-VERSION` for one release, and must differ.

Prints each difference and, last, the numbers of each release and of all; with --tap a line of TAP for each case."""
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
import releases

FIELDS = ["entry", "linux", "initrd", "args", "words"]
SECONDS = 120  # for ours, on a busy machine


def ours(evaluate, version, platform, tree):
    """Our result; a crash is one, too."""
    try:
        run = subprocess.run([evaluate, "--grub", version, "--platform", platform, tree], capture_output=True,
                             timeout=SECONDS, check=False)
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


def compare_release(evaluate, folder, tree, version, grub):
    """(kind, text): kind is same, deliberate, different, or undecided when GRUB gives no answer."""
    mine = ours(evaluate, version, cases.platform(folder), tree)
    old = cases.expected(folder, version)
    if old is not None and old != grub:
        name = cases.expected_file(folder, version)
        return "different", report(f"{name} (`ours`) and GRUB {version}", differing(old, grub, old), grub, old)
    if grub["error"] == reference.TOO_LONG:
        return "undecided", f"{kept(folder)}: GRUB {version} {grub['error']}"
    if "(proc)" in (grub["words"] or []):
        return "undecided", f"{kept(folder)}: a lone * stands for the names of the devices"
    # Nothing is written when nothing was loaded; GRUB has written by then.
    different = differing(grub, mine, FIELDS + (["grubenv"] if grub["linux"] else []))
    reason = cases.deliberate(folder, version)
    if different and reason:
        return "deliberate", f"{folder.name}: {reason.read_text().strip()}"
    if different:
        return "different", report(f"{kept(folder)}, GRUB {version}", different, grub, mine)
    if reason:
        return "different", f"{folder}: is the same as GRUB {version}'s: remove the file `{reason.name}`"
    return "same", "boots" if grub["linux"] else "boots nothing"


def compare(evaluate, folder, versions):
    """(version, kind, text) for each release."""
    with cases.tree(folder) as tree:
        return [(version, *compare_release(evaluate, folder, tree, version, grub))
                for version, grub in reference.evaluate_each(tree, versions, cases.platform(folder)).items()]


def one_case(evaluate, case, versions):
    """A folder, or a seed: its name and what compare says."""
    if not isinstance(case, int):
        return case.name, compare(evaluate, case, versions)
    with tempfile.TemporaryDirectory(dir=cases.MEMORY) as name:
        folder = Path(name, f"seed-{case}")
        folder.mkdir()
        generate.write(folder, case)
        return folder.name, compare(evaluate, folder, versions)


def listed(case):
    first, dash, last = case.partition("-")
    return list(range(int(first), int(last) + 1)) if dash and first.isdigit() else [Path(case).resolve()]


def numbers(count):
    kinds = ("same", "deliberate", "undecided", "different")
    return (f"{sum(count[kind] for kind in kinds)} cases: {count['same']} same, {count['deliberate']} deliberate, "
            f"{count['undecided']} undecided, {count['boots']} boot, {count['different']} different")


def printed(name, results, tap):
    """What is said of a case: how it differs, or its line of TAP."""
    texts = [text for _, kind, text in results if kind != "same"]
    if not tap:
        return "".join(text + "\n" for text in texts)
    status = "not ok" if any(kind == "different" for _, kind, _ in results) else "ok"
    return f"{status} - {name}\n" + "".join(f"# {line}\n" for text in texts for line in text.splitlines())


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tap", action="store_true")
    parser.add_argument("--grub", choices=list(releases.SUITES), help="compare with this release alone")
    parser.add_argument("--spread", action="store_true", help="each case with one release, in turn")
    parser.add_argument("evaluate")
    parser.add_argument("case", nargs="+")
    options = parser.parse_args()
    reference.check()
    versions = [options.grub] if options.grub else list(releases.SUITES)
    counts = {version: collections.Counter() for version in versions}
    todo = [case for argument in options.case for case in listed(argument)]
    releases_of = [[versions[i % len(versions)]] if options.spread else versions for i in range(len(todo))]
    with ProcessPoolExecutor(os.cpu_count()) as pool:
        for name, results in pool.map(one_case, [options.evaluate] * len(todo), todo, releases_of, chunksize=4):
            for version, kind, text in results:
                counts[version][kind] += 1
                counts[version][text] += kind == "same"
            print(printed(name, results, options.tap), end="", flush=True)
    total = sum(counts.values(), collections.Counter())
    for what, count in (*((f"GRUB {version}: ", count) for version, count in counts.items()), ("", total)):
        print(f"{'# ' * options.tap}{what}{numbers(count)}")
    return total["different"] > 0


if __name__ == "__main__":
    sys.exit(main())
