#!/usr/bin/env python3
"""Random boot directories for the differential test: `generate.py FOLDER SEED` writes the case of a seed, the same one
every time. Most are valid, and most boot a kernel whose words show the variables."""
import sys
from pathlib import Path

import script

KERNELS = ["/boot/vmlinuz-1", "/boot/vmlinuz-2", "/boot/vmlinuz-10"]
INITRDS = ["/boot/initrd.img-1", "/boot/initrd.img-2"]
FILES = KERNELS + INITRDS + ["/boot/k/c", "/boot/k/a", "/boot/k/.h", "/boot/k/b x", "/boot/k/\xe4", "/boot/e/",
                             "/boot/empty size=0", "/boot/old mtime=1600000000", "/boot/link -> vmlinuz-2"]
MKCONFIG = """load_env
if [ "${next_entry}" ] ; then
   set default="${next_entry}"
   set next_entry=
   save_env next_entry
   set boot_once=true
else
   set default="${saved_entry}"
fi
function savedefault {
  if [ -z "${boot_once}" ]; then
    saved_entry="${chosen}"
    save_env saved_entry
  fi
}
"""


class Config(script.Script):
    """A grub.cfg, its grubenv, and the files it reads (`extra`, by name)."""

    def __init__(self, seed):
        super().__init__(seed)
        self.extra, self.names, self.outside = {}, [], True

    def kernel(self):
        return self.pick((8, lambda: self.one_of(KERNELS)), (1, "/boot/none"), (0.5, "/boot/vmlinuz-?"), (0.3, "$2"),
                         (0.5, "($root)/boot/vmlinuz-1"), (0.3, "/boot/link"), (0.2, "/boot"))

    def loading(self):
        """linux, and often initrd."""
        names = self.rng.sample(script.VARIABLES, 4)
        shown = " ".join(self.one_of([f'"{name}=${name}"', f"${name}"]) for name in names)
        command = self.one_of(["linux"] * 9 + ["linux16"])
        text = f'{command} {self.kernel()} "r=$r" "$1" {shown} {self.words(3)}'
        if self.chance(0.6):
            files = self.many(1, self.rng.choice([1, 1, 2]), self.initrd, " ")
            text += "\n" + self.one_of(["initrd"] * 8 + ["initrd16"]) + " " + files
        return text

    def initrd(self):
        return self.pick((9, lambda: self.one_of(INITRDS)), (0.5, "/boot/none"), (0.5, f"newc:x/y:{INITRDS[0]}"),
                         (0.3, "$a"))

    def body(self):
        before = self.commands(1, 1, 3) + "\n" if self.chance(0.5) else ""
        after = "\n" + self.commands(1, 1, 2) if self.chance(0.3) else ""
        return before + self.pick(
            (9, self.loading), (0.3, "true"), (0.2 * self.outside, lambda: self.file("configfile")),
            (0.5, lambda: self.loading() + "\n" + self.loading()),
            (0.5, lambda: f"if {self.test()}; then {self.loading()}\nelse {self.loading()}\nfi")) + after

    def name(self):
        return self.pick((3, lambda: f"Kernel {self.rng.randrange(4)}"), (1, "Linux, with 6.1 (recovery mode)"),
                         (1, "2nd"), (1, "a > b"), (0.5, "it's"), (0.5, "x"), (0.3, "\xe4\xf6"), (0.5, "1"))

    def quoted(self, name):
        return self.one_of(["'" + name.replace("'", "'\\''") + "'", f'"{name}"'])

    def head(self):
        """Title and options; what the entry may be called is remembered."""
        names = [self.name()]
        text = self.quoted(names[0])
        if self.chance(0.5):
            names.append(self.pick((3, lambda: f"id{self.rng.randrange(5)}"), (1, self.name), (0.3, "7up")))
            text += self.one_of([" --id ", " --id="]) + self.quoted(names[-1])
        self.names.append(names)
        return text + self.pick((4, ""), (2, " --class debian --class os"), (0.5, " --unrestricted"),
                                (0.1, " --nosuch"), (0.3, " --users ''"), (0.2, " --hotkey=h"),
                                (0.3, " extra 'two words'"))

    def entry(self, level):
        head = self.head()
        if level == 0 or self.chance(0.75):
            return f"menuentry {head} {{\n{self.body()}\n}}"
        before = self.commands(1, 1, 2) + "\n" if self.chance(0.4) else ""
        return f"submenu {head} {{\n{before}{self.many(1, 3, lambda: self.entry(level - 1))}\n}}"

    def item(self):
        """An entry, or several in a branch or loop."""
        return self.pick(
            (12, lambda: self.entry(2)),
            (1, lambda: f"if {self.test()}; then\n{self.entry(1)}\nelse\n{self.entry(0)}\nfi"),
            (1, lambda: f"for {self.variable()} in {self.words(3)}; do\n{self.entry(0)}\ndone"))

    def part(self):
        """One level of a path of entries."""
        name = self.one_of(self.one_of(self.names or [["0"]]))
        return self.pick((3, lambda: str(self.rng.randrange(4))), (3, name.replace(">", ">>")), (1, name),
                         (0.3, "none"), (0.3, "0x1"), (0.2, "01"), (0.2, " 1"), (0.2, ""))

    def path(self):
        return self.many(1, self.rng.choice([1, 1, 2, 3]), self.part, ">")

    def setup(self):
        """default and the like, before or behind the menu."""
        text = "set default=" + self.quoted(self.path()) + "\n" if self.chance(0.8) else ""
        if self.chance(0.5):
            text += f'set fallback="{self.many(1, 3, lambda: self.one_of(["0"] * 15 + ["1"] * 8 + ["2", "7"]), " ")}"\n'
        if self.chance(0.2):
            text += f"set timeout={self.one_of(['0', '5', '-1', 'x'])}\n"
        return text or "true\n"

    def file(self, how):
        """A command that reads a file written for it, which reads no other."""
        name = f"{self.one_of('abc')}.cfg"
        self.outside = False
        self.extra[name] = (self.commands(1, 1, 3) + "\n" + ("set timeout=0\n" if self.chance(0.7) else "") +
                            self.many(0, 2, lambda: self.entry(0)) + "\n")
        self.outside = True
        return f"{how} {self.one_of(['$prefix', '${config_directory}', '($root)/boot/grub', '$prefix'])}/{name}"

    def text(self):
        parts = [self.commands(2, 2), *(self.function() for _ in range(self.rng.randrange(3))), self.commands(2, 2)]
        saved = self.chance(0.35)
        if saved:
            self.functions.append("savedefault")
        if self.chance(0.25):
            parts.append(self.file(self.one_of(["source", "."])))
        for _ in range(self.rng.randint(1, 4)):
            parts.append(self.item())
            if self.chance(0.3):
                parts.append(self.commands(2, 2, 2))
        everything = " ".join(f'"{name}=${name}"' for name in script.VARIABLES)
        parts.append(f'menuentry Last --id last {{\n  linux /boot/vmlinuz-1 "r=$r" {everything}\n}}')
        parts.insert(self.rng.randrange(len(parts) + 1), self.setup())
        text = (MKCONFIG if saved else "") + "\n".join(parts) + ("" if self.chance(0.05) else "\n")
        return text.replace("\n", "\r\n") if self.chance(0.1) else text

    def grubenv(self):
        text = self.pick((93, "# GRUB Environment Block\n"), (3, ""), (2, "# GRUB environment block\n"), (2, "a=1\n"))
        for name in ["next_entry", "saved_entry", *self.rng.sample(script.VARIABLES, 3)]:
            if self.chance(0.5):
                value = self.path() if name.endswith("entry") else self.one_of(script.VALUES)
                text += f"{name}=" + value.replace("\\", "\\\\") + "\n"
        if self.chance(0.1):
            text += self.one_of(["#z=1\n", "noequals\n", "a=x\\\ny\n", "=\n", "\n"])
        return text.ljust(self.one_of([1024] * 9 + [200]), "#")


def write(folder, seed):
    config = Config(seed)
    (folder / "boot/grub").mkdir(parents=True)
    (folder / "grub.cfg").write_bytes(config.text().encode("latin-1"))
    for name, text in config.extra.items():
        (folder / "boot/grub" / name).write_bytes(text.encode("latin-1"))
    if config.chance(0.6):
        (folder / "grubenv").write_bytes(config.grubenv().encode("latin-1"))
    (folder / "files").write_text("\n".join(FILES) + "\n", encoding="utf-8")


if __name__ == "__main__":
    write(Path(sys.argv[1]), int(sys.argv[2]))
