#!/usr/bin/env python3
"""Everything that is measured, as one report: run.py [--quick] [SECTION...]

Sections: floor (each C call beside its bare system calls), python (beside psutil 7.2.2), scale (all
processes and all sockets at several sizes, beside other libraries), calls (single calls beside those),
commands (whole commands). All, unless named. Each replaces its part of build/bench.json and leaves the
others as they were; tools/bench_table.py makes docs/performance.md of that.
"""
import argparse
import json
import os
import signal
import subprocess
import sys

from runner import machine, report
from runner.commands import measure_commands
from runner.peers import BUILD, OTHERS, SOURCE, Peers
from runner.scale import Section, measure_calls, measure_scale
from runner.terminal import Terminal

REPORT = os.path.join(BUILD, "bench.json")
PYTHONS = [os.path.join(BUILD, name, "bin", "python") for name in ("venv", "reference-venv")]


class Effort:
    """How long it takes, and how sure it is."""

    def __init__(self, quick):
        self.quick = quick
        self.seconds, self.least, self.most = (0.2, 2, 5) if quick else (12, 4, 101)

    def shorter(self, times):
        """The same in a part of the time."""
        other = Effort(self.quick)
        other.seconds = self.seconds / times
        return other

    def sizes(self, sizes):
        return [size for size in sizes if not self.quick or size <= 1000]


def read_report():
    try:
        with open(REPORT, encoding="utf-8") as file:
            return json.load(file)
    except (OSError, ValueError):
        return {}


def write_report(whole):
    with open(REPORT + ".new", "w", encoding="utf-8") as file:
        json.dump(whole, file, indent=1, ensure_ascii=False)
    os.replace(REPORT + ".new", REPORT)


def follow(terminal, title, command):
    """Runs a program of ours that prints a line for each row; what it printed is only progress."""
    terminal.start(title)
    last = ""
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as program:
        try:
            for last in program.stdout:
                terminal.tick(last.split("  ")[0].strip())
        except BaseException:
            program.terminate()
            raise
    if program.returncode != 0:
        raise SystemExit(f"bench: {title}: ended with {program.returncode}: {last.strip()}")


def section_floor(whole, terminal, effort):
    path = os.path.join(BUILD, "bench", "floor.json")
    follow(terminal, "each C call beside its bare system calls",
           [os.path.join(BUILD, "bench", "psutil-bench"), "--json", path]
           + (["--quick"] if effort.quick else []))
    with open(path, encoding="utf-8") as file:
        whole.update(json.load(file))


def section_python(whole, terminal, effort):
    """It reads the floors and adds its rows to the report by itself."""
    missing = [os.path.relpath(python, BUILD) for python in PYTHONS if not os.path.exists(python)]
    if missing:
        replace_left_out(whole, "python", [{"name": "python", "why": f"no {missing[0]} (make python)"}])
        return
    write_report(whole)
    follow(terminal, "each Python function beside psutil 7.2.2",
           [sys.executable, os.path.join(SOURCE, "bench", "python.py")]
           + (["--quick", "--processes", "1000"] if effort.quick else []))
    whole.update(read_report())


def replace_left_out(whole, section, left_out):
    others = [one for one in whole.get("left_out", []) if one.get("section") != section]
    whole["left_out"] = others + [{"section": section, **one} for one in left_out]


def section_by(name, measure):
    def run(whole, terminal, effort):
        section = Section(peers_for(name, terminal, whole), effort, terminal)
        measure(section)
        whole[name] = section.rows
        replace_left_out(whole, name, section.left_out)
    return run


def peers_for(name, terminal, whole):
    """Readied once; what cannot be had here is named in the report."""
    if name == "commands":
        return None
    if not peers_for.ready:
        peers_for.ready = Peers(terminal, peers_for.wanted)
        replace_left_out(whole, "peers", [{"name": peer, "why": why}
                                          for peer, why in peers_for.ready.left_out.items()])
        whole["peers"] = peers_for.ready.versions
    return peers_for.ready


peers_for.ready, peers_for.wanted = None, tuple(OTHERS)

SECTIONS = {"floor": section_floor, "python": section_python,
            "scale": section_by("scale", measure_scale), "calls": section_by("calls", measure_calls),
            "commands": section_by("commands", measure_commands)}


def main():
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("sections", nargs="*", metavar="SECTION", help=", ".join(SECTIONS))
    parser.add_argument("--quick", action="store_true", help="fewer and shorter samples, no large sizes")
    parser.add_argument("--show", action="store_true", help="measure nothing, show the last report")
    parser.add_argument("--peers", metavar="NAME,...", default=",".join(OTHERS),
                        help="beside these only: %(default)s")
    options = parser.parse_args()
    sections = options.sections or list(SECTIONS)
    unknown = [name for name in sections if name not in SECTIONS]
    if unknown:
        parser.error(f"no section {', '.join(unknown)}; there are: {', '.join(SECTIONS)}")
    peers_for.wanted = [name for name in options.peers.split(",") if name in OTHERS]
    # As by Ctrl-C: what was started is ended on the way out.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    terminal, whole = Terminal(), read_report()
    if not options.show:
        whole["machine"] = machine.describe()
        for name in sections:
            SECTIONS[name](whole, terminal, Effort(options.quick))
            whole.setdefault("measured", {})[name] = machine.now()
            write_report(whole)
    report.draw(terminal, whole, sections)
    return 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        print("\nbench: interrupted; build/bench.json has the sections that were complete", file=sys.stderr)
        sys.exit(130)
