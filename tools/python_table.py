#!/usr/bin/env python3
"""What `make bench-python` measured, as Markdown: python_table.py [--into DOCUMENT]

Reads build/bench.json. With --into, what stands in DOCUMENT between the lines `<!-- speed -->` and
`<!-- /speed -->` is replaced; without, the table is printed.
"""
import argparse
import json
import math
import os
import statistics
import sys

SOURCE = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
REPORT = os.path.join(SOURCE, "build", "bench.json")
BEGIN, END = "<!-- speed -->", "<!-- /speed -->"
# What each call is meant to reach where the kernel leaves room for it.
LEAST = 3


def time(us):
    if us < 1e3:
        return f"{us:.2f} µs"
    return f"{us / 1e3:.2f} ms" if us < 1e5 else f"{us / 1e3:.0f} ms"


# Of the time of the plain system calls: what takes less than this part goes another way.
OTHER_WAY = 0.9


def mostly(row):
    if row["ours_us"] < OTHER_WAY * row.get("bare_us", 0):
        return "another way"
    return "the kernel's" if row.get("kernel_dominated") else \
        "the floor" if row.get("floor_dominated") else ""


def line(row):
    least = row.get("bare_us", row.get("floor_us"))
    bare = time(least) if least is not None else ""
    kernel = mostly(row)
    return (f"| `{row['name']}` | {time(row['ours_us'])} | {time(row['reference_us'])} | "
            f"{row['times_faster']:.1f} | {bare} | {kernel} |")


def dominated(row):
    return row.get("kernel_dominated") or row.get("floor_dominated")


def names(rows):
    return ", ".join(f"`{row['name']}`" for row in rows) or "none"


def markdown(rows):
    mean = math.exp(statistics.fmean(math.log(row["times_faster"]) for row in rows))
    slow = [row for row in rows if row["times_faster"] < LEAST]
    return "\n".join([
        f"{len(rows)} rows; **{mean:.1f}** times faster than psutil 7.2.2 as the geometric mean. Below "
        f"{LEAST} times because the kernel's own work is half of our time or more: "
        f"{names([row for row in slow if row.get('kernel_dominated')])}. Because they take less than twice "
        f"what nothing takes: {names([row for row in slow if row.get('floor_dominated')])}. Below {LEAST} "
        f"times otherwise: {names([row for row in slow if not dominated(row)])}.",
        "", "| call | here | psutil 7.2.2 | times faster | bare system calls, or floor | mostly |",
        "|---|--:|--:|--:|--:|---|", *map(line, rows), ""])


def replace(document, text):
    with open(document, encoding="utf-8") as file:
        before, begin, rest = file.read().partition(BEGIN + "\n")
    _, end, after = rest.partition(END)
    if not begin or not end:
        sys.exit(f"{document}: the lines {BEGIN} and {END} are missing")
    with open(document, "w", encoding="utf-8") as file:
        file.write(before + begin + "\n" + text + "\n" + end + after)


def main():
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--into", metavar="DOCUMENT")
    options = parser.parse_args()
    with open(REPORT, encoding="utf-8") as file:
        text = markdown(json.load(file)["python"])
    if options.into:
        replace(options.into, text)
    else:
        sys.stdout.write(text)


if __name__ == "__main__":
    main()
