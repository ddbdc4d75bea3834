#!/usr/bin/env python3
"""Builds psutil's wheel with each CPython that is found here, tries it and runs the package's own tests:
python_versions.py [VERSION...]

VERSION is 3.9 to 3.14, 3.13t or 3.14t (free-threaded), or debug (the newest debug build); all of them
unless told otherwise. What is not there is skipped by name. PSUTIL_PYTHONS may name more interpreters,
or folders of them, as PATH does. Each has its environment in build/python-VERSION, which is used again.
"""
import argparse
import glob
import os
import shutil
import sys

from points import Points, Skip
from python_env import BUILD, SOURCE, Lacking, make, probe, run, say, system_packages

RELEASES = ["3.9", "3.10", "3.11", "3.12", "3.13", "3.14"]
VERSIONS = RELEASES + ["3.13t", "3.14t", "debug"]

# Where interpreters lie besides PATH: of the system, of pyenv, of uv, of the manylinux images, and of
# those who build their own.
PLACES = [
    "/usr/bin/python{0}", "/usr/local/bin/python{0}",
    "{pyenv}/versions/{0}[.-]*/bin/python{0}", "{pyenv}/versions/{0}/bin/python{0}",
    "{uv}/cpython-*/bin/python{0}",
    "/opt/python/cp{tag}-cp{tag}*/bin/python{0}", "/opt/python*/bin/python{0}",
]

# What needs neither the reference nor mypy beside it.
TESTS = os.path.join(SOURCE, "python", "tests")
ELSEWHERE = ["test_side_*.py", "test_types.py"]

TRIAL = """
import sys
import psutil

memory = psutil.virtual_memory()
assert memory.total > memory.available > 0, memory
assert psutil.pid_exists(psutil.pids()[0])
me = psutil.Process()
known = me.as_dict()
assert known["pid"] == me.pid and known["memory_info"].rss > 0 and known["cmdline"], known
assert me.pid in [process.pid for process in psutil.process_iter(["name"])]
# Importing it must not bring the lock back.
if hasattr(sys, "_is_gil_enabled") and sys.abiflags.startswith("t"):
    assert not sys._is_gil_enabled(), "the GIL was enabled by the import"
"""


def candidates(version):
    names = {"pyenv": os.environ.get("PYENV_ROOT", os.path.expanduser("~/.pyenv")),
             "uv": os.environ.get("UV_PYTHON_INSTALL_DIR",
                                  os.path.expanduser("~/.local/share/uv/python")),
             "tag": version.replace(".", "")}
    for place in os.environ.get("PSUTIL_PYTHONS", "").split(os.pathsep):
        yield from [os.path.join(place, "python" + version)] if os.path.isdir(place) else [place]
    found = shutil.which("python" + version)
    yield from [found] if found else []
    for place in PLACES:
        yield from sorted(glob.glob(place.format(version, **names)), reverse=True)


def named(version):
    """What an interpreter of that version calls itself, and what its program is called."""
    if version != "debug":
        return [(version, version)]
    return [(release + "d", release + suffix) for release in reversed(RELEASES)
            for suffix in ("d", "-dbg", "")]


def interpreter(version):
    """An interpreter of that version that extensions can be built for."""
    reason = "no such interpreter here"
    for short, name in named(version):
        for python in candidates(name):
            found = probe(python)
            if not found or found["short"] != short or not found["cpython"]:
                continue
            if found["headers"] and found["venv"]:
                return python
            reason = f"{python} lacks header files, venv or ensurepip"
    raise Skip(reason)


def environment(version):
    """What has psutil and pytest for that version; and whether it works there at all."""
    env = make(os.path.join(BUILD, "python-" + version), interpreter(version))
    env.require("pytest", name="tests")
    run([env.python, "-W", "error", "-c", TRIAL], "use it", env=env.variables(), cwd=env.folder)
    return env


def count(points):
    """Of a file of points, how many of each kind."""
    with open(points, encoding="utf-8", errors="replace") as file:
        lines = [line for line in file if line.startswith(("ok ", "not ok "))]
    skipped = sum("# SKIP" in line for line in lines)
    return f"{len(lines) - skipped} passed, {skipped} skipped"


def attempt(version):
    env = environment(version)
    points = os.path.join(env.folder, "points")
    run([env.python, "-m", "pytest", "-q", "-p", "no:cacheprovider", f"--tap={points}",
         "-k", "not takes_a_tenth", *(f"--ignore-glob={os.path.join(TESTS, name)}" for name in ELSEWHERE), TESTS],
        "pass the tests", env=env.variables(), cwd=env.folder)
    print(f"# CPython {env.short}: {count(points)}", flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("versions", nargs="*", default=VERSIONS, metavar="VERSION")
    parser.add_argument("--json", metavar="FILE", help="also write the numbers there")
    options = parser.parse_args()
    points = Points()
    try:
        system_packages()
    except Lacking as reason:
        say(str(reason))  # an interpreter from elsewhere may still do
    for version in options.versions:
        points.attempt("CPython " + version, attempt, version)
    return points.finish(options.json)


if __name__ == "__main__":
    sys.exit(main())
