"""build/bench.json as sections with bars. Each draws one key of it; what is missing is not drawn."""
import math

from .machine import sentence
from .terminal import BOLD, DIM, GREEN, RED, YELLOW, bar, duration, times

UNITS = {"ns": 1, "us": 1e3, "ms": 1e6}


def mean(values):
    values = list(values)
    return math.exp(sum(map(math.log, values)) / len(values))


def ratio_colour(ratio):
    return GREEN if ratio <= 1.25 else YELLOW if ratio <= 1.6 else RED


def factor_colour(factor, good=3):
    return RED if factor < 1 else GREEN if factor >= good else YELLOW


def draw_floor(terminal, report):
    rows = report["floor"]
    terminal.title("C calls", "the library beside the bare system calls that the data needs")
    for row in rows:
        extra = "▒" * min(40, round(20 * max(0, row["ratio"] - 1)))
        terminal.line(f"  {row['name']:<32}{duration(row['ours_ns']):>10}{duration(row['floor_ns']):>10}  "
                      + terminal.paint(f"{row['ratio']:5.2f} ", ratio_colour(row["ratio"]))
                      + terminal.paint("█" * round(20 * min(row["ratio"], 1)), DIM)
                      + terminal.paint(extra, ratio_colour(row["ratio"])))
    worst = max(rows, key=lambda row: row["ratio"])
    terminal.line(terminal.paint(
        f"  {len(rows)} calls; geometric mean {mean(row['ratio'] for row in rows):.2f}, largest "
        f"{worst['ratio']:.2f} ({worst['name']})", BOLD))
    for row in report.get("tables", []):
        terminal.line(f"  {row['name']:<32}{row['rows']} rows: {row['bytes'] / 1e6:.1f} MB and "
                      f"{row['descriptors']} descriptors at most")


def draw_python(terminal, report):
    rows = report["python"]
    terminal.title("Python", "each function and method beside psutil 7.2.2's")
    most = max(row["times_faster"] for row in rows)
    for row in rows:
        kernel = terminal.paint("  mostly the kernel's", DIM) if row.get("kernel_dominated") else ""
        factor = row["times_faster"]
        terminal.line(f"  {row['name']:<48}{duration(row['ours_us'] * 1e3):>10}"
                      f"{duration(row['reference_us'] * 1e3):>10}  "
                      + terminal.paint(f"{times(factor):>7} {bar(factor, most)}", factor_colour(factor))
                      + kernel)
    terminal.line(terminal.paint(
        f"  {len(rows)} rows; geometric mean {times(mean(row['times_faster'] for row in rows))}", BOLD))


def spread(row, side, size):
    first, third = row["quartiles"][side]
    return f"({duration(first * size).strip()} … {duration(third * size).strip()})"


def draw_sides(terminal, row, unit):
    """A row, and below it a bar for each peer: how many times ours fits into its time."""
    size, ours = UNITS[unit], row[f"ours_{unit}"]
    terminal.line(f"  {terminal.paint(row['name'], BOLD)}  {duration(ours * size)} "
                  + terminal.paint(spread(row, "ours", size), DIM)
                  + (terminal.paint(f"  beside {row['crowded']} processes", YELLOW)
                     if "crowded" in row else ""))
    sides = dict(row["peers"])
    if f"python_{unit}" in row:
        sides = {"our Python": row[f"python_{unit}"], **sides}
    most = max(2, *(value / ours for value in sides.values()))
    for side, value in sides.items():
        factor = value / ours
        note = row.get("notes", {}).get(side, "")
        code = DIM if side in ("our Python", "bare") else factor_colour(factor)
        terminal.line(f"    {side:<20}{duration(value * size):>10} "
                      + terminal.paint(f"{times(factor):>7} {bar(factor, most):<24}", code)
                      + terminal.paint(f" {note}"[:terminal.width() - 64], DIM))


def draw_scale(terminal, report):
    terminal.title("All processes, all sockets",
                   "times are of the C library; each peer: its time, and how many of ours fit into it")
    for row in report["scale"]:
        draw_sides(terminal, row, "ms")


def draw_commands(terminal, report):
    terminal.title("Whole commands", "their start included, output into /dev/null")
    for row in report["commands"]:
        draw_sides(terminal, row, "ms")


def draw_calls(terminal, report):
    terminal.title("Single calls", "of libraries that ask the same; how many of ours fit into theirs")
    peers = list(dict.fromkeys(peer for row in report["calls"] for peer in row["peers"]))
    terminal.line("  " + f"{'':20}{'ours':>10}{'Python':>10}" + "".join(f"{peer[:11]:>13}" for peer in peers))
    for row in report["calls"]:
        cells = ""
        for peer in peers:
            if peer in row["peers"]:
                factor = row["peers"][peer] / row["ours_us"]
                mark = "*" if peer in row.get("notes", {}) else " "
                cells += terminal.paint(f"{times(factor) + mark:>13}", factor_colour(factor))
            else:
                cells += f"{'·':>13}"
        python = duration(row["python_us"] * 1e3) if "python_us" in row else ""
        terminal.line(f"  {row['name']:<20}{duration(row['ours_us'] * 1e3):>10}{python:>10}{cells}")
    for row in report["calls"]:
        for peer, note in row.get("notes", {}).items():
            terminal.line(terminal.paint(f"  * {row['name']}, {peer}: {note}", DIM))


DRAWN = {"floor": draw_floor, "python": draw_python, "scale": draw_scale, "calls": draw_calls,
         "commands": draw_commands}


def draw(terminal, report, sections):
    terminal.clear()
    if report.get("machine"):
        terminal.line(sentence(report["machine"]))
    for name in sections:
        if report.get(name):
            DRAWN[name](terminal, report)
    draw_behind(terminal, report, sections)
    draw_left_out(terminal, report, sections)


def draw_behind(terminal, report, sections):
    rows = [row for name in ("scale", "calls") if name in sections for row in report.get(name, [])
            if row.get("behind")]
    if rows:
        terminal.title("Behind", "rows in which somebody is faster than the C library")
    for row in rows:
        for peer in row["behind"]:
            note = row.get("notes", {}).get(peer, "the same question")
            terminal.line(f"  {row['name']}: {peer}  " + terminal.paint(note, DIM))


def draw_left_out(terminal, report, sections):
    left = [one for one in report.get("left_out", []) if one.get("section") in (*sections, "peers")]
    if left:
        terminal.title("Left out", "")
    for one in left:
        terminal.line(f"  {one['name']}: {one['why']}")
