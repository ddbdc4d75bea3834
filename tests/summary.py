#!/usr/bin/env python3
"""Adds up what `meson test` found: summary.py [LABEL=]BUILD_FOLDER_OR_LOG...

Prints what was skipped and what failed, the numbers under each label, and as the last line
`N passed, N failed, N skipped`. The tests inside a program count one by one. A program that crashes, takes too long or ends before it
has run what it announced is one more failure; so is a folder in which nothing ran. Exits with 1
when anything failed. --json FILE also writes the numbers there; --sum FILE... adds such files up, and
takes a missing one for a run that did not come to its end: one failure.
"""
import argparse
import json
import os
import re
import signal
import sys

POINT = re.compile(r"^(ok|not ok)\b\s*\d*\s*(?:-\s*)?(.*)$")
SKIP = re.compile(r"(?<!\\)#\s*skip\S*\s*(.*)$", re.IGNORECASE)
PLAN = re.compile(r"^1\.\.(\d+)\s*(?:#\s*skip\S*\s*(.*))?$", re.IGNORECASE)


class Total:
    def __init__(self):
        self.passed = 0
        self.failures = []  # (name, text)
        self.skips = []     # (name, reason)
        self.groups = []    # (label, line)

    def line(self):
        return f"{self.passed} passed, {len(self.failures)} failed, {len(self.skips)} skipped"

    def add(self, label, group):
        self.passed += group.passed
        self.failures += group.failures
        self.skips += group.skips
        if label:
            self.groups.append((label, group.line()))


def read_tap(name, text, total):
    """Adds each point of one program; answers how many it announced and how many came."""
    planned, came, notes = None, 0, []
    for line in text.splitlines():
        point, plan = POINT.match(line), PLAN.match(line)
        if point:
            came += 1
            skip = SKIP.search(point[2])
            title = SKIP.sub("", point[2]).strip() or str(came)
            if point[1] == "not ok":
                total.failures.append((f"{name}: {title}", "\n".join(notes)))
            elif skip:
                total.skips.append((f"{name}: {title}", skip[1]))
            else:
                total.passed += 1
            notes = []
        elif plan:
            planned = int(plan[1])
            if planned == 0 and plan[2] is not None:
                total.skips.append((name, plan[2]))
        elif line.startswith("#"):
            notes.append(line[1:].removeprefix(" "))
        elif line.startswith("Bail out!"):
            notes.append(line)
    return planned, came


def how_it_ended(test, planned, came, failed):
    """What went wrong with the program as a whole, or None."""
    code = test.get("returncode", 0)
    if test["result"] == "TIMEOUT":
        return "took too long and was ended"
    if code < 0 or code > 128:
        number = -code if code < 0 else code - 128
        try:
            return f"died of {signal.Signals(number).name}"
        except ValueError:
            return f"exited with status {code}"
    if planned is None:
        return f"ended without saying how many tests it has (exit status {code})"
    if planned != came:
        return f"announced {planned} tests and ran {came} (exit status {code})"
    if code and not failed:
        return f"exited with status {code}"
    if test["result"] in ("FAIL", "ERROR", "INTERRUPT", "UNEXPECTEDPASS") and not failed:
        return f"Meson calls it {test['result']}"
    return None


def add_program(prefix, test, total):
    name = prefix + re.sub(r"^.* / ", "", test["name"])
    before = len(total.failures)
    planned, came = read_tap(name, test.get("stdout", ""), total)
    failed = len(total.failures) > before
    trouble = how_it_ended(test, planned, came, failed)
    errors = test.get("stderr", "").rstrip()
    if trouble:
        total.failures.append((f"{name}: {trouble}", errors))
    elif failed and errors:
        last, text = total.failures[-1]
        total.failures[-1] = (last, (text + "\n" + errors).strip())


def read_folder(label, folder):
    total = Total()
    prefix = label + ": " if label else ""
    log = os.path.join(folder, "meson-logs", "testlog.json") if os.path.isdir(folder) else folder
    try:
        with open(log, encoding="utf-8", errors="replace") as lines:
            tests = [json.loads(line) for line in lines]
    except (OSError, ValueError) as error:
        total.failures.append((f"{prefix}no results", f"{log}: {error}"))
        return total
    if not tests:
        total.failures.append((f"{prefix}no tests were run", log))
    for test in tests:
        add_program(prefix, test, total)
    return total


def tail(text, lines):
    parts = text.splitlines()
    return parts if len(parts) <= lines else [f"[{len(parts) - lines} lines more]", *parts[-lines:]]


def show(total):
    if total.skips:
        print("\nSkipped:")
        for name, reason in total.skips:
            print(f"  {name}: {reason}" if reason else f"  {name}")
    if total.failures:
        print("\nFailed:")
        for name, text in total.failures:
            print(f"  {name}")
            for part in tail(text, 60):
                print(f"      {part}")
    if total.groups:
        print()
    width = max((len(label) for label, _ in total.groups), default=0)
    for label, line in total.groups:
        print(f"  {label:{width}}  {line}")


def write_numbers(path, total):
    numbers = {"passed": total.passed, "failed": len(total.failures), "skipped": len(total.skips)}
    with open(path, "w", encoding="utf-8") as file:
        json.dump(numbers, file)


def add_up(paths):
    """Prints the sum of what several runs wrote with --json."""
    sums = {"passed": 0, "failed": 0, "skipped": 0}
    for path in paths:
        try:
            with open(path, encoding="utf-8") as file:
                numbers = json.load(file)
        except (OSError, ValueError):
            numbers = {"failed": 1}
        for key, number in numbers.items():
            sums[key] += number
    print(", ".join(f"{number} {key}" for key, number in sums.items()))
    return 1 if sums["failed"] else 0


def main():
    sys.stdout.reconfigure(errors="backslashreplace")
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("folders", nargs="+", metavar="[LABEL=]FOLDER_OR_LOG")
    parser.add_argument("--json", metavar="FILE")
    parser.add_argument("--sum", action="store_true", help="the arguments are files of --json")
    options = parser.parse_args()
    if options.sum:
        return add_up(options.folders)
    total = Total()
    for argument in options.folders:
        label, _, folder = argument.rpartition("=")
        total.add(label, read_folder(label, folder))
    show(total)
    if options.json:
        write_numbers(options.json, total)
    print()
    print(total.line())
    return 1 if total.failures else 0


if __name__ == "__main__":
    sys.exit(main())
