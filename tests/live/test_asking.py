"""The question before several processes are touched, and pids that change hands while it stands."""
import os
import pty
import select
import signal
import subprocess
import sys
import time
import unittest

from live import BIN, ROOT, LiveTest

QUESTION = b"? [y/N] "


class Terminal:
    """The command on a terminal of its own."""

    def __init__(self, test, *args, stdin=None):
        self.pid, self.fd = pty.fork()
        if self.pid == 0:
            if stdin is not None:
                os.dup2(stdin, 0)
            os.execve(BIN, [BIN, *args], {**os.environ, "LC_ALL": "C.UTF-8", "TERM": "xterm"})
        self.out = b""
        self.status = None
        test.addCleanup(self.end)

    def read(self, seconds):
        """Whether there was something to read in time."""
        if not select.select([self.fd], [], [], seconds)[0]:
            return False
        try:
            more = os.read(self.fd, 65536)
        except OSError:
            return False
        self.out += more
        return bool(more)

    def expect(self, text):
        end = time.monotonic() + 30
        while text not in self.out:
            if not self.read(1) and time.monotonic() > end:
                raise AssertionError(self.out)

    def answer(self, keys):
        os.write(self.fd, keys)
        while self.read(30):
            pass
        self.status = os.waitpid(self.pid, 0)[1]
        return self.out.replace(b"\r\n", b"\n")

    def end(self):
        if self.status is None:
            os.kill(self.pid, signal.SIGKILL)
            os.waitpid(self.pid, 0)
        os.close(self.fd)


class Question(LiveTest):
    def setUp(self):
        self.children = [self.sleeper(), self.sleeper()]
        self.filter = f"ppid={os.getpid()} && name=sleep"

    def ask(self, *args, **options):
        terminal = Terminal(self, "kill", "--filter", self.filter, *args, **options)
        terminal.expect(QUESTION)
        return terminal

    def alive(self):
        return [child.poll() for child in self.children] == [None, None]

    def test_yes(self):
        for word in [b"y\n", b"YES\n"]:
            with self.subTest(word=word):
                if not self.alive():
                    self.setUp()
                terminal = self.ask()
                self.assertIn(b"Send SIGTERM to these 2 processes? [y/N]", terminal.out)
                for child in self.children:
                    self.assertRegex(terminal.out, rb"\b%d \S+ +sleep 600" % child.pid)
                self.assertTrue(self.alive())
                terminal.answer(word)
                self.assertEqual(terminal.status, 0)
                self.assertEqual([child.wait(20) for child in self.children], [-15, -15])

    def test_no(self):
        for word in [b"n\n", b"\n", b"yess\n", b"ye\n", b"\x04", b"y" * 1000 + b"\n", b"maybe y\n"]:
            with self.subTest(word=word):
                terminal = self.ask()
                out = terminal.answer(word)
                self.assertEqual(os.waitstatus_to_exitcode(terminal.status), 1)
                self.assertTrue(out.endswith(b"psutil: nothing was done\n"), out)
                self.assertTrue(self.alive())

    def test_control_c(self):
        terminal = self.ask()
        terminal.answer(b"\x03")
        self.assertEqual(os.waitstatus_to_exitcode(terminal.status), -signal.SIGINT)
        self.assertTrue(self.alive())

    def test_the_terminal_answers_not_stdin(self):
        host, guest = os.pipe()
        os.write(guest, b"y\n")
        os.close(guest)
        terminal = self.ask(stdin=host)
        os.close(host)
        terminal.answer(b"n\n")
        self.assertEqual(os.waitstatus_to_exitcode(terminal.status), 1)
        self.assertTrue(self.alive())

    def test_unasked(self):
        for args in [("--yes",), ("--dry-run",)]:
            terminal = Terminal(self, "kill", "-S", "0", "--filter", self.filter, *args)
            self.assertNotIn(QUESTION, terminal.answer(b""))
            self.assertEqual(terminal.status, 0)
        pids = [str(child.pid) for child in self.children]
        self.assertNotIn(QUESTION, Terminal(self, "kill", "-S", "0", *pids).answer(b""))

    def test_other_commands_ask_too(self):
        for args, text in [(("nice", "--set", "3"), b"Set nice to 3 for these 2"),
                           (("ionice", "--set", "idle"), b"Set the priority of input and output to idle"),
                           (("limit", "--set", "core=0:"), b"Set core=0: for these 2"),
                           (("affinity", "--set", "all"), b"Set CPUs to all for these 2"),
                           (("kill", "--timeout", "3"), b"End, by SIGTERM or SIGKILL, these 2")]:
            with self.subTest(args=args):
                terminal = Terminal(self, *args, "--filter", self.filter)
                terminal.expect(QUESTION)
                self.assertIn(text, terminal.out)
                terminal.answer(b"n\n")
                self.assertTrue(self.alive())

    def test_hostile_names(self):
        names = ["\033[2J\033]0;x\007", "a\nb", "\u202egnp", "y\r\n"]
        children = [self.state("name", name) for name in names]
        wanted = " || ".join(f"pid={child.pid}" for child in children)
        terminal = Terminal(self, "kill", "--color=never", "--filter", wanted)
        terminal.expect(QUESTION)
        self.assertHarmless(terminal.out.replace(b"\r\n", b"\n"))
        self.assertHarmless(terminal.answer(b"y\n"))
        self.assertEqual([child.wait(20) for child in children], [-15] * len(children))


class PidsGoRound(LiveTest):
    """In a namespace of its own, where the next pid can be chosen."""

    def test_the_new_owner_is_not_touched(self):
        if not ROOT:
            self.skipTest("only root can choose pids, in a namespace that it makes")
        done = subprocess.run(["unshare", "--pid", "--fork", "--mount-proc", "--kill-child",
                               sys.executable, os.path.join(os.path.dirname(__file__), "reused.py")],
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=120)
        if b"no namespace" in done.stdout or done.stderr.startswith(b"unshare:"):
            self.skipTest(f"no namespace of pids here: {done.stderr.decode()[:100]}")
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)


if __name__ == "__main__":
    unittest.main()
