"""psutil top: a person's session in a terminal, and frames for scripts."""
import json
import os
import re
import signal
import subprocess
import time
import unittest

from command import BIN, CommandTest, Root, psutil
from terminal import Terminal
from test_hostile import NAMES


def has_screen():
    """Whether the command was built with one: without it says so before anything else."""
    with open(BIN, "rb") as program:
        return b"built without ncursesw" not in program.read()


def machine(owner):
    """An invented machine that stands still."""
    root = Root(owner)
    root.write("proc/loadavg", b"0.50 0.40 0.30 1/5 99\n")
    root.write("proc/stat", b"cpu  1 0 1 1 0 0 0 0 0 0\ncpu0 1 0 1 1 0 0 0 0 0 0\ncpu1 1 0 1 1 0 0 0 0 0 0\n"
               b"intr 3\nctxt 4\nbtime 1000000000\nprocesses 5\nsoftirq 6\n")
    for pid, ppid, name in [(1, 0, b"init"), (5, 1, b"sshd"), (6, 5, b"bash"), (7, 6, b"vi"),
                            (8, 1, b"nginx"), (9, 8, b"worker"), (10, 8, b"worker")]:
        root.process(pid, name, [b"/bin/" + name, b"-x"], ppid=ppid)
    for pid in range(20, 60):
        root.process(pid, b"job%d" % pid, [b"job", b"%d" % pid], ppid=1)
    return root


@unittest.skipUnless(has_screen(), "built without ncursesw")
class Session(CommandTest):
    def top(self, *args, root=None, **options):
        roots = root.options() if root else []
        return Terminal(self, *roots, "top", "--sort", "pid", "--columns", "-user",
                        "--interval", "3600", *args, **options)

    def test_screen(self):
        root = machine(self)
        for columns, rows in [(80, 24), (120, 40), (20, 5)]:
            with self.subTest(columns=columns):
                terminal = self.top(root=root, columns=columns, rows=rows)
                terminal.assertGolden(f"top-{columns}x{rows}", "init|/bin/i|PID")

    def test_leaves_the_terminal_as_it_was(self):
        terminal = self.top(root=machine(self))
        terminal.wait("q Quit")
        terminal.press("q")
        screen = terminal.wait("left with 0")
        self.assertIn("icrnl isig icanon echo", terminal.wait("echo"))
        self.assertNotIn("Quit", screen)


if __name__ == "__main__":
    unittest.main()
