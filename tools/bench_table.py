#!/usr/bin/env python3
"""The report of `make bench` as Markdown: bench_table.py [REPORT] [--into DOCUMENT]

REPORT is build/bench.json unless named. With --into, what stands in DOCUMENT between the lines
`<!-- measured -->` and `<!-- /measured -->` is replaced; without, the tables are printed. Run it on
the machine that the report is of: it describes that, too.
"""
import argparse
import json
import math
import os
import platform
import re
import sys

BEGIN, END = "<!-- measured -->", "<!-- /measured -->"


def processor():
    try:
        with open("/proc/cpuinfo", encoding="utf-8") as file:
            found = re.search(r"^model name\s*:\s*(.+)$", file.read(), re.MULTILINE)
    except OSError:
        found = None
    return found[1].strip() if found else platform.machine()


def machine():
    kernel = re.match(r"[\d.]+", platform.release())[0].rstrip(".")
    libc = " ".join(platform.libc_ver())
    return (f"{processor()}, {os.cpu_count()} CPUs, {platform.machine()}; "
            f"Linux {kernel}, {libc}.")


def time(ns):
    if ns < 1e6:
        return f"{ns / 1e3:.2f} µs" if ns < 1e5 else f"{ns / 1e3:.0f} µs"
    return f"{ns / 1e6:.2f} ms" if ns < 1e7 else f"{ns / 1e6:.0f} ms"


def table(heads, rows):
    lines = ["| " + " | ".join(heads) + " |",
             "|" + "|".join("---" if i in (0, len(heads) - 1) else "--:"
                            for i in range(len(heads))) + "|"]
    lines += ["| " + " | ".join(row) + " |" for row in rows]
    return "\n".join(lines)


def markdown(report):
    rows = report["floor"]
    mean = math.exp(sum(math.log(row["ratio"]) for row in rows) / len(rows))
    worst = max(rows, key=lambda row: row["ratio"])
    parts = [machine(),
             f"{len(rows)} rows; geometric mean of the ratios **{mean:.2f}**, largest "
             f"**{worst['ratio']:.2f}** (`{worst['name']}`).",
             table(["call", "library", "bare calls", "ratio", "the bare calls"],
                   [[f"`{row['name']}`", time(row["ours_ns"]), time(row["floor_ns"]),
                     f"{row['ratio']:.2f}", row["floor"]] for row in rows])]
    if report.get("tables"):
        parts.append(table(["table", "processes", "memory at most", "descriptors at most"],
                           [[f"`{row['name']}`", str(row["rows"]), f"{row['bytes'] / 1e6:.1f} MB",
                             str(row["descriptors"])] for row in report["tables"]]))
    return "\n\n".join(parts) + "\n"


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
