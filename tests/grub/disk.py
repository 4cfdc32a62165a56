"""A disk image with one partition, hd0,msdos1, that holds a copy of a directory; and what is in it afterwards."""
import collections
import os
import re
import struct
import subprocess

UUID = "3f3f3f3f-1111-2222-3333-444444444444"
LABEL = "boot"
START = 8  # of the partition, in sectors


def searched(config, options, form, default):
    """What most `search`es of a config look for, so that they find the image."""
    line = rb"\bsearch\b[^\n]* (?:" + options + rb")\b[^\n]* ['\"]?(" + form + rb")['\"]?\s"
    names = re.findall(line, config + b"\n")
    return collections.Counter(names).most_common(1)[0][0].decode() if names else default


def without_lost_and_found(filesystem):
    """mke2fs makes a directory that the copied one does not have; its entry is marked as free."""
    rest = struct.pack("<HBB", 1024 - 24, 10, 2) + b"lost+found"
    return filesystem.replace(struct.pack("<I", 11) + rest, bytes(4) + rest)


def copying(tree):
    """Commands for debugfs that copy a directory in its own order; mke2fs would sort."""
    def command(name, *words):
        return name + "".join(f' "{word}"' for word in words) + "\n"

    def copy(folder):
        for entry in os.scandir(folder):
            if entry.is_symlink():
                yield command("symlink", entry.name, os.readlink(entry.path))
            elif entry.is_dir():
                yield command("mkdir", entry.name) + command("cd", entry.name)
                yield from copy(entry.path)
                yield command("cd", "..")
            else:
                yield command("write", entry.path, entry.name)
                yield command("set_inode_field", entry.name, "mtime", f"@{int(entry.stat().st_mtime)}")

    return "".join(copy(tree))


def debugfs(image, *arguments, **options):
    """Its output. It exits with 0 whatever happens, but complains: that is an exception."""
    run = subprocess.run(["debugfs", *arguments, f"{image}?offset={512 * START}"], check=True, capture_output=True,
                         **options)
    errors = [line for line in run.stderr.splitlines() if not re.match(rb"debugfs \d", line)]
    if errors:
        raise OSError(f"debugfs: {b' '.join(errors).decode(errors='replace')}")
    return run.stdout


def build(tree, image):
    """Writes the image. Its first two sectors, which ext2 does not use, hold boot/first-sectors if there is one."""
    config = (tree / "boot/grub/grub.cfg").read_bytes()
    uuid = searched(config, b"--fs-uuid|-u", rb"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}", UUID)
    label = searched(config, b"--label|-l", rb"[\w.-]{1,16}", LABEL)
    files = list(tree.rglob("*"))
    blocks = 1024 + sum(2 + path.lstat().st_size // 1000 for path in files)
    inodes = 16 + len(files)  # 11 are the file system's own
    subprocess.run(["mke2fs", "-q", "-F", "-t", "ext2", "-b", "1024", "-I", "128", "-N", str(inodes), "-m", "0",
                    "-U", uuid, "-L", label, "-E", f"offset={512 * START}", image, str(blocks)],
                   check=True, stdout=subprocess.DEVNULL)
    data = without_lost_and_found(image.read_bytes())
    first = tree / "boot/first-sectors"
    if first.exists():
        data = data[:512 * START] + first.read_bytes()[:1024].ljust(1024) + data[512 * START + 1024:]
    partition = struct.pack("<BBBBBBBBII", 0, 0, 0, 0, 0x83, 0, 0, 0, START, len(data) // 512 - START)
    image.write_bytes(b"\0" * 446 + partition + b"\0" * 48 + b"\x55\xaa" + data[512:])
    debugfs(image, "-w", "-f", "-", input=copying(tree).encode(errors="surrogateescape"))


def contents(image, path):
    """A file of the image."""
    return debugfs(image, "-R", f"cat {path}")
