#!/usr/bin/env python3
"""Runs the tests of the Python package: python_tests.py --log FILE [PYTEST_ARGUMENT...]

Makes build/venv with what was changed, and build/reference-venv with psutil 7.2.2 to compare with; both are
made once and then used without the network. FILE gets the results as `meson test` writes them, for
tests/summary.py. What lacks for lack of a network, or of the right to install, is one skip that says
how to get it; what does not build is a failure.
"""
import argparse
import json
import os
import subprocess
import sys
import tempfile

import python_env
from python_env import BUILD, Failure, Lacking, SOURCE, TESTING
from python_reference import REFERENCE

TESTS = os.path.join(SOURCE, "python", "tests")
# For the slowest of machines; a run takes two minutes.
LIMIT = 1800


def prepare():
    python_env.system_packages()
    env = python_env.make(os.path.join(BUILD, "venv"))
    env.require(*TESTING, name="tests")
    reference = python_env.Environment(os.path.join(BUILD, "reference-venv"))
    reference.create()
    reference.require(*REFERENCE, name="reference")
    return env


def tests(env, arguments):
    """The points that pytest left, and how it ended."""
    with tempfile.TemporaryDirectory(prefix="psutil-tests-") as folder:
        points = os.path.join(folder, "points")
        command = [env.python, "-m", "pytest", "-q", f"--tap={points}", TESTS, *arguments]
        try:
            code = subprocess.run(command, env=env.variables(), cwd=SOURCE, stdin=subprocess.DEVNULL,
                                  timeout=LIMIT, check=False).returncode
            result = "ERROR" if code else "OK"
        except subprocess.TimeoutExpired:
            code, result = 1, "TIMEOUT"
        try:
            with open(points, encoding="utf-8", errors="replace") as file:
                return file.read(), code, result
        except OSError:
            return "", code, result


def outcome(arguments):
    """What a test program prints, as far as tests/summary.py reads it."""
    try:
        return tests(prepare(), arguments)
    except Lacking as reason:
        python_env.say(str(reason))
        return f"ok 1 - all tests # SKIP {' '.join(str(reason).split())}\n1..1\n", 0, "OK"
    except Failure as failure:
        python_env.say(str(failure))
        notes = "".join(f"# {line}\n" for line in str(failure).splitlines())
        return f"{notes}not ok 1 - the package is built and installed\n1..1\n", 1, "ERROR"


def main():
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--log", metavar="FILE", required=True)
    options, arguments = parser.parse_known_args()
    points, code, result = outcome(arguments)
    with open(options.log, "w", encoding="utf-8") as file:
        json.dump({"name": "tests", "stdout": points, "result": result, "returncode": code}, file)
    return 1 if code else 0


if __name__ == "__main__":
    sys.exit(main())
