"""psutil top on this machine: signals, nice values, leaving, and frames for scripts."""
import json
import os
import pty
import signal
import subprocess
import time
import unittest

from command import BIN, CommandTest, loads, psutil
from test_top_screens import TopTest, machine


def sleeper(owner, seconds=600):
    """A process of the test's own."""
    child = subprocess.Popen(["sleep", str(seconds)])
    owner.addCleanup(child.wait)
    owner.addCleanup(child.kill)
    return child


class Acting(TopTest):
    def about(self, *children, args=()):
        """A session whose list holds only these."""
        wanted = " or ".join(f"pid={child.pid}" for child in children)
        terminal = self.top("--filter", wanted, *args)
        for child in children:
            terminal.wait(rf"^ *{child.pid} .*sleep 600")
        return terminal

    def test_kill(self):
        child = sleeper(self)
        terminal = self.about(child)
        terminal.press("k")
        terminal.wait("SIGTERM 15")
        terminal.press("Enter")
        terminal.wait(rf"Send SIGTERM to {child.pid} sleep, started \d\d:\d\d\?")
        terminal.press("x", "n")
        terminal.wait_gone("Send SIGTERM")
        self.assertIsNone(child.poll())
        terminal.press("F9", "Enter", "y")
        self.assertEqual(child.wait(timeout=20), -signal.SIGTERM)
        terminal.wait("SIGTERM was sent to 1 process")
        terminal.press("R")
        terminal.wait_gone("sleep 600")

    def test_another_signal_by_its_letter(self):
        child = sleeper(self)
        terminal = self.about(child)
        terminal.press("k", "u", "Enter", "y")  # SIGUSR1
        self.assertEqual(child.wait(timeout=20), -signal.SIGUSR1)

    def test_never_somebody_else(self):
        child = sleeper(self)
        terminal = self.about(child)
        terminal.press("k", "Enter")
        terminal.wait("Send SIGTERM")
        child.kill()
        child.wait()
        terminal.press("y")
        terminal.wait(f"NoSuchProcess: pid {child.pid}")

    def test_marks(self):
        one, two, three = sleeper(self), sleeper(self), sleeper(self)
        terminal = self.about(one, two, three)
        terminal.press("Space", "Space")
        terminal.wait("2 marked")
        terminal.press("k", "Enter")
        terminal.wait("Send SIGTERM to 2 processes: ")
        terminal.press("y")
        first, second = sorted([one, two, three], key=lambda child: child.pid)[:2]
        self.assertEqual(first.wait(timeout=20), -signal.SIGTERM)
        self.assertEqual(second.wait(timeout=20), -signal.SIGTERM)
        self.assertEqual(sum(child.poll() is None for child in (one, two, three)), 1)

    def nice(self, child, wanted):
        end = time.monotonic() + 20
        while os.getpriority(os.PRIO_PROCESS, child.pid) != wanted and time.monotonic() < end:
            time.sleep(0.05)
        self.assertEqual(os.getpriority(os.PRIO_PROCESS, child.pid), wanted)

    def test_nice(self):
        child = sleeper(self)
        before = os.getpriority(os.PRIO_PROCESS, child.pid)
        terminal = self.about(child)
        terminal.press("r")
        terminal.wait(f"Nice value of {child.pid} sleep")
        terminal.type("99")
        terminal.wait("a number from -20")
        terminal.press("C-u")
        terminal.type("15")
        terminal.press("Enter")
        self.nice(child, 15)
        terminal.press("]")
        self.nice(child, 16)
        terminal.wait("nice value 16")
        terminal.press("r", "1", "Escape")
        time.sleep(0.2)
        self.nice(child, 16)
        self.assertLess(before, 15)

    def test_details(self):
        child = sleeper(self)
        terminal = self.about(child)
        terminal.press("Enter")
        terminal.wait(rf"^ pid +{child.pid}$")
        terminal.wait(rf"^ ppid +{os.getpid()}$")
        terminal.wait(r"^ command +sleep 600$")


class Leaving(TopTest):
    def left(self, terminal, status):
        screen = terminal.wait(f"left with {status}$")
        self.assertNotIn("q Quit", screen)
        terminal.wait("^icrnl isig icanon echo *$")

    def test_keys(self):
        for key in ("q", "F10", "C-c"):
            with self.subTest(key=key):
                terminal = self.top(root=machine(self))
                terminal.wait("q Quit")
                terminal.press(key)
                self.left(terminal, 0)

    def test_signals(self):
        for number in (signal.SIGTERM, signal.SIGHUP):
            terminal = self.top(root=machine(self))
            terminal.wait("q Quit")
            os.kill(terminal.pid(), number)
            self.left(terminal, 128 + number)

    def test_stopping(self):
        terminal = self.top(root=machine(self), shell=True)
        terminal.wait("q Quit")
        terminal.press("C-z")
        terminal.wait("(?i)stopped")
        terminal.type("echo it is $((6*7))")
        terminal.press("Enter")
        terminal.wait("^it is 42")
        terminal.type("fg")
        terminal.press("Enter")
        terminal.wait("q Quit")
        terminal.wait_gone("it is 42")
        terminal.press("q")
        terminal.wait("it is 42")

    def test_the_machine_goes_away(self):
        root = machine(self)
        terminal = self.top(root=root)
        terminal.wait("q Quit")
        os.rename(root.path + "/proc", root.path + "/gone")
        terminal.press("R")
        terminal.wait("^psutil: .*No such file or directory")
        self.left(terminal, 1)

    def test_no_terminal(self):
        line = self.refused(1, "top")
        self.assertIn("--batch", line)

    def test_a_terminal_that_can_do_nothing(self):
        for term in ("dumb", "no-such-terminal", ""):
            host, guest = pty.openpty()
            with subprocess.Popen([BIN, "top"], stdin=guest, stdout=guest, stderr=subprocess.PIPE,
                                  env={**os.environ, "TERM": term}) as child:
                os.close(guest)
                self.assertEqual(child.wait(timeout=30), 1)
                message = child.stderr.read()
            os.close(host)
            self.assertRegex(message, rb"psutil: .*--batch")

    def test_mistakes(self):
        for words in [("--json",), ("--count", "3"), ("--batch", "--count", "0"), ("--interval", "0"),
                      ("--batch", "--sort", "nosuch"), ("--filter", "name="), ("1",)]:
            with self.subTest(words=words):
                self.assertEqual(psutil("top", *words)[0], 2)


class Batch(CommandTest):
    def test_text(self):
        root = machine(self)
        status, out, err = psutil(*root.options(), "top", "--batch", "-n", "2", "-d", "0.1", "--sort", "pid",
                                  "--columns", "pid,command", "--tree", env={**os.environ, "LC_ALL": "C.UTF-8"})
        self.assertEqual((status, err), (0, b""))
        frames = out.decode().split("load: 0.50 0.40 0.30")
        self.assertEqual(len(frames), 3)
        self.assertIn("tasks: 47  threads: 47  running: 0", frames[1])
        self.assertIn("  7 │     └─ /bin/vi -x\n", frames[2])

    def test_json(self):
        me = os.getpid()
        status, out, err = psutil("top", "--batch", "-n", "2", "-d", "0.2", "--jsonl", "--filter", f"pid={me}",
                                  "--columns", "pid,cpu,rss,command")
        self.assertEqual((status, err), (0, b""))
        frames = [loads(line) for line in out.splitlines()]
        self.assertEqual(len(frames), 2)
        for frame in frames:
            self.assertEqual([row["pid"] for row in frame["processes"]], [me])
            self.assertGreater(frame["processes"][0]["rss"], 1 << 20)
            self.assertLess(abs(frame["time"] - time.time()), 60)
            self.assertEqual(len(frame["cpu_percent_percpu"]), os.cpu_count())
            self.assertEqual(frame["memory"]["total"],
                             json.loads(psutil("get", "virtual_memory")[1])["total"])
        status, out, err = psutil("top", "--batch", "-n", "1", "--json", "--filter", f"pid={me}")
        self.assertEqual(loads(out)["processes"][0]["pid"], me)

    def test_csv(self):
        status, out, err = psutil("top", "--batch", "-n", "1", "--csv", "--columns", "pid,ppid", "--filter",
                                  f"pid={os.getpid()}")
        self.assertEqual((status, out.decode()), (0, f"pid,ppid\n{os.getpid()},{os.getppid()}\n"), err)

    def test_busy_ones_come_first(self):
        with subprocess.Popen(["sh", "-c", "while :; do :; done"]) as busy:
            try:
                status, out, err = psutil("top", "--batch", "-n", "1", "--jsonl", "--columns", "pid,cpu")
                rows = loads(out)["processes"]
            finally:
                busy.kill()
        self.assertEqual((status, err), (0, b""))
        shares = [row["cpu"] for row in rows if row["cpu"] is not None]
        self.assertEqual(shares, sorted(shares, reverse=True))
        self.assertGreater(next(row["cpu"] for row in rows if row["pid"] == busy.pid), 1)

    def test_ends_at_once_when_it_is_interrupted(self):
        with subprocess.Popen([BIN, "top", "--batch", "--jsonl", "-d", "600"], stdout=subprocess.PIPE) as child:
            child.stdout.readline()
            child.send_signal(signal.SIGINT)
            self.assertEqual(child.wait(timeout=30), 0)


if __name__ == "__main__":
    unittest.main()
