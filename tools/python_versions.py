#!/usr/bin/env python3
"""Builds psutil's wheel with each CPython that is found here, and tries it: python_versions.py [VERSION...]

VERSION is 3.9 to 3.14, 3.13t or 3.14t (free-threaded); all of them unless told otherwise. What is not
there is skipped by name. Each has its environment in build/python-VERSION, which is used again.
"""
import argparse
import glob
import os
import shutil
import sys

from points import Points, Skip
from python_env import BUILD, Lacking, make, probe, run, say, system_packages

VERSIONS = ["3.9", "3.10", "3.11", "3.12", "3.13", "3.14", "3.13t", "3.14t"]

# Where interpreters lie besides PATH: of the system, of pyenv, of uv, of the manylinux images.
PLACES = [
    "/usr/bin/python{0}", "/usr/local/bin/python{0}",
    "{pyenv}/versions/{0}[.-]*/bin/python{0}", "{pyenv}/versions/{0}/bin/python{0}",
    "{uv}/cpython-*/bin/python{0}",
    "/opt/python/cp{tag}-cp{tag}*/bin/python{0}",
]

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
    found = shutil.which("python" + version)
    yield from [found] if found else []
    for place in PLACES:
        yield from sorted(glob.glob(place.format(version, **names)), reverse=True)


def interpreter(version):
    """An interpreter of that version that extensions can be built for."""
    reason = "no such interpreter here"
    for python in candidates(version):
        found = probe(python)
        if not found or found["short"] != version or not found["cpython"]:
            continue
        if found["headers"] and found["venv"]:
            return python
        reason = f"{python} lacks header files, venv or ensurepip"
    raise Skip(reason)


def attempt(version):
    env = make(os.path.join(BUILD, "python-" + version), interpreter(version))
    run([env.python, "-W", "error", "-c", TRIAL], "use it", env=env.variables(), cwd=env.folder)


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
