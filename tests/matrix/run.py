#!/usr/bin/env python3
"""Builds and tests what `make test` does not: other compilers, other machines, other options.

    run.py [--json FILE] [LEG...]

Each leg has a build folder of its own, build-<leg>. A leg that does not build is one failure, one
whose tools are not here is skipped by name, and the others run all the same. The last line is
`N passed, N failed, N skipped`.
"""
import argparse
import json
import os
import platform
import re
import shutil
import subprocess
import sys
import time

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
SUMMARY = os.path.join(ROOT, "tests", "summary.py")
STRICT = ["-Dwerror=true"]


class Leg:
    def __init__(self, name, about, setup=(), env=None, suites=(), test_setup=None, slower=1, needs=(),
                 only_on=None):
        self.name = name
        self.about = about
        self.setup = [*STRICT, *setup]
        self.env = env or {}
        self.suites = suites  # none: all
        self.test_setup = test_setup
        self.slower = slower
        self.needs = needs
        self.only_on = only_on
        self.folder = os.path.join(ROOT, f"build-{name}")

    def lacks(self):
        """Why this leg cannot run here, or None."""
        if self.only_on and platform.machine() != self.only_on:
            return f"only on {self.only_on}"
        for command in self.needs:
            if not shutil.which(command):
                return f"{command} is not installed"
        return None

    def log(self):
        """Where Meson leaves the results; it names them after the test set-up, if one was chosen."""
        suffix = f"-{self.test_setup}" if self.test_setup else ""
        return os.path.join(self.folder, "meson-logs", f"testlog{suffix}.json")

    def build(self):
        """None, or what the compiler said when it failed."""
        env = {**os.environ, **self.env}
        if not os.path.exists(os.path.join(self.folder, "build.ninja")):
            status, output = capture(["meson", "setup", self.folder, *self.setup], env)
            if status:
                return output
        status, output = capture(["ninja", "-C", self.folder], env)
        return output if status else None

    def test(self):
        command = ["meson", "test", "-C", self.folder, "--no-rebuild"]
        if self.slower != 1:
            command += ["--timeout-multiplier", str(self.slower)]
        for suite in self.suites:
            command += ["--suite", suite]
        if self.test_setup:
            command += ["--setup", self.test_setup]
        folder = os.path.join(self.folder, "memcheck")
        shutil.rmtree(folder, ignore_errors=True)
        call(command)
        show_findings(folder)

    def run(self):
        """Leaves the results in log()."""
        if os.path.exists(self.log()):
            os.unlink(self.log())
        reason = self.lacks()
        if reason:
            self.write(f"ok 1 - {self.about} # SKIP {reason}")
            return
        trouble = self.build()
        if trouble is None:
            self.test()
        else:
            print(trouble)
            self.write(f"not ok 1 - {self.about}: does not build", trouble)

    def write(self, point, notes=""):
        """One point of TAP, for a leg that came to no tests."""
        os.makedirs(os.path.dirname(self.log()), exist_ok=True)
        text = "".join(f"# {line}\n" for line in notes.splitlines()) + point + "\n1..1\n"
        with open(self.log(), "w", encoding="utf-8") as file:
            json.dump({"name": "build", "stdout": text, "result": "OK", "returncode": 0}, file)


LEGS = (
    Leg("gcc", "gcc, every warning an error", suites=("parse",), needs=("gcc",), env={"CC": "gcc"}),
    Leg("clang", "clang, every warning an error, all tests", needs=("clang",), env={"CC": "clang"}),
    Leg("valgrind", "the C tests and the command under memcheck",
        setup=("-Dbuildtype=debugoptimized",), suites=("parse", "core", "os", "memcheck"),
        test_setup="valgrind", needs=("valgrind",)),
    Leg("tsan", "what several threads do at once, under the thread sanitizer",
        setup=("-Db_sanitize=thread", "-Db_lundef=false", "-Dbuildtype=debugoptimized"),
        suites=("threads",), slower=4, needs=("gcc",), env={"CC": "gcc"}),
    Leg("m32", "32-bit x86", setup=("--cross-file", "tools/cross-i386.ini"),
        suites=("parse", "core"), only_on="x86_64", needs=("gcc",)),
    Leg("aarch64", "64-bit ARM under qemu-user", setup=("--cross-file", "tools/cross-aarch64.ini"),
        suites=("parse",), slower=10, only_on="x86_64",
        needs=("aarch64-linux-gnu-gcc", "qemu-aarch64")),
    Leg("unsupported", "a platform without a port", setup=("-Dos=unsupported",),
        suites=("parse", "header")),
    Leg("static", "only the static library", setup=("-Ddefault_library=static",),
        suites=("parse", "core", "cli", "header")),
)


def call(command):
    return subprocess.run(command, cwd=ROOT, stdin=subprocess.DEVNULL, check=False).returncode


def show_findings(folder):
    """What memcheck said of the command, which its tests know as a mere status 99."""
    for name in sorted(os.listdir(folder)) if os.path.isdir(folder) else ():
        with open(os.path.join(folder, name), encoding="utf-8", errors="replace") as file:
            text = file.read()
        if re.search(r"^==\d+==", text, re.MULTILINE):
            print(f"memcheck, {name}:\n{text}")


def capture(command, env):
    done = subprocess.run(command, cwd=ROOT, env=env, stdin=subprocess.DEVNULL, text=True,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, errors="replace",
                          check=False)
    return done.returncode, done.stdout


def main():
    parser = argparse.ArgumentParser(description="Builds and tests on other compilers and machines.")
    parser.add_argument("--json", metavar="FILE")
    parser.add_argument("legs", nargs="*", metavar="LEG", help=", ".join(leg.name for leg in LEGS))
    options = parser.parse_args()
    unknown = set(options.legs) - {leg.name for leg in LEGS}
    if unknown:
        parser.error(f"no such leg: {', '.join(sorted(unknown))}")
    legs = [leg for leg in LEGS if not options.legs or leg.name in options.legs]
    for leg in legs:
        print(f"\n==== {leg.name}: {leg.about}", flush=True)
        start = time.monotonic()
        leg.run()
        print(f"==== {leg.name}: {time.monotonic() - start:.0f} s", flush=True)
    command = [sys.executable, SUMMARY, *(["--json", options.json] if options.json else []),
               *(f"{leg.name}={leg.log()}" for leg in legs)]
    return call(command)


if __name__ == "__main__":
    sys.exit(main())
