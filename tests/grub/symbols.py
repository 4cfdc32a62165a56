"""Where the functions of a stripped program are, from the object files it was linked of.

Debian strips grub-emu from 2.12 on, but ships what it consists of, kernel.img and the modules, with their symbols and
relocations. The code of an object, apart from what its relocations fill in, is found in the program exactly once; then
the filled-in addresses say where the rest is. GRUB compiles for the large code model, so that these are absolute."""
import re
import struct
from pathlib import Path

RELA, SECTION = 4, 3  # type of a section; type of a symbol
ADDRESS_SIZE = {1: 8, 10: 4, 11: 4}  # R_X86_64_64, _32, _32S


class Elf:
    """Sections and symbols of an ELF file for amd64 (per System V ABI, "Object Files")."""

    def __init__(self, path):
        self.data = Path(path).read_bytes()
        offset, = struct.unpack_from("<Q", self.data, 40)
        count, names = struct.unpack_from("<HH", self.data, 60)
        self.entry, = struct.unpack_from("<Q", self.data, 24)
        self.headers = [struct.unpack_from("<IIQQQQIIQQ", self.data, offset + 64 * i) for i in range(count)]
        self.names = [self.text(names, header[0]) for header in self.headers]

    def text(self, section, offset):
        start = self.headers[section][4] + offset
        return self.data[start:self.data.index(b"\0", start)].decode()

    def content(self, section):
        _, _, _, _, offset, size, *_ = self.headers[section]
        return self.data[offset:offset + size]

    def symbols(self):
        """(name, type, section, value) of each."""
        table = self.names.index(".symtab")
        strings = self.headers[table][6]
        for name, info, _, section, value, _ in struct.iter_unpack("<IBBHQQ", self.content(table)):
            yield self.text(strings, name), info & 15, section, value

    def relocations(self, section):
        """(offset, size, symbol's number, addend) of each, by offset."""
        result = []
        for i, header in enumerate(self.headers):
            if header[1] == RELA and header[7] == section:
                result += [(offset, ADDRESS_SIZE[info & 0xffffffff], info >> 32, addend)
                           for offset, info, addend in struct.iter_unpack("<QQq", self.content(i))]
        return sorted(result)


def position(code, relocations, program):
    """Where the code is in the program's."""
    pattern, end = b"", 0
    for offset, size, *_ in relocations:
        pattern += re.escape(code[end:offset]) + b".{%d}" % size
        end = offset + size
    found = [match.start() for match in re.finditer(pattern + re.escape(code[end:]), program, re.DOTALL)]
    if len(found) != 1:
        raise ValueError(f"{len(found)} places for {len(code)} bytes of code")
    return found[0]


def recovered(program, objects):
    """The address of every symbol of the objects, and "_start"."""
    program = Elf(program)
    section = program.names.index(".text")
    text, start = program.content(section), program.headers[section][3]
    result = {"_start": program.entry}
    for file in map(Elf, objects):
        section, symbols = file.names.index(".text"), list(file.symbols())
        relocations = file.relocations(section)
        place = position(file.content(section), relocations, text)
        sections = {section: start + place}
        for offset, size, number, addend in relocations:
            name, kind, other, _ = symbols[number]
            address = int.from_bytes(text[place + offset:place + offset + size], "little") - addend
            if kind != SECTION:
                result.setdefault(name, address)
            elif not file.names[other].startswith(".rodata.str"):  # the linker merges equal strings
                sections.setdefault(other, address)
        for name, _, section, value in symbols:
            if section in sections:
                result.setdefault(name, sections[section] + value)
    return result
