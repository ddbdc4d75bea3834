#!/usr/bin/env python3
"""The state of tests/corner-cases.md: which conditions have a test, and whether those tests are there.

    tools/corner_cases.py           one line for each group, then the sum
    tools/corner_cases.py --tests   and the tests of each
    tools/corner_cases.py --mark    write the groups' numbers beside the names of their tests

Ends with status 1 when a named test is missing or does not carry its group's number, or when a test
carries the number of a group that does not name it; and when docs/security.md names a test that is
missing."""
import argparse
import os
import re
import sys

HEADING = re.compile(r"## (\d+)\. (.+)")
REFERENCE = re.compile(r"`(\w+/\w+(?::[\w.]+)?)`")
WAITS = re.compile(r"\(waits for ([^()]+)\)")
C_TEST = re.compile(r"^TEST\((\w+)\)(?: /\* corner cases? ([\d, ]+) \*/)?$")
CLASS = re.compile(r"^class (\w+)")
PY_TEST = re.compile(r"^( *)def (test_\w+)\(.*?\):(?:  # corner cases? ([\d, ]+))?$")


class Group:
    def __init__(self, number, title):
        self.number, self.title = number, title
        self.conditions = []  # (text, references, what it waits for)


def groups_of(text):
    """The groups of the list. ValueError says what is wrong with it."""
    found, items = [], []
    for line in text.splitlines():
        heading = HEADING.fullmatch(line)
        if heading:
            found.append(Group(int(heading[1]), heading[2]))
            items.append([])
        elif found and line.startswith("- "):
            items[-1].append(line[2:])
        elif found and line.startswith("  ") and items[-1]:
            items[-1][-1] += " " + line.strip()
        elif found and line:
            raise ValueError(f"what is this? {line}")
    for group, texts in zip(found, items):
        for item in texts:
            waits = WAITS.search(item)
            references = REFERENCE.findall(item)
            if bool(waits) == bool(references):
                raise ValueError(f"group {group.number}: tests, or what it waits for: {item}")
            group.conditions.append((item, references, waits and waits[1]))
        if not texts:
            raise ValueError(f"group {group.number} has no conditions")
    if [group.number for group in found] != list(range(1, len(found) + 1)):
        raise ValueError("the groups are not numbered from 1")
    return found


def numbers_of(text):
    return {int(number) for number in text.split(",")} if text else set()


def scan(lines, script):
    """The tests of a file: (line's index, names that they may be called by, numbers)."""
    where = None
    for at, line in enumerate(lines):
        if script:
            if CLASS.match(line):
                where = CLASS.match(line)[1]
            match = PY_TEST.match(line)
            if match:
                inside = f"{where}.{match[2]}" if match[1] and where else match[2]
                yield at, inside, numbers_of(match[3])
        elif C_TEST.match(line):
            match = C_TEST.match(line)
            yield at, match[1], numbers_of(match[2])


def mark(line, numbers):
    """The line with these numbers beside the test's name."""
    word = "corner case" if len(numbers) == 1 else "corner cases"
    text = ", ".join(map(str, sorted(numbers)))
    if line.startswith("TEST("):
        return re.sub(r" /\*.*", "", line) + (f" /* {word} {text} */" if numbers else "")
    return re.sub(r"  # corner case.*", "", line) + (f"  # {word} {text}" if numbers else "")


class Sources:
    """The tests below a folder."""

    def __init__(self, top):
        self.top = top

    def start(self, reference):
        """Where the file of `folder/file` lies, but for how its name ends."""
        folder, name = reference.split("/")
        start = ("python", "tests") if folder == "python" else ("tests", folder)
        return os.path.join(self.top, *start, f"test_{name}")

    def path(self, reference):
        """That file, or None."""
        for end in (".c", ".py"):
            path = self.start(reference) + end
            if os.path.exists(path):
                return os.path.relpath(path, self.top)
        return None

    def lines(self, path):
        with open(os.path.join(self.top, path), encoding="utf-8") as file:
            return file.read().split("\n")

    def files(self):
        for start in ("tests", "python/tests"):
            for folder, _, names in sorted(os.walk(os.path.join(self.top, start))):
                for name in sorted(names):
                    if re.fullmatch(r"test_\w+\.(c|py)", name):
                        yield os.path.relpath(os.path.join(folder, name), self.top)


def lacking(where, reference, sources):
    """What is wrong with a test's name, as a list of nothing or one line."""
    place, _, test = reference.partition(":")
    path = sources.path(place)
    if not path:
        return [f"{where}: there is no file of {reference}"]
    there = [name for _, name, _ in scan(sources.lines(path), path.endswith(".py"))]
    if test and there.count(test) != 1:
        return [f"{where}: {path} has {there.count(test)} tests {test}"]
    return []


def wanted_marks(groups, sources):
    """({path: {test: numbers}}, what is missing)"""
    wanted, missing = {}, []
    for group in groups:
        for _, references, _ in group.conditions:
            for reference in references:
                wrong = lacking(f"group {group.number}", reference, sources)
                place, _, test = reference.partition(":")
                if test and not wrong:
                    tests = wanted.setdefault(sources.path(place), {})
                    tests.setdefault(test, set()).add(group.number)
                missing += wrong
    return wanted, missing


def broken_promises(sources):
    """Tests that docs/security.md names in vain."""
    path = "docs/security.md"
    if not os.path.exists(os.path.join(sources.top, path)):
        return []
    names = REFERENCE.findall("\n".join(sources.lines(path)))
    return [line for name in names if os.path.isdir(os.path.dirname(sources.start(name)))
            for line in lacking(path, name, sources)]


def differing(wanted, sources):
    """Tests whose comments do not say what the list says: (path, index of the line, test, numbers)."""
    for path in sources.files():
        for at, test, numbers in scan(sources.lines(path), path.endswith(".py")):
            if numbers != wanted.get(path, {}).get(test, set()):
                yield path, at, test, wanted.get(path, {}).get(test, set())


def write_marks(found, sources):
    changed = {}
    for path, at, _, numbers in found:
        lines = changed.setdefault(path, sources.lines(path))
        lines[at] = mark(lines[at], numbers)
    for path, lines in changed.items():
        with open(os.path.join(sources.top, path), "w", encoding="utf-8") as file:
            file.write("\n".join(lines))
    return len(changed)


def state(group):
    waiting = [waits for _, _, waits in group.conditions if waits]
    tests = {reference for _, references, _ in group.conditions for reference in references}
    if not tests:
        return "waits for " + waiting[0]
    word = "test" if len(tests) == 1 else "tests"
    rest = f"; {len(waiting)} waits for {waiting[0].partition(';')[0]}" if waiting else ""
    return f"{len(tests)} {word}{rest}"


def show(groups, with_tests):
    for group in groups:
        print(f"{group.number:3}  {group.title:<52}  {state(group)}")
        for _, references, _ in group.conditions if with_tests else ():
            for reference in references:
                print(f"       {reference}")
    whole = sum(not waits for group in groups for _, _, waits in group.conditions)
    total = sum(len(group.conditions) for group in groups)
    tested = sum(all(not waits for _, _, waits in group.conditions) for group in groups)
    print(f"\n{tested} of {len(groups)} groups, {whole} of {total} conditions tested")


def main():
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--tests", action="store_true", help="name the tests of each group")
    parser.add_argument("--mark", action="store_true", help="write the numbers beside the tests")
    parser.add_argument("--top", default=os.path.join(os.path.dirname(__file__), ".."),
                        help="the sources")
    options = parser.parse_args()
    sources = Sources(os.path.normpath(options.top))
    try:
        with open(os.path.join(sources.top, "tests", "corner-cases.md"), encoding="utf-8") as file:
            groups = groups_of(file.read())
    except ValueError as error:
        sys.exit(f"tests/corner-cases.md: {error}")
    wanted, wrong = wanted_marks(groups, sources)
    found = list(differing(wanted, sources))
    if options.mark and not wrong:
        print(f"{write_marks(found, sources)} files changed")
        return 0
    wrong += [f"{path}:{at + 1}: {test} should say: "
              + (f"corner case {', '.join(map(str, sorted(numbers)))}" if numbers else "nothing")
              for path, at, test, numbers in found]
    wrong += broken_promises(sources)
    show(groups, options.tests)
    for line in wrong:
        print(line, file=sys.stderr)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
