#!/usr/bin/env python3
"""Checks what the compiler cannot: who includes whom, where paths are named, how long things are.

    src/core, src/parse   no header of an operating system, nothing of src/os
    cli, examples, python only <psutil…>, the C library and their own headers
    cli                   no header of an operating system but in platform_<system>*.c and record/
    src, cli              no literal path below /proc, /sys, /etc or /run; the roots themselves are
                          named where their defaults are, and by the command's options
    everywhere            files of at most 600 lines, functions of at most 60

Prints each breach as FILE:LINE: TEXT and exits with 1 when there is one.
"""
import os
import re
import sys

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
FILE_LINES = 600
FUNCTION_LINES = 60

# The C library's own headers, which every system has.
STANDARD = {f"{name}.h" for name in (
    "assert complex ctype errno fenv float inttypes iso646 limits locale math setjmp signal stdalign "
    "stdarg stdatomic stdbool stddef stdint stdio stdlib stdnoreturn string tgmath threads time "
    "uchar wchar wctype").split()}

# What the command draws with, where the build found it.
CLI_LIBRARIES = {"libsmartcols/libsmartcols.h", "ncurses.h", "curses.h"}

INCLUDE = re.compile(r'^\s*#\s*include\s*([<"])([^>"]+)[>"]', re.MULTILINE)
# A string that begins with one of the roots, in whole.
ROOT_PATH = re.compile(r'"/(?:proc|sys|etc|run)(?:/[^"]*)?"')
ROOT_ITSELF = re.compile(r'"/(?:proc|sys|etc|run)"')
DEFAULT_ROOTS = re.compile(r"ps_os_default_roots\s*=\s*\{[^}]*\}")


def strip_comments(text):
    """The same text, of the same lines, without comments."""
    def blank(match):
        found = match[0]
        return found if found[0] in "\"'" else re.sub(r"[^\n]", " ", found)
    return re.sub(r'"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])*\'|/\*.*?\*/|//[^\n]*', blank, text,
                  flags=re.DOTALL)


def line_of(text, position):
    return text.count("\n", 0, position) + 1


def core_may_include(bracket, header):
    if bracket == "<":
        return header in STANDARD or header.startswith("psutil")
    return not header.startswith("os/") and ".." not in header


def outside_may_include(bracket, header):
    if bracket == '"':
        return not header.startswith(("core/", "parse/", "os/", "src/")) and ".." not in header \
            and header != "backend.h"
    return True


def cli_may_include(bracket, header):
    if bracket == "<":
        return header in STANDARD or header in CLI_LIBRARIES or header.startswith("psutil")
    return outside_may_include(bracket, header)


def check_includes(path, text):
    if path.startswith(("src/core/", "src/parse/")) or path == "src/backend.h":
        allowed, where = core_may_include, "core and parse know no operating system"
    elif path.startswith("cli/") and not path.startswith(("cli/platform_", "cli/record/")):
        allowed, where = cli_may_include, "what systems differ in is behind cli/platform.h"
    elif path.startswith(("cli/", "python/", "examples/")):
        allowed, where = outside_may_include, "only the public headers and its own"
    else:
        return
    for match in INCLUDE.finditer(text):
        if not allowed(match[1], match[2]):
            yield line_of(text, match.start()), f"includes {match[2]}: {where}"


def check_paths(path, text):
    if not path.startswith(("src/", "cli/")):
        return
    if path.startswith("cli/"):
        text = ROOT_ITSELF.sub(lambda match: " " * len(match[0]), text)
    text = DEFAULT_ROOTS.sub(lambda match: re.sub(r"[^\n]", " ", match[0]), text)
    for match in ROOT_PATH.finditer(text):
        yield line_of(text, match.start()), f"names {match[0]}: files are found through the roots"


def check_lengths(path, text):
    lines = text.splitlines()
    if len(lines) > FILE_LINES:
        yield len(lines), f"{len(lines)} lines, over {FILE_LINES}"
    # As .clang-format lays it out, a function's braces stand in the first column.
    start = None
    for number, line in enumerate(lines, 1):
        if line == "{":
            start = number
        elif line == "}" and start is not None:
            if number - start - 1 > FUNCTION_LINES:
                yield start, f"a function of {number - start - 1} lines, over {FUNCTION_LINES}"
            start = None


CHECKS = (check_includes, check_paths, check_lengths)


def check(path, text):
    """Breaches of one file, as (line, text)."""
    text = strip_comments(text)
    return [breach for one in CHECKS for breach in one(path, text)]


def sources():
    for folder in ("include", "src", "cli", "python", "examples", "fuzz", "bench", "tests"):
        for path, folders, names in os.walk(os.path.join(ROOT, folder)):
            folders.sort()
            for name in sorted(names):
                if name.endswith((".c", ".h")):
                    yield os.path.relpath(os.path.join(path, name), ROOT)


def main():
    breaches = 0
    for path in sources():
        with open(os.path.join(ROOT, path), encoding="utf-8") as file:
            for line, text in check(path, file.read()):
                print(f"{path}:{line}: {text}")
                breaches += 1
    return 1 if breaches else 0


if __name__ == "__main__":
    sys.exit(main())
