#!/usr/bin/env python3
"""`compare.py DUMP DIRECTORY`: what kexec-helper reads from each file against what `sh -c '. FILE'` leaves.

Every byte counts. Prints each file that differs and, last, how many were compared, by whom they were read, and how many
differ."""
import collections
import subprocess
import sys
from pathlib import Path

NAMES = ["LOAD_KEXEC", "KERNEL_IMAGE", "INITRD", "APPEND", "PANIC_TIMEOUT", "USE_GRUB_CONFIG", "OTHER", "_x9"]
ENVIRONMENT = {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL": "C"}


def by_shell(path):
    """The variables, or None when the shell cannot read the file."""
    script = ". " + str(path) + "\n" + "".join(
        f'[ -z "${{{name}+x}}" ] || printf "%s=%s\\0" {name} "${name}" >&3\n' for name in NAMES) + "printf end >&3"
    with subprocess.Popen(["sh", "-c", f"exec 3>&1 >/dev/null\n{script}"], env=ENVIRONMENT, stdin=subprocess.DEVNULL,
                          stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as shell:
        output = shell.stdout.read()
    return output[:-3].split(b"\0")[:-1] if output.endswith(b"end") else None


def by_helper(dump, paths):
    """One (reader, variables) for each file."""
    asked = "".join(f"{path}\n" for path in paths).encode()
    words = subprocess.run([dump, *NAMES], input=asked, stdout=subprocess.PIPE, check=True).stdout.split(b"\0")
    answers, current = [], []
    for word in words[:-1]:
        if word:
            current.append(word)
        else:
            answers.append((current[0].decode(), current[1:]))
            current = []
    return answers


def main(dump, directory):
    paths = sorted(Path(directory).iterdir())
    answers = by_helper(dump, paths)
    readers = collections.Counter(reader for reader, _ in answers)
    different = abs(len(paths) - len(answers))
    for path, (reader, variables) in zip(paths, answers):
        expected = by_shell(path)
        if (reader == "refused") != (expected is None) or expected is not None and variables != expected:
            different += 1
            print(f"{path.name}: {path.read_bytes()[:300]!r}\n  helper: {reader} {variables}\n  sh:     {expected}")
    counts = ", ".join(f"{readers[reader]} {reader}" for reader in ("plain", "shell", "refused"))
    print(f"{len(paths)} files: {counts}; {different} different")
    return different > 0


sys.exit(main(*sys.argv[1:]))
