#!/usr/bin/env python3
"""Runs every fuzz target that build-fuzz holds, some at a time, and tells what they came to.

    run.py [--time SECONDS] [--jobs N] [--json FILE] [TARGET...]

SECONDS are for each target. What a target learns stays in build-fuzz/corpora/<target>, where the next run
goes on; an input that ends a target is kept in build-fuzz/findings. Exits with 1 when there is one.
"""
import argparse
import concurrent.futures
import json
import os
import re
import subprocess
import sys
import threading

HERE = os.path.dirname(os.path.abspath(__file__))
BUILD = os.path.join(os.path.dirname(os.path.dirname(HERE)), "build-fuzz")
PROGRAMS = os.path.join(BUILD, "tests", "fuzz")
FINDINGS = os.path.join(BUILD, "findings")

# The first finding ends the target; libFuzzer tells of leaks by itself.
ENVIRONMENT = {
    "ASAN_OPTIONS": "abort_on_error=1:detect_leaks=1:strict_string_checks=1:detect_stack_use_after_return=1",
    "UBSAN_OPTIONS": "halt_on_error=1:abort_on_error=1:print_stacktrace=1",
}
# The longest input worth trying: a machine is many files.
LONGEST = {"root": 16384}
PROGRESS = re.compile(r"^#(\d+)\s+\w+\s+cov: (\d+) ft: (\d+) corp: (\d+)")
EXECUTIONS = re.compile(r"^stat::number_of_executed_units:\s+(\d+)")


class Run:
    def __init__(self, name):
        self.name = name
        self.executions = self.coverage = self.features = self.corpus = 0
        self.finding = None
        self.tail = []

    def command(self, seconds):
        corpus = os.path.join(BUILD, "corpora", self.name)
        os.makedirs(corpus, exist_ok=True)
        command = [os.path.join(PROGRAMS, "fuzz_" + self.name), f"-max_total_time={seconds}", "-print_final_stats=1",
                   "-timeout=20", "-rss_limit_mb=2048", f"-max_len={LONGEST.get(self.name, 4096)}",
                   f"-artifact_prefix={FINDINGS}/{self.name}-"]
        dictionary = os.path.join(HERE, "dictionaries", self.name + ".dict")
        if os.path.exists(dictionary):
            command.append("-dict=" + dictionary)
        return [*command, corpus, os.path.join(HERE, "corpora", self.name)]

    def take(self, line):
        progress, executions = PROGRESS.match(line), EXECUTIONS.match(line)
        if progress:
            self.executions, self.coverage, self.features, self.corpus = map(int, progress.groups())
        elif executions:
            self.executions = int(executions[1])
        self.tail = [*self.tail[-39:], line.rstrip()]

    def go(self, seconds):
        with subprocess.Popen(self.command(seconds), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, text=True, errors="backslashreplace",
                              env={**os.environ, **ENVIRONMENT}) as process:
            for line in process.stdout:
                self.take(line)
        if process.returncode != 0:
            self.finding = f"ended with {process.returncode}"
        return self


def targets():
    return sorted(name[len("fuzz_"):] for name in os.listdir(PROGRAMS)
                  if name.startswith("fuzz_") and not name.endswith(".p"))


def run_all(names, seconds, jobs):
    done, lock = [], threading.Lock()

    def one(name):
        run = Run(name).go(seconds)
        with lock:
            done.append(run)
            print(f"[{len(done)}/{len(names)}] {name}: {run.executions:,} executions, "
                  f"{run.finding or 'nothing found'}", flush=True)
            if run.finding:
                print("\n".join(run.tail), flush=True)

    with concurrent.futures.ThreadPoolExecutor(jobs) as pool:
        list(pool.map(one, names))
    return sorted(done, key=lambda run: run.name)


def table(runs, seconds):
    yield "| target | executions | a second | edges | inputs kept | findings |"
    yield "|---|---:|---:|---:|---:|---:|"
    for run in runs:
        yield (f"| {run.name} | {run.executions:,} | {run.executions // seconds:,} | {run.coverage:,} | "
               f"{run.corpus:,} | {1 if run.finding else 0} |")
    yield (f"| all | {sum(run.executions for run in runs):,} | | | {sum(run.corpus for run in runs):,} | "
           f"{sum(1 for run in runs if run.finding)} |")


def write(file, runs, seconds):
    with open(file, "w", encoding="utf-8") as out:
        json.dump({"seconds": seconds,
                   "targets": [{"name": run.name, "executions": run.executions, "edges": run.coverage,
                                "finding": run.finding} for run in runs]}, out, indent=1)


def main():
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--time", type=int, default=60, metavar="SECONDS")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1, metavar="N")
    parser.add_argument("--json", metavar="FILE")
    parser.add_argument("targets", nargs="*", metavar="TARGET")
    options = parser.parse_args()
    seconds = max(options.time, 1)
    names = options.targets or targets()
    os.makedirs(FINDINGS, exist_ok=True)
    print(f"{len(names)} targets, {seconds} seconds each, {options.jobs} at a time", flush=True)
    runs = run_all(names, seconds, options.jobs)
    print("\n".join(["", *table(runs, seconds)]))
    if options.json:
        write(options.json, runs, seconds)
    found = [run for run in runs if run.finding]
    if found:
        print(f"\nThe inputs that ended {', '.join(run.name for run in found)} are in {FINDINGS}")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
