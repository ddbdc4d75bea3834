#!/usr/bin/env python3
"""The report of `make bench` as Markdown: bench_table.py [REPORT] [--into DOCUMENT]

REPORT is build/bench.json unless named. With --into, what stands in DOCUMENT between the lines
`<!-- measured -->` and `<!-- /measured -->` is replaced; without, the tables are printed.
"""
import argparse
import json
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "bench"))

from runner import machine  # noqa: E402
from runner.report import mean  # noqa: E402
from runner import terminal  # noqa: E402
from runner.terminal import times  # noqa: E402

BEGIN, END = "<!-- measured -->", "<!-- /measured -->"


def duration(nanoseconds):
    return terminal.duration(nanoseconds).strip()


def table(heads, rows):
    """The first and the last column hold text."""
    lines = ["| " + " | ".join(heads) + " |",
             "|" + "|".join("---" if i in (0, len(heads) - 1) else "--:"
                            for i in range(len(heads))) + "|"]
    lines += ["| " + " | ".join(row) + " |" for row in rows]
    return "\n".join(lines)


def floor(report):
    rows = report["floor"]
    worst = max(rows, key=lambda row: row["ratio"])
    yield "### C calls, beside their bare system calls"
    yield (f"{len(rows)} rows; geometric mean of the ratios **{mean(row['ratio'] for row in rows):.2f}**, "
           f"largest **{worst['ratio']:.2f}** (`{worst['name']}`).")
    yield table(["call", "library", "bare calls", "ratio", "the bare calls"],
                [[f"`{row['name']}`", duration(row["ours_ns"]), duration(row["floor_ns"]),
                  f"{row['ratio']:.2f}", row["floor"]] for row in rows])
    if report.get("tables"):
        yield table(["table", "processes", "memory at most", "descriptors at most"],
                    [[f"`{row['name']}`", str(row["rows"]), f"{row['bytes'] / 1e6:.1f} MB",
                      str(row["descriptors"])] for row in report["tables"]])


def python(report):
    rows = report["python"]
    yield "### Python, beside psutil 7.2.2"
    yield f"{len(rows)} rows; geometric mean **{times(mean(row['times_faster'] for row in rows))}**."
    yield table(["function", "ours", "psutil 7.2.2", "times faster", "mostly the kernel's"],
                [[f"`{row['name']}`", duration(row["ours_us"] * 1e3), duration(row["reference_us"] * 1e3),
                  f"{row['times_faster']:.1f}", "yes" if row.get("kernel_dominated") else ""] for row in rows])


def side_by_side(rows, unit, size):
    """A column for each peer, its time and how many of ours fit into it."""
    peers = list(dict.fromkeys(peer for row in rows for peer in row["peers"]))
    python_too = any(f"python_{unit}" in row for row in rows)
    lines = []
    for row in rows:
        ours, first, third = row[f"ours_{unit}"], *row["quartiles"]["ours"]
        cells = [f"`{row['name']}`", f"**{duration(ours * size)}**",
                 f"{duration(first * size)} … {duration(third * size)}"]
        if python_too:
            cells.append(duration(row[f"python_{unit}"] * size) if f"python_{unit}" in row else "")
        for peer in peers:
            value = row["peers"].get(peer)
            mark = " \\*" if peer in row.get("notes", {}) else ""
            cells.append(f"{duration(value * size)} ({times(value / ours)}){mark}" if value else "")
        lines.append(cells)
    heads = ["row", "ours", "quartiles", *(["our Python"] if python_too else []), *peers]
    yield table(heads, lines)
    yield from notes(rows)


def notes(rows):
    told = {}
    for row in rows:
        for peer, text in row.get("notes", {}).items():
            told.setdefault((peer, text), []).append(f"`{row['name']}`")
    if told:
        yield "\\* Another question:"
        yield "\n".join(f"- {peer} ({', '.join(names) if len(names) < 4 else f'{len(names)} rows'}): {text}"
                        for (peer, text), names in told.items())


def scale(report):
    yield "### All processes, all sockets with owners"
    yield from side_by_side(report["scale"], "ms", 1e6)


def calls(report):
    yield "### Single calls, beside other libraries"
    yield from side_by_side(report["calls"], "us", 1e3)


def commands(report):
    yield "### Whole commands, their start included"
    yield table(["row", "command", "ours", "beside", "times faster than the fastest", ""],
                [[f"`{row['name']}`", f"`{row['command']}`", duration(row["ours_ms"] * 1e6),
                  "; ".join(f"`{peer}` {duration(value * 1e6)}" for peer, value in row["peers"].items()),
                  f"{row['times_faster']:.2f}", ""] for row in report["commands"]])


def behind(report):
    rows = [(row, peer) for name in ("scale", "calls") for row in report.get(name, [])
            for peer in row.get("behind", [])]
    if rows:
        yield "### Behind"
        yield "Rows in which another library was faster than ours:"
        yield "\n".join(f"- `{row['name']}`: {peer} ({row.get('notes', {}).get(peer, 'the same question')})"
                        for row, peer in rows)


def left_out(report):
    if report.get("left_out"):
        yield "### Left out"
        yield "\n".join(f"- {one['name']}: {one['why']}" for one in report["left_out"])


def dated(report, name):
    """Sections may be of several runs."""
    when = report.get("measured", {}).get(name)
    return [f"Measured until {when}."] if when else []


SECTIONS = {"floor": floor, "python": python, "scale": scale, "calls": calls, "commands": commands}


def markdown(report):
    versions = ", ".join(f"{name} {version}" for name, version in report.get("peers", {}).items()
                         if not name.startswith("python_"))
    described = report.get("machine") or machine.describe()
    parts = [machine.sentence(described)]
    if described["loadavg"] > 2 * described["cpus"]:
        parts.append("The machine was busy with other work all the while: what takes turns within a row suffers "
                     "alike, and times of different rows cannot be compared.")
    if versions:
        parts.append(f"Beside: {versions}.")
    for name, section in SECTIONS.items():
        if report.get(name):
            heading, *rest = section(report)
            parts += [heading, *dated(report, name), *rest]
    return "\n\n".join([*parts, *behind(report), *left_out(report)]) + "\n"


def replace(document, text):
    with open(document, encoding="utf-8") as file:
        before, begin, rest = file.read().partition(BEGIN + "\n")
    _, end, after = rest.partition(END)
    if not begin or not end:
        sys.exit(f"{document}: the lines {BEGIN} and {END} are missing")
    with open(document, "w", encoding="utf-8") as file:
        file.write(before + begin + "\n" + text + "\n" + end + after)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("report", nargs="?", default="build/bench.json")
    parser.add_argument("--into", metavar="DOCUMENT")
    options = parser.parse_args()
    with open(options.report, encoding="utf-8") as file:
        text = markdown(json.load(file))
    if options.into:
        replace(options.into, text)
    else:
        sys.stdout.write(text)


if __name__ == "__main__":
    main()
