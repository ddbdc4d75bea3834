"""The command's answers about the running machine, and the tools that they are compared with."""
import contextlib
import os
import shutil
import subprocess
import sys
import time
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "cli"))

from command import BIN, NEEDED, CommandTest, is_sanitized, loads, psutil  # noqa: E402, F401

# Where Debian keeps ip(8) and the like out of a plain user's way; and every tool speaks English.
PATH = os.environ.get("PATH", "") + ":/usr/local/sbin:/usr/sbin:/sbin"
ENVIRONMENT = {**os.environ, "PATH": PATH, "LC_ALL": "C", "TZ": "UTC"}
STATE = os.environ.get("STATE") or os.path.join(os.path.dirname(os.path.abspath(BIN)),
                                                "tests", "helpers", "state")
ROOT = os.geteuid() == 0
NOBODY = {"user": 65534, "group": 65534, "extra_groups": []}


def tool(*words, okay=(0,)):
    """What an independent tool prints; the test is skipped where the tool is missing."""
    if not shutil.which(words[0], path=PATH):
        raise unittest.SkipTest(f"{words[0]} is not installed")
    done = subprocess.run(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=ENVIRONMENT,
                          stdin=subprocess.DEVNULL, timeout=60)
    if done.returncode not in okay:
        raise unittest.SkipTest(f"{words[0]} does not work here: {done.stderr.decode()[:200]}")
    return done.stdout.decode("utf-8", "surrogateescape")


def read(path):
    with open(path, encoding="utf-8", errors="surrogateescape") as file:
        return file.read()


def table(text):
    """'Name:  value' lines, as /proc has them."""
    pairs = (line.split(":", 1) for line in text.splitlines() if ":" in line)
    return {name.strip(): value.strip() for name, value in pairs}


def letter(pid):
    """The state of a process, as /proc/PID/stat has it."""
    return read(f"/proc/{pid}/stat").rsplit(")", 1)[1].split()[0]


def wait_until(condition, seconds=20):
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            raise AssertionError("it took too long")
        time.sleep(0.01)


def steadily(check, tries=8):
    """For what moves while it is looked at: right once is right."""
    for _ in range(tries - 1):
        with contextlib.suppress(AssertionError):
            return check()
        time.sleep(0.05)
    return check()


class LiveTest(CommandTest):
    def get(self, name, *arguments):
        return self.answer("get", name, *arguments)

    def proc(self, pid, *arguments):
        """The fields of a process, all of them readable."""
        found = self.answer("proc", str(pid), *arguments)
        self.assertNotIn("errors", found)
        return found

    def one(self, pid, field, *arguments):
        return self.proc(pid, field, *arguments)[field]

    def assertBetween(self, before, value, after, slack=0):
        low, high = min(before, after) - slack, max(before, after) + slack
        self.assertTrue(low <= value <= high, f"{value} is not within {low} to {high}")

    def start(self, words, **options):
        """A process that ends with the test."""
        child = subprocess.Popen(words, **{"stdin": subprocess.DEVNULL, "stdout": subprocess.DEVNULL,
                                           **options})
        self.addCleanup(self.end, child)
        return child

    @staticmethod
    def end(child):
        child.kill()
        child.wait()
        if child.stdout:
            child.stdout.close()

    def state(self, *words, **options):
        """tests/helpers/state.c, when it is in the state."""
        child = self.start([STATE, *words], stdout=subprocess.PIPE, **options)
        self.assertEqual(child.stdout.read(1), b"!")
        wait_until(lambda: letter(child.pid) == "S")
        return child

    def sleeper(self, **options):
        """A process that has nothing to do, and has begun with that."""
        child = self.start(["sleep", "600"], **options)
        wait_until(lambda: read(f"/proc/{child.pid}/comm") == "sleep\n")
        wait_until(lambda: letter(child.pid) == "S")
        return child
