#!/usr/bin/env python3
"""Makes src/os/linux/bpf/programs.inc out of the BPF programs beside it.

    tools/bpf_image.py            writes it (make bpf)
    tools/bpf_image.py --check    fails when it is not what the programs give
    tools/bpf_image.py --compiler tells the version of clang that it was made with

What the kernel needs of a compiled program is its instructions, its type information and the list of
places where offsets of the running kernel belong. These are taken out of the object file and laid
out as bpf(2) takes them, so that the library links nothing and a machine that builds it needs no
compiler for BPF. Names of files and lines of source are left out: the same sources give the same
bytes in any folder. Another version of clang may give other ones, which serve as well.
"""
import os
import re
import struct
import subprocess
import sys
import tempfile

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
FOLDER = os.path.join(ROOT, "src", "os", "linux", "bpf")
OUTPUT = os.path.join(FOLDER, "programs.inc")
SOURCES = ("tasks.bpf.c", "sockets.bpf.c", "cpus.bpf.c")
CLANG = os.environ.get("CLANG", "clang")
OPTIONS = ("-target", "bpf", "-mcpu=v3", "-O2", "-g", "-Wall", "-Werror", "-c")

# include/uapi/linux/bpf.h
LOAD_NUMBER = 0x18
CALL = 0x85
PSEUDO_CALL, PSEUDO_FUNCTION = 1, 4
R_BPF_64_64, R_BPF_64_32 = 1, 10


class Object:
    """An ELF file of 64 bits, lowest byte first."""

    def __init__(self, data):
        self.data = data
        at, = struct.unpack_from("<Q", data, 40)
        size, count, names = struct.unpack_from("<HHH", data, 58)
        self.sections = [struct.unpack_from("<IIQQQQIIQQ", data, at + i * size) for i in range(count)]
        strings = self.body(names)
        self.names = [text_at(strings, section[0]) for section in self.sections]
        self.symbols = self.read_symbols()

    def body(self, index):
        section = self.sections[index]
        return self.data[section[4]:section[4] + section[5]]

    def find(self, name):
        return self.body(self.names.index(name)) if name in self.names else b""

    def read_symbols(self):
        symbols = []
        index = self.names.index(".symtab")
        strings = self.body(self.sections[index][6])
        for name, info, _, section, value, size in struct.iter_unpack("<IBBHQQ", self.body(index)):
            symbols.append((text_at(strings, name), info & 15, section, value, size))
        return symbols

    def relocations(self, name):
        """Of a section: by offset, the type and the symbol."""
        return {offset: (info & 0xffffffff, self.symbols[info >> 32])
                for offset, info in struct.iter_unpack("<QQ", self.find(".rel" + name))}

    def functions(self, name):
        index = self.names.index(name)
        return [symbol for symbol in self.symbols if symbol[1] == 2 and symbol[2] == index]


def text_at(strings, offset):
    return strings[offset:strings.index(b"\0", offset)].decode()


class Types:
    """The type information (Documentation/bpf/btf.rst), with the names that are in use only."""

    def __init__(self, data):
        self.source = data
        _, _, _, header, types, types_len, strings, strings_len = struct.unpack_from("<HBBIIIII", data)
        self.types = bytearray(data[header + types:header + types + types_len])
        self.old = data[header + strings:header + strings + strings_len]
        self.new = bytearray(b"\0")
        self.places = {0: 0}
        self.rename()

    def keep(self, offset):
        if offset not in self.places:
            text = text_at(self.old, offset).encode() + b"\0"
            self.places[offset] = len(self.new)
            self.new += text
        return self.places[offset]

    def keep_at(self, at):
        struct.pack_into("<I", self.types, at, self.keep(struct.unpack_from("<I", self.types, at)[0]))

    # Of what follows a type's first three words: how long it is, and where names are in it.
    EXTRAS = {1: 4, 3: 12, 14: 4, 17: 4}
    ITEMS = {4: 12, 5: 12, 6: 8, 13: 8, 15: 12, 19: 12}
    NAMED_ITEMS = (4, 5, 6, 13, 19)

    def rename(self):
        at = 0
        while at < len(self.types):
            kind_and_len, = struct.unpack_from("<I", self.types, at + 4)
            kind, items = kind_and_len >> 24 & 31, kind_and_len & 0xffff
            self.keep_at(at)
            at += 12
            if kind in self.ITEMS:
                for _ in range(items):
                    if kind in self.NAMED_ITEMS:
                        self.keep_at(at)
                    at += self.ITEMS[kind]
            else:
                at += self.EXTRAS.get(kind, 0)

    def bytes(self):
        return struct.pack("<HBBIIIII", 0xeb9f, 1, 0, 24, 0, len(self.types), len(self.types),
                           len(self.new)) + bytes(self.types) + bytes(self.new)


class Notes:
    """What stands beside the types: of each section the functions, and where offsets belong."""

    def __init__(self, data, types):
        self.types = types
        header, functions, functions_len, _, _, places, places_len = struct.unpack_from(
            "<IIIIIII", data, 4)
        self.functions = self.read(data[header + functions:][:functions_len])
        self.places = self.read(data[header + places:][:places_len])

    def read(self, data):
        found = {}
        size, = struct.unpack_from("<I", data)
        at = 4
        while at < len(data):
            name, count = struct.unpack_from("<II", data, at)
            at += 8
            found[text_at(self.types.old, name)] = [
                struct.unpack_from(f"<{size // 4}I", data, at + i * size) for i in range(count)]
            at += count * size
        return found


class Program:
    """One program: its own function, and behind it those that it refers to."""

    def __init__(self, source, section, notes):
        self.source, self.notes = source, notes
        self.code = bytearray()
        self.starts = {}
        self.function_notes, self.place_notes = [], []
        symbol, = source.functions(section)
        self.name, self.section = symbol[0], section
        self.add(section, symbol)

    def add(self, section, symbol):
        start = len(self.code)
        self.starts[section, symbol[3]] = start
        body = self.source.find(section)[symbol[3]:symbol[3] + symbol[4]]
        self.code += body
        inside = range(symbol[3], symbol[3] + symbol[4])
        for offset, kind in self.notes.functions.get(section, []):
            if offset in inside:
                self.function_notes.append(((start + offset - symbol[3]) // 8, kind))
        for offset, kind, text, what in self.notes.places.get(section, []):
            if offset in inside:
                self.place_notes.append(
                    (start + offset - symbol[3], kind, self.notes.types.keep(text), what))
        for offset, (kind, target) in sorted(self.source.relocations(section).items()):
            if offset in inside:
                self.refer(start + offset - symbol[3], kind, target)

    def refer(self, at, kind, target):
        """Lets the instruction lead to the function, which is added unless it is there."""
        addend, = struct.unpack_from("<i", self.code, at + 4)
        section = self.source.names[target[2]]
        if kind == R_BPF_64_64 and self.code[at] == LOAD_NUMBER:
            offset, mark = target[3] + addend, PSEUDO_FUNCTION
        elif kind == R_BPF_64_32 and self.code[at] == CALL:
            offset, mark = target[3] + (addend + 1) * 8, PSEUDO_CALL
        else:
            raise ValueError(f"{self.name}: a reference to {target[0]} that is not understood")
        if (section, offset) not in self.starts:
            function, = [s for s in self.source.functions(section) if s[3] == offset]
            self.add(section, function)
        self.code[at + 1] = self.code[at + 1] & 15 | mark << 4
        struct.pack_into("<i", self.code, at + 4, (self.starts[section, offset] - at) // 8 - 1)


def compile_object(source):
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "program.o")
        subprocess.run([CLANG, *OPTIONS, source, "-o", path], cwd=FOLDER, check=True)
        with open(path, "rb") as file:
            return Object(file.read())


def array(kind, name, data, size):
    """A C array of numbers of `size` bytes."""
    numbers = [f"0x{number[0]:0{size * 2}x}" for number in
               struct.iter_unpack({4: "<I", 8: "<Q"}[size], data + bytes(-len(data) % size))]
    per_line = 96 // (size * 2 + 4)
    lines = [", ".join(numbers[i:i + per_line]) for i in range(0, len(numbers), per_line)]
    return f"static const {kind} {name}[] = {{\n    " + ",\n    ".join(lines) + "};\n"


def words(rows):
    return b"".join(struct.pack(f"<{len(row)}I", *row) for row in rows)


def render(source):
    compiled = compile_object(source)
    types = Types(compiled.find(".BTF"))
    notes = Notes(compiled.find(".BTF.ext"), types)
    stem = source.split(".")[0]
    text = []
    for section in compiled.names:
        if not section.startswith("iter"):
            continue
        program = Program(compiled, section, notes)
        text.append(array("uint64_t", program.name + "_code", bytes(program.code), 8))
        text.append(array("uint32_t", program.name + "_functions", words(program.function_notes), 4))
        text.append(array("uint32_t", program.name + "_places", words(program.place_notes), 4))
    text.append(array("uint32_t", stem + "_types", types.bytes(), 4))
    text.append(f"#define {stem.upper()}_TYPES_SIZE {len(types.bytes())}\n")
    return "".join(text)


def compiler():
    found = subprocess.run([CLANG, "--version"], capture_output=True, text=True, check=True)
    return re.search(r"version (\d+)", found.stdout)[1]


def image():
    text = [f"/* Made by tools/bpf_image.py with clang {compiler()}; not to be edited. */\n"]
    return "".join(text + [render(source) for source in SOURCES])


def read_output():
    with open(OUTPUT, encoding="ascii") as file:
        return file.read()


def main(arguments):
    if arguments == ["--compiler"]:
        print(re.search(r"clang (\d+)", read_output())[1])
    elif arguments == ["--check"]:
        if image() != read_output():
            sys.exit(f"{OUTPUT} is not what the programs give: make bpf")
    elif not arguments:
        text = image()
        with open(OUTPUT, "w", encoding="ascii") as file:
            file.write(text)
    else:
        sys.exit(__doc__)


if __name__ == "__main__":
    main(sys.argv[1:])
