#!/usr/bin/env python3
"""What the real GRUB makes of a boot directory: `reference.py [--grub VERSION] [--platform efi] DIR...` prints for each
DIR/boot/grub/grub.cfg what build/evaluate-grub prints, one line a release of GRUB; `reference.py --write [FOLDER...]`
writes the expected.json of test cases.

The interpreter is Debian's grub-emu, unmodified: parser, commands, menu and disk access are its own. It has no loaders
for a PC, so their commands are registered in it and supplied here (per GRUB's loader/i386/linux.c and loader/linux.c);
a debugger tells which entries run and when GRUB would boot. No terminal is read, and no time passes: sleeps and key
waits return at once, and the menu's countdown has a clock of its own."""
import argparse
import functools
import json
import os
import platform
import re
import shutil
import signal
import sys
import tempfile
from pathlib import Path

import cases
import debugger
import disk
import releases

SECONDS = 5  # of a processor that one evaluation may take; GRUB itself has no limit
TOO_LONG = "takes too long"

BAD_ARGUMENT = 18  # grub_err_t
KERNEL, INITRD, OTHER = 3, 0x20004, 5  # grub_file_type

LINUX = {"linux", "linux16", "linuxefi"}
INITRDS = {"initrd", "initrd16", "initrdefi"}
FOREIGN = {"chainloader", "multiboot", "multiboot2", "kfreebsd", "knetbsd", "kopenbsd", "xnu_kernel", "xnu_kernel64",
           "ntldr", "freedos", "plan9", "truecrypt", "pxechainloader", "appleloader"}
AT_ONCE = {"fwsetup"}
# Without effect on what boots.
SILENT = {"module", "module2", "serial", "play", "terminal_input", "terminal_output", "terminfo", "cpuid", "drivemap",
          "keymap", "acpi", "hdparm", "setpci", "lspci", "badram", "cutmem", "vbeinfo", "vbetest", "nativedisk",
          "smbios", "outb", "outw", "outl", "wrmsr", "lsacpi", "lsefi", "loadbios", "fakebios", "fix_video"}
# There in grub-emu, but other: for its terminal; for fonts; with kexec.
REPLACED = {"terminal_input", "terminal_output", "loadfont", "linux", "initrd"}
CPUS = {"pc": "i386", "efi": "x86_64"}

# Of grub-emu; `current_menu` and `grub_errno` are variables.
FUNCTIONS = ["_start", "current_menu", "grub_cmdline_run", "grub_device_open", "grub_env_get", "grub_env_set",
             "grub_env_unset", "grub_errno", "grub_error", "grub_file_close", "grub_file_open", "grub_get_time_ms",
             "grub_getkey", "grub_getkey_noblock", "grub_halt_init", "grub_host_fini", "grub_loader_boot",
             "grub_loader_is_loaded", "grub_malloc", "grub_menu_execute_entry", "grub_menu_get_timeout",
             "grub_millisleep", "grub_normal_execute", "grub_register_command_prio", "grub_register_variable_hook",
             "grub_wait_after_message"]


class Decided(Exception):
    """It is known what GRUB does: it boots Linux ("linux"), or does what the text says."""


def check():
    """Ends the program when this machine has no reference; fetches what it needs."""
    if platform.machine() != "x86_64":
        sys.exit("the reference needs an amd64 machine")
    for program, package in {"mke2fs": "e2fsprogs", "debugfs": "e2fsprogs"}.items():
        if not shutil.which(program):
            sys.exit(f"{program} is missing: apt-get install {package}")
    releases.fetch()


class Grub:
    """One run of grub-emu. `running` are the menu entries being executed, outermost first: (stack, menu, entry)."""

    def __init__(self, version, platform_name, image, output):
        emulator = releases.emulator(version)
        self.version, self.platform, self.addresses = version, platform_name, emulator.addresses
        names = releases.commands(version, platform_name)
        self.missing, self.foreign = names - emulator.commands, emulator.commands - names
        self.running, self.clock, self.kernel, self.initrds, self.ready, self.kind = [], 0, [], [], False, None
        devices = image.with_suffix(".map")
        devices.write_text(f"(hd0) {image}\n")
        self.process = debugger.Process(
            [*emulator.command, "-m", str(devices), "-r", "hd0,msdos1", "-d", "/boot/grub"],
            {"PATH": "/usr/bin:/bin", "LC_ALL": "C", "TERM": "vt100"}, output, self.addresses["_start"], SECONDS)
        self.at("grub_normal_execute", self.prepare)

    def at(self, name, handler):
        self.process.at(self.addresses[name], handler and (lambda process: handler(*(
            process.registers[r] for r in ("rdi", "rsi", "rdx")))))

    def call(self, name, *arguments):
        return self.process.call(self.addresses[name], self.addresses["_start"], *arguments)

    def string(self, text):
        """A string in GRUB's memory."""
        data = text.encode("latin-1") + b"\0"
        address = self.call("grub_malloc", len(data))
        self.process.write(address, data)
        return address

    def prepare(self, *_):
        """Before grub.cfg is read: a PC instead of the host system."""
        self.at("grub_normal_execute", None)
        self.call("grub_host_fini")  # the device (host) is the machine of the tests
        for name in ("YEAR", "MONTH", "DAY", "HOUR", "MINUTE", "SECOND", "WEEKDAY", "check_signatures"):
            self.call("grub_register_variable_hook", self.string(name), 0, 0)
            self.call("grub_env_unset", self.string(name))
        for name, value in (("grub_platform", self.platform), ("grub_cpu", CPUS[self.platform]), ("cmdpath", "(hd0)")):
            self.call("grub_env_set", self.string(name), self.string(value))
        for name in self.missing | self.foreign | REPLACED:
            self.call("grub_register_command_prio", self.string(name), self.addresses["grub_halt_init"], 0, 0, 2)
        self.at("grub_halt_init", self.command)  # a function that has done its work
        self.at("grub_menu_execute_entry", self.entry)
        self.at("grub_menu_get_timeout", self.timeout)
        self.at("grub_loader_is_loaded", lambda *_: int(self.kind is not None))
        self.at("grub_loader_boot", self.boot)
        self.at("grub_get_time_ms", self.time)
        if "grub_make_system_path_relative_to_its_root" in self.addresses:  # blscfg's, which is to see a PC instead
            self.at("grub_make_system_path_relative_to_its_root", lambda *_: 0)
            self.at("grub_device_open", self.device)
        for name in ("grub_millisleep", "grub_wait_after_message", "grub_getkey_noblock"):
            self.at(name, lambda *_: 0)
        for name in ("grub_getkey", "grub_cmdline_run"):
            self.at(name, functools.partial(self.stop, "waits for the user"))

    def device(self, name, *_):
        """blscfg has (host) where a PC has $root."""
        if name and self.process.text(name) == b"host":
            self.process.registers["rdi"] = self.call("grub_env_get", self.string("root"))
            self.process.store()

    @staticmethod
    def stop(why, *_):
        raise Decided(why)

    def time(self, *_):
        self.clock += 50
        return self.clock

    def boot(self, *_):
        if self.kind is not None:
            raise Decided(self.kind)

    def entry(self, entry, *_):
        stack = self.process.registers["rsp"]
        self.running = [frame for frame in self.running if frame[0] > stack]
        self.running.append((stack, self.menu(), entry))

    def menu(self):
        return self.process.pointer(self.process.pointer(self.addresses["current_menu"]))

    def timeout(self, *_):
        """A menu that waits for ever is left by its default entry, as after a countdown; but only once."""
        if any(menu == self.menu() for _, menu, _ in self.running):
            raise Decided("no entry boots")
        seconds = self.call("grub_menu_get_timeout")
        return 0 if seconds & 1 << 31 else seconds

    def fail(self, error, message):
        self.call("grub_error", error, self.string(message))
        return error

    def error(self):
        return self.process.number(self.addresses["grub_errno"])

    def opens(self, name, kind):
        file = self.call("grub_file_open", self.string(name), kind)
        if file:
            self.call("grub_file_close", file)
        return bool(file)

    def command(self, command, count, words):
        name = self.process.text(self.process.pointer(command + 16)).decode()
        words = [self.process.text(self.process.pointer(words + 8 * i)).decode("latin-1") for i in range(count)]
        if name == "fwsetup" and words[:1] == ["--is-supported"] and self.version != "2.06":
            return 0  # 2.06 takes no notice of arguments
        if name in AT_ONCE:
            raise Decided(name)
        if name in LINUX | FOREIGN:
            return self.load(name, words)
        if name in INITRDS:
            return self.load_initrds(words)
        if name == "hwmatch":
            return self.hwmatch(words)
        if name == "loadfont":
            return self.load_font(words)
        if name in SILENT or name in self.foreign:  # an unknown command leaves status 0
            return 0
        raise Decided(f"calls {name}, which is not known here")

    def load_font(self, words):
        """Every file that exists is a font."""
        prefix = self.process.text(self.call("grub_env_get", self.string("prefix"))).decode("latin-1")
        for word in words:
            if not self.opens(word if word[:1] in ("(", "/", "+") else f"{prefix}/fonts/{word}.pf2", OTHER):
                return self.error()
        return 0 if words else self.fail(BAD_ARGUMENT, "filename expected")

    def hwmatch(self, words):
        """On a machine with no device of the list."""
        if len(words) < 2:
            return self.fail(BAD_ARGUMENT, "list file and class required")
        if not self.opens(words[0], OTHER):
            return self.error()
        self.call("grub_env_set", self.string("match"), self.string("0"))
        return 0

    def by_stub(self):
        """Whether Linux is booted as an EFI program (loader/efi/linux.c, without shim's protocol)."""
        return self.platform == "efi" and self.version != "2.06"

    def load(self, name, words):
        """A command that fails leaves an earlier kernel bootable, but takes no more initrds for it."""
        self.ready = False
        if self.by_stub() and name in LINUX and self.kind:
            self.kind = "freed memory"  # unless what follows succeeds
        if name in FOREIGN:
            words = [word for word in words if not word.startswith("--")]
        if not words:
            return self.fail(BAD_ARGUMENT, "filename expected")
        if not self.opens(words[0], KERNEL if name in LINUX else OTHER):
            return self.error()
        self.kind, self.kernel, self.initrds = "linux" if name in LINUX else name, words, []
        self.ready = name in LINUX
        return 0

    def load_initrds(self, words):
        if not words:
            return self.fail(BAD_ARGUMENT, "filename expected")
        if not self.ready:
            return self.fail(BAD_ARGUMENT, "you need to load the kernel first")
        for word in words:
            name = re.sub("^newc:/*[^:]*:", "", word, flags=re.DOTALL)
            if not self.opens(name, INITRD):
                if self.by_stub() and self.initrds:
                    self.kind = "closed files"
                return self.error()
        self.initrds = words
        return 0

    def position(self, menu, entry):
        """The entry's title and id, and its number in its menu."""
        number, other = 0, self.process.pointer(menu + 8)
        while other != entry:
            number, other = number + 1, self.process.pointer(other + 72)
        return [self.process.text(self.process.pointer(entry + offset)).decode("latin-1") for offset in (0, 8)], number

    def chosen(self):
        """The entry that runs, by title, id, and numbers from the outermost menu on."""
        if not self.running:
            return None
        (title, name), _ = self.position(*self.running[-1][1:])
        numbers = (self.position(menu, entry)[1] for _, menu, entry in self.running)
        return {"title": title, "id": name, "path": ">".join(map(str, numbers))}

    def run(self):
        """What the evaluator would print, without grubenv."""
        try:
            self.process.run()
        except Decided as decided:
            why = str(decided)
        except debugger.Expired:
            why = TOO_LONG
        except debugger.Ended as ended:
            why = "leaves GRUB" if ended.status == 0 else f"crashes ({ended.status})"
        if why != "linux":
            return {"entry": None, "linux": None, "initrd": [], "args": None, "words": None, "error": why}
        return {"entry": self.chosen(), "linux": self.kernel[0], "initrd": self.initrds,
                "args": loader_line(self.kernel[1:]), "words": self.kernel[1:], "error": None}


def loader_line(words):
    """The words as Linux gets them (GRUB's lib/cmdline.c)."""
    escaped = [re.sub(r"""([\\'"])""", r"\\\1", word) for word in words]
    return " ".join(f'"{word}"' if " " in word else word for word in escaped)


def evaluate(tree, image, version, platform_name="pc", output=os.devnull):
    """The result of a release for a directory with boot/grub/grub.cfg, of which `image` is a fresh disk. GRUB's
    terminal output goes to the file `output`."""
    with open(output, "wb") as terminal:
        signal.alarm(120 * SECONDS)  # ends this process: GRUB waits for something that is not replaced here
        grub = Grub(version, platform_name, image, terminal.fileno())
        try:
            result = grub.run()
        finally:
            signal.alarm(0)
            grub.process.kill()
    exists = Path(tree, "boot/grub/grubenv").exists()
    return result | {"grubenv": disk.contents(image, "/boot/grub/grubenv").hex() if exists else None}


def evaluate_each(tree, versions=releases.SUITES, platform_name="pc", output=os.devnull):
    """The results by release."""
    results = {}
    with tempfile.TemporaryDirectory(dir=cases.MEMORY) as folder:
        fresh, used = Path(folder, "fresh"), Path(folder, "image")
        disk.build(Path(tree), fresh)
        for version in versions:
            shutil.copyfile(fresh, used)
            results[version] = evaluate(tree, used, version, platform_name, output)
    return results


def write(folder):
    """Makes the files of what is expected of a quirk."""
    with cases.tree(folder) as tree:
        results = evaluate_each(tree, platform_name=cases.platform(folder))
    common = results[cases.COMMON]
    for version, result in results.items():
        file = cases.expected_file(folder, version)
        if version == cases.COMMON or result != common:
            file.write_text(cases.dump(result))
        else:
            file.unlink(missing_ok=True)
    return results


def summary(results):
    """One line; with the releases that differ from the common result."""
    common = results[cases.COMMON]
    short = {version: result | {"grubenv": len(result["grubenv"] or "") // 2} for version, result in results.items()
             if version == cases.COMMON or result != common}
    return json.dumps(short)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--grub", choices=list(releases.SUITES), help="of this release alone")
    parser.add_argument("--platform", choices=list(CPUS), default="pc")
    parser.add_argument("--output", default=os.devnull, help="file for what the last one writes to its terminal")
    parser.add_argument("--write", action="store_true")
    parser.add_argument("folder", nargs="*", type=Path)
    options = parser.parse_args()
    check()
    if options.write:
        for folder in options.folder or cases.quirks():
            print(folder.name, summary(write(folder)), flush=True)
        return
    versions = [options.grub] if options.grub else releases.SUITES
    for tree in options.folder:
        for version, result in evaluate_each(tree, versions, options.platform, options.output).items():
            print(json.dumps({"grub": version} | result))


if __name__ == "__main__":
    main()
