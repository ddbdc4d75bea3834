#!/usr/bin/env python3
"""Makes a virtual environment that has this psutil: python_env.py [FOLDER]

FOLDER is build/venv unless told otherwise. What the build needs is fetched from PyPI once, into the
environment itself; after that everything works without the network. Its `python` imports psutil, its
`bin` holds the command.
"""
import argparse
import json
import os
import re
import shutil
import subprocess
import sys

from points import Skip

SOURCE = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
BUILD = os.path.join(SOURCE, "build")

# What `pip` would fetch for each build of its own; ninja only where there is none.
NEEDED = ["meson-python >= 0.18.0"] + ([] if shutil.which("ninja") else ["ninja"])

# What the tests of the package run with; a later release might find what these do not.
TESTING = ["pytest <= 9.2.0", "mypy <= 2.4.1"]

PROBE = """
import importlib.util as find, json, os, sys, sysconfig
have = lambda name: find.find_spec(name) is not None
print(json.dumps({
    "version": "%d.%d.%d" % sys.version_info[:3],
    "short": "%d.%d" % sys.version_info[:2] + ("t" if sysconfig.get_config_var("Py_GIL_DISABLED") else "")
             + ("d" if sysconfig.get_config_var("Py_DEBUG") else ""),
    "cpython": sys.implementation.name == "cpython",
    "base": os.path.realpath(sys.base_prefix),
    "headers": os.path.exists(os.path.join(sysconfig.get_path("include"), "Python.h")),
    "venv": have("venv") and have("ensurepip"),
}))
"""


# How pip tells that it did not reach the index, or lost it on the way.
OFFLINE = re.compile(r"connection broken by|Max retries exceeded|NewConnectionError|NameResolutionError|"
                     r"Read timed out|ReadTimeoutError|ConnectTimeoutError|ProxyError|IncompleteRead|"
                     r"Connection (?:aborted|refused|reset)|Network is unreachable|"
                     r"HTTP error (?:407|429|5\d\d)")


class Failure(Exception):
    """What went wrong, for people."""


class Lacking(Failure, Skip):
    """What the machine does not have and cannot get now: no fault of what is tested."""


def say(text):
    print(f"python: {text}", flush=True)


def shown(path):
    """A path as people type it: relative where that is shorter."""
    relative = os.path.relpath(path)
    return relative if len(relative) < len(path) else path


def run(command, what, env=None, cwd=None):
    """Runs a command silently; its output is shown when it fails, and handed back when it does not."""
    done = subprocess.run(command, env=env, cwd=cwd, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, text=True, errors="replace", check=False)
    if done.returncode:
        lines = done.stdout.rstrip().splitlines()
        raise Failure("\n".join([f"cannot {what}:", *("    " + line for line in lines[-40:])]))
    return done.stdout


def probe(python):
    """What an interpreter is, or None when it is not one that runs."""
    try:
        done = subprocess.run([python, "-I", "-c", PROBE], stdin=subprocess.DEVNULL,
                              stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, timeout=60, check=True)
        return json.loads(done.stdout)
    except (OSError, ValueError, subprocess.SubprocessError):
        return None


def system_packages():
    """Has what pip does not bring installed; needs neither network nor rights when it is there."""
    done = subprocess.run([os.path.join(SOURCE, "tools", "setup"), "python"], stdin=subprocess.DEVNULL,
                          env={**os.environ, "PYTHON": sys.executable}, stderr=subprocess.PIPE, text=True,
                          errors="replace", check=False)
    if done.returncode:
        raise Lacking(done.stderr.strip() or "tools/setup python has failed")
    sys.stderr.write(done.stderr)


class Environment:
    def __init__(self, folder, python=sys.executable):
        self.folder = os.path.abspath(folder)
        self.base = python
        self.python = os.path.join(self.folder, "bin", "python")
        self.stamp = os.path.join(self.folder, "made.json")

    def script(self, name):
        return os.path.join(self.folder, "bin", name)

    def variables(self):
        """The caller's, with the environment's programs first and nothing of another one."""
        env = {name: value for name, value in os.environ.items()
               if name not in ("PYTHONPATH", "PYTHONHOME", "VIRTUAL_ENV", "__PYVENV_LAUNCHER__")}
        env["PATH"] = os.path.join(self.folder, "bin") + os.pathsep + env.get("PATH", "")
        env["PIP_DISABLE_PIP_VERSION_CHECK"] = "1"
        return env

    def pip(self, *arguments, what):
        return run([self.python, "-m", "pip", *arguments], what, env=self.variables(), cwd=SOURCE)

    def create(self):
        """The bare environment: made anew when it is another interpreter's, or broken."""
        found = probe(self.base)
        if found is None:
            raise Failure(f"{self.base} is not a Python that runs")
        if not found["venv"]:
            raise Failure(f"{self.base} lacks venv or ensurepip (Debian: python3-venv)")
        if not found["headers"]:
            raise Failure(f"{self.base} lacks its header files (Debian: python3-dev)")
        self.short = found["short"]
        there = probe(self.python)
        if there and all(there[key] == found[key] for key in ("version", "short", "base")):
            return
        say(f"creating {shown(self.folder)} for Python {found['version']}")
        shutil.rmtree(self.folder, ignore_errors=True)
        run([self.base, "-m", "venv", self.folder], f"create {shown(self.folder)}")

    def require(self, *requirements, name="packages", command=("install",), also=()):
        """Has packages installed from PyPI, once: not again while the list, and what is in `also`, stays
        the same."""
        wanted = {"for": self.short, "requirements": sorted(requirements), **({"also": also} if also else {})}
        made = self.read_stamp()
        if made.get(name) == wanted:
            return
        names = [requirement.split()[0] for requirement in requirements if requirement[0] not in "-/"]
        say(f"fetching {', '.join(names)}")
        self.fetch(command, requirements, names)
        made[name] = wanted
        with open(self.stamp, "w", encoding="utf-8") as file:
            json.dump(made, file, indent=2)

    def fetch(self, command, requirements, names):
        try:
            self.pip(*command, "--quiet", *requirements, what="fetch them")
        except Failure as failure:
            if OFFLINE.search(str(failure)):
                raise Lacking(f"PyPI cannot be reached, and {', '.join(names)} never was fetched into "
                              f"{shown(self.folder)}; run this once with a network") from failure
            raise

    def read_stamp(self):
        try:
            with open(self.stamp, encoding="utf-8") as file:
                return json.load(file)
        except (OSError, ValueError):
            return {}

    def wheel(self, folder):
        """Builds psutil's wheel into a folder, and answers its path. Only what changed is compiled."""
        objects = os.path.join(self.folder, "objects")
        say(f"building psutil for Python {self.short}")
        try:
            self.build(folder, objects)
        except Failure:
            if not os.path.isdir(objects):
                raise
            # Meson does not take an option that is new to a folder that it has set up before.
            shutil.rmtree(objects)
            self.build(folder, objects)
        (name,) = os.listdir(folder)
        return os.path.join(folder, name)

    def build(self, folder, objects):
        shutil.rmtree(folder, ignore_errors=True)
        # Those of this environment, not some that the network would have to bring.
        self.pip("wheel", "--quiet", "--no-build-isolation", "--no-deps", "--no-index",
                 "--wheel-dir", folder, f"--config-settings=build-dir={objects}",
                 f"--config-settings=compile-args=-j{os.cpu_count()}", SOURCE,
                 what="build psutil")

    def install(self, wheel):
        self.pip("install", "--quiet", "--no-deps", "--no-index", "--force-reinstall", wheel,
                 what="install psutil")

    def installed(self):
        """The version of psutil that is imported there."""
        return run([self.python, "-c", "import importlib.metadata as m, psutil;"
                                       "print(m.version('psutil'))"],
                   "import psutil", env=self.variables(), cwd=self.folder).strip()


def make(folder, python=sys.executable):
    """An environment with psutil built from these sources."""
    env = Environment(folder, python)
    env.create()
    env.require(*NEEDED, name="build")
    env.install(env.wheel(os.path.join(env.folder, "wheel")))
    return env


def main():
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("folder", nargs="?", default=os.path.join(BUILD, "venv"), metavar="FOLDER")
    parser.add_argument("--python", default=sys.executable, help="the interpreter to make it for")
    parser.add_argument("--tests", action="store_true", help="also fetch what the tests need")
    options = parser.parse_args()
    try:
        env = make(options.folder, options.python)
        if options.tests:
            env.require(*TESTING, name="tests")
        say(f"psutil {env.installed()} is in {shown(env.folder)}; try {shown(env.python)} -c 'import psutil'")
    except Failure as failure:
        say(str(failure))
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
