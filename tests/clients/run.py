#!/usr/bin/env python3
"""Runs programs from PyPI that stand on psutil, with this one in place of the other: run.py [NAME...]

They live in build/clients-venv, fetched once and used again without the network. Each does its real job
once; so much of its output is looked at as tells that the figures are real.
"""
import argparse
import json
import os
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
SOURCE = os.path.dirname(os.path.dirname(HERE))
sys.path.insert(0, os.path.join(SOURCE, "tools"))

from points import Points  # noqa: E402
from python_env import BUILD, Environment, Failure, NEEDED, run, say  # noqa: E402
from terminal import screen_of  # noqa: E402

CLIENTS = ["glances", "psrecord", "memory-profiler", "distributed", "pytest", "pytest-xdist[psutil]",
           "ipykernel", "nvitop"]
# Its releases ask for a psutil older than 6, so pip would not have it beside any of today's.
BEHIND = {"bpytop": "psutil<6.0.0"}

JOBS = os.path.join(HERE, "jobs")


class Bench:
    """The environment, and a folder of one job's own."""

    def __init__(self, env, folder):
        self.env = env
        self.folder = folder

    def variables(self):
        home = {"HOME": self.folder, "XDG_CONFIG_HOME": self.folder, "XDG_CACHE_HOME": self.folder,
                "PYTHONWARNINGS": "default", "TERM": "xterm-256color"}
        return {**self.env.variables(), **home}

    def path(self, name):
        return os.path.join(self.folder, name)

    def read(self, name):
        with open(self.path(name), encoding="utf-8") as file:
            return file.read()

    def program(self, name, *arguments):
        return self.limited(self.env.script(name), *arguments)

    def python(self, *arguments):
        return self.limited(self.env.python, *arguments)

    def limited(self, *command):
        """No job takes longer than two minutes."""
        return run(["timeout", "--kill-after=5", "120", *command], "run " + " ".join(command)[:100],
                   env=self.variables(), cwd=self.folder)


def expect(condition, told):
    if not condition:
        raise Failure("not what was expected:\n" + str(told)[-3000:])


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


def psutil_is_ours(bench):
    told = bench.python("-c", "import psutil, importlib.metadata as m; print(m.version('psutil'));"
                              "print(psutil.libpsutil_version)").split()
    expect(told[0] == f"7.2.2+c.{told[1]}", told)


def glances(bench):
    """Two rounds of all its figures, as it exports them."""
    bench.program("glances", "--config", os.devnull, "--disable-check-update", "--quiet", "--time", "1",
                  "--stop-after", "2", "--export", "json", "--export-json-file", bench.path("all.json"))
    figures = json.loads(bench.read("all.json"))
    expect(figures["mem"]["total"] > figures["mem"]["available"] > 0, figures["mem"])
    expect(0 <= figures["cpu"]["total"] <= 100, figures["cpu"])
    expect(figures["processcount"]["total"] > 1, figures["processcount"])
    expect(figures["network"] and figures["diskio"] and figures["load"]["cpucore"] >= 1, figures["load"])


def glances_text(bench):
    """A line for each figure, on standard output."""
    told = bench.program("glances", "--config", os.devnull, "--disable-check-update", "--time", "1",
                         "--stop-after", "2", "--stdout", "cpu.user,mem.used,load,processcount")
    expect("cpu.user: " in told and "mem.used: " in told and "processcount: " in told, told)


def psrecord(bench):
    bench.program("psrecord", f"{bench.env.python} {os.path.join(JOBS, 'busy.py')}", "--log",
                  bench.path("log"), "--interval", "0.1", "--include-children", "--include-io")
    rows = [[float(cell) for cell in line.split()] for line in bench.read("log").splitlines()
            if not line.startswith("#")]
    expect(len(rows) >= 5, rows)
    expect(max(row[1] for row in rows) > 10, rows)   # per cent of a CPU
    expect(max(row[2] for row in rows) > 40, rows)   # megabytes


def memory_profiler(bench):
    """How much each line of a function added."""
    told = bench.python("-m", "memory_profiler", os.path.join(JOBS, "profiled.py"))
    (line,) = [line for line in told.splitlines() if "bytearray" in line]
    expect(float(line.split()[3]) > 45, told)


def mprof(bench):
    """The memory of a program over time."""
    bench.program("mprof", "run", "--include-children", "--interval", "0.1", "--output",
                  bench.path("times"), bench.env.python, os.path.join(JOBS, "busy.py"))
    sizes = [float(line.split()[1]) for line in bench.read("times").splitlines()
             if line.startswith("MEM")]
    expect(len(sizes) >= 5 and max(sizes) > 40, sizes)


def distributed(bench):
    told = bench.python(os.path.join(JOBS, "cluster.py"))
    expect("sum 332833500" in told and "workers 2" in told, told)


def pytest_xdist(bench):
    """As many workers as psutil counts CPUs."""
    for how in ("auto", "logical"):
        told = bench.python("-m", "pytest", "-n", how, "--dist", "load", "-p", "no:cacheprovider",
                            os.path.join(JOBS, "many.py"))
        expect("20 passed" in told and "workers" in told.replace("worker ", "workers "), told)


def ipykernel(bench):
    """A kernel computes, and tells its own CPU and memory."""
    told = bench.python(os.path.join(JOBS, "kernel.py"))
    expect("answer 42" in told and "usage " in told, told)


def nvitop(bench):
    """Its layer over psutil; there need not be a GPU."""
    told = bench.python(os.path.join(JOBS, "gpu_host.py"))
    expect("fine" in told, told)


def bpytop(bench):
    """It draws its boxes in a terminal for some seconds."""
    shown = screen_of([bench.env.script("bpytop")], bench.variables(), bench.folder,
                      until=["cpu", "mem", "net", "proc"])
    expect("Traceback" not in shown, shown)


TESTS = [psutil_is_ours, pip_check, glances, glances_text, psrecord, memory_profiler, mprof, distributed,
         pytest_xdist, ipykernel, nvitop, bpytop]


def prepare():
    env = Environment(os.path.join(BUILD, "clients-venv"))
    env.create()
    env.require(*NEEDED, name="build")
    # First, so that nobody brings the other one.
    env.install(env.wheel(os.path.join(env.folder, "wheel")))
    env.require(*CLIENTS, name="clients")
    env.require("--no-deps", *BEHIND, name="behind")
    return env


def one(test, env):
    with tempfile.TemporaryDirectory(prefix="psutil-client-") as folder:
        test(Bench(env, folder))


def main():
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("names", nargs="*", metavar="NAME",
                        help=", ".join(test.__name__ for test in TESTS))
    parser.add_argument("--json", metavar="FILE", help="also write the numbers there")
    options = parser.parse_args()
    points = Points()
    try:
        env = prepare()
    except Failure as failure:
        say(str(failure))
        points.failed += 1
        return points.finish(options.json)
    for test in TESTS:
        if not options.names or test.__name__ in options.names:
            points.attempt(test.__name__, one, test, env)
    return points.finish(options.json)


if __name__ == "__main__":
    sys.exit(main())
