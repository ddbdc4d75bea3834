#!/usr/bin/env python3
"""Installs psutil as people do, and runs programs from PyPI that stand on it: run.py [NAME...]

First the wheel and the source archive, each in a clean environment. Then the programs, in
build/clients-venv with this psutil in place of the other: each does its real job once, and so much of its
output is looked at as tells that the figures are real. All that is needed is fetched once, and used
again without the network; where it was never fetched and cannot be, the tests are skipped by name.
"""
import argparse
import os
import shutil
import sys
import tempfile
import time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(os.path.dirname(os.path.dirname(HERE)), "tools"))

from bench import Bench, expect  # noqa: E402
from packages import PACKAGES  # noqa: E402
from points import Points  # noqa: E402
from programs import PROGRAMS  # noqa: E402
from python_env import BUILD, Environment, Failure, Lacking, NEEDED, say, system_packages  # noqa: E402

FOLDER = os.path.join(BUILD, "clients-venv")
CLIENTS = ["glances", "psrecord", "memory-profiler", "distributed", "pytest", "pytest-xdist[psutil]",
           "ipykernel", "nvitop", "scalene", "pyperf", "ipyparallel", "locust", "pytest-xprocess", "mirakuru",
           "circus", "daemonocle", "opentelemetry-instrumentation-system-metrics", "opentelemetry-sdk",
           "s-tui"]
# Its releases ask for a psutil older than 6, so pip would not have it beside any of today's.
BEHIND = {"bpytop": "psutil<6.0.0"}
# The releases that this was tried with, of all that comes along, so that a new one breaks nothing here.
# --renew writes them anew. Older interpreters get what pip finds for them.
CONSTRAINTS = os.path.join(HERE, "constraints.txt")
CONSTRAINED = sys.version_info >= (3, 11)


def prepare(constrained):
    releases = ["--constraint", CONSTRAINTS] if constrained else []
    env = Environment(FOLDER)
    env.create()
    env.require(*NEEDED, name="build")
    # First, so that nobody brings the other one.
    env.install(env.wheel(os.path.join(env.folder, "wheel")))
    env.require(*CLIENTS, *releases, name="clients", also=contents(releases[1:]))
    env.require("--no-deps", *BEHIND, *releases, name="behind", also=contents(releases[1:]))
    return env


def contents(paths):
    found = []
    for path in paths:
        with open(path, encoding="utf-8") as file:
            found += file.read().splitlines()
    return found


def psutil_is_ours(bench):
    """Whatever was installed after it."""
    told = bench.python("-c", "import psutil, importlib.metadata as m; print(m.version('psutil'));"
                              "print(psutil.libpsutil_version)").split()
    expect(told[0] == f"7.2.2+c.{told[1]}", told)


def pip_check(bench):
    """pip finds every requirement satisfied, but for the one that none of today's psutil would be."""
    try:
        told = bench.env.pip("check", what="satisfy all packages")
    except Failure as failure:
        told = str(failure)
    complaints = [line.strip() for line in told.splitlines()[1:] if line.strip()]
    others = [line for line in complaints
              if not any(line.startswith(name + " ") and requirement in line
                         for name, requirement in BEHIND.items())]
    expect(not others, "\n".join(others))


def renew():
    """Writes down what is installed, after all of it was fetched in its newest release."""
    shutil.rmtree(FOLDER, ignore_errors=True)
    told = prepare(constrained=False).pip("freeze", "--exclude", "psutil", what="list what is installed")
    with open(CONSTRAINTS, "w", encoding="utf-8") as file:
        file.write("# What tests/clients/run.py installs; written by its --renew.\n" + told)


def one(test, env):
    with tempfile.TemporaryDirectory(prefix="psutil-client-") as folder:
        test(Bench(env, folder))


def run_programs(points, tests):
    try:
        env = prepare(CONSTRAINED)
    except Lacking as reason:
        for test in tests:
            points.skip(test.__name__, str(reason))
        return
    except Failure as failure:
        points.fail("an environment with the programs", str(failure))
        return
    for test in tests:
        points.attempt(test.__name__, one, test, env)


def megabytes(folder):
    files = (os.path.join(place, name) for place, _, names in os.walk(folder) for name in names)
    return sum(os.lstat(file).st_blocks * 512 for file in files) >> 20


def run_all(names):
    def chosen(tests):
        return [test for test in tests if not names or test.__name__ in names]

    points, start = Points(), time.monotonic()
    try:
        system_packages()
    except Lacking as reason:
        for test in chosen([*PACKAGES, *TESTS]):
            points.skip(test.__name__, str(reason))
        return points
    for test in chosen(PACKAGES):
        points.attempt(test.__name__, test)
    if programs := chosen(TESTS):
        run_programs(points, programs)
        say(f"{time.monotonic() - start:.0f} s; the programs take {megabytes(FOLDER)} MB")
    return points


TESTS = [psutil_is_ours, pip_check, *PROGRAMS]


def main():
    names = [test.__name__ for test in (*PACKAGES, *TESTS)]
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("names", nargs="*", metavar="NAME", help=", ".join(names))
    parser.add_argument("--json", metavar="FILE", help="also write the numbers there")
    parser.add_argument("--renew", action="store_true", help="write constraints.txt anew, and run nothing")
    options = parser.parse_args()
    if unknown := set(options.names) - set(names):
        parser.error(f"no such test: {', '.join(sorted(unknown))}")
    if options.renew:
        return renew()
    return run_all(options.names).finish(options.json)


if __name__ == "__main__":
    sys.exit(main())
